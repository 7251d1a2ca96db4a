package dev.tenon.recording;

import dev.tenon.event.Event;
import dev.tenon.json.JsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files of a recording one after the other. */
final class FileReader implements EventReader {
    private static final Logger LOG = LoggerFactory.getLogger(FileReader.class);

    /**
     * Where a recording ends.
     *
     * @param file the number of the newest file
     * @param bytes how many bytes of that file are events
     */
    record Point(int file, long bytes) {
        /** Where nobody writes, all there is. */
        static Point endOf(int file) {
            return new Point(file, Long.MAX_VALUE);
        }
    }

    private final RecordingFiles files;
    private final Supplier<Point> end;
    private final int longest;
    private final List<Damage> damages = new ArrayList<>();
    private @Nullable LineReader lines;
    private int number;
    private boolean gaps;
    private boolean closed;

    FileReader(RecordingFiles files, Supplier<Point> end, int longest) {
        this.files = files;
        this.end = end;
        this.longest = longest;
    }

    @Override
    public Optional<Event> next() {
        if (closed) {
            return Optional.empty();
        }
        try {
            while (true) {
                // Asked before the lines: what is written after that is found the next time.
                Point newest = end.get();
                LineReader.Line line = line(newest);
                if (line != null) {
                    Event event = event(line);
                    if (event != null) {
                        return Optional.of(event);
                    }
                } else if (number >= newest.file() || !nextFile()) {
                    return Optional.empty();
                }
            }
        } catch (IOException e) {
            throw files.failed("cannot be read", e);
        }
    }

    private LineReader.@Nullable Line line(Point newest) throws IOException {
        LineReader open = lines;
        if (open == null) {
            return null;
        }
        try {
            return open.next(number == newest.file() ? newest.bytes() : Long.MAX_VALUE);
        } catch (EOFException | ZipException e) {
            damaged(new Damage(
                    name(), open.number(), false, "the compressed file is damaged from here on: " + e.getMessage()));
            lines = null;
            open.close();
            return null;
        }
    }

    private @Nullable Event event(LineReader.Line line) {
        byte[] bytes = line.bytes();
        if (bytes == null) {
            damaged(new Damage(name(), line.number(), false, "longer than " + longest + " bytes"));
            return null;
        }
        if (EventLine.isBlank(bytes)) {
            return null;
        }
        try {
            return EventLine.parse(bytes);
        } catch (JsonException e) {
            damaged(new Damage(name(), line.number(), false, "no event: " + e.getMessage()));
            return null;
        }
    }

    private void damaged(Damage damage) {
        damages.add(damage);
        LOG.warn("damaged and left out: {}", damage);
    }

    private String name() {
        return files.plain(number).getFileName().toString();
    }

    /** Goes on to the next file that is there. Says false where there is none. */
    private boolean nextFile() throws IOException {
        if (lines != null) {
            half().ifPresent(this::damaged);
            lines.close();
            lines = null;
        }
        while (true) {
            Integer next = files.numbers().higher(number);
            if (next == null) {
                return false;
            }
            gaps |= next != number + 1;
            number = next;
            InputStream in;
            try {
                in = files.open(number);
            } catch (EOFException | ZipException e) {
                damaged(new Damage(name(), 1, false, "the compressed file is damaged from here on: " + e.getMessage()));
                continue;
            }
            if (in != null) {
                lines = new LineReader(in, longest);
                return true;
            }
            gaps = true; // deleted since it was listed
        }
    }

    /** What stands behind the last line's end, where no more can come. */
    private Optional<Damage> half() {
        LineReader open = lines;
        if (open == null || open.rest().length == 0) {
            return Optional.empty();
        }
        return Optional.of(new Damage(
                name(), open.number(), true, "half-written: " + open.rest().length + " bytes without an end"));
    }

    /** With the half-written last line, where the reader has come to it and nobody is writing it. */
    @Override
    public List<Damage> damages() {
        List<Damage> all = new ArrayList<>(damages);
        if (end.get().bytes() == Long.MAX_VALUE) {
            half().ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    @Override
    public boolean gaps() {
        return gaps;
    }

    @Override
    public void close() {
        closed = true;
        if (lines != null) {
            try {
                lines.close();
            } catch (IOException e) {
                throw files.failed("cannot be closed", e);
            }
        }
    }
}
