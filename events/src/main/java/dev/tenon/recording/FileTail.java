package dev.tenon.recording;

import dev.tenon.json.JsonException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file of a recording that is written. Not by a channel, which an interrupt of the writing thread would close. Not thread-safe.
 *
 * <p>A line is written with one call, so it is with the operating system when that returns: it outlives the process, not a power failure.
 */
final class FileTail implements AutoCloseable {
    /** Bytes that are looked at in one step. */
    private static final int BLOCK = 1 << 16;

    private final RandomAccessFile file;
    private long size;

    /** Whether the file may hold more than whole lines, or stand elsewhere than at their end. */
    private boolean astray = true;

    private FileTail(RandomAccessFile file, long size) {
        this.file = file;
        this.size = size;
    }

    static FileTail open(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        return new FileTail(file, file.length());
    }

    /** Bytes, all of whole lines after {@link #mend}. */
    long size() {
        return size;
    }

    /** All of the line or nothing. */
    void append(byte[] line) throws IOException {
        if (astray) {
            file.setLength(size);
            file.seek(size);
        }
        astray = true;
        file.write(line);
        astray = false;
        size += line.length;
    }

    /** Cuts the line that a crash has left half-written, or gives it the end that alone is missing. Says what was cut. */
    Optional<Damage> mend(String name) throws IOException {
        long whole = afterLastEnd();
        if (whole == size) {
            return Optional.empty();
        }
        if (isEvent(whole)) {
            file.seek(size);
            file.write('\n');
            size++;
            return Optional.empty();
        }
        long cut = size - whole;
        long line = ends(whole) + 1;
        file.setLength(whole);
        size = whole;
        return Optional.of(new Damage(name, line, true, "half-written: " + cut + " bytes without an end were cut"));
    }

    private boolean isEvent(long from) throws IOException {
        if (size - from > LineReader.LONGEST) {
            return false;
        }
        byte[] rest = new byte[(int) (size - from)];
        file.seek(from);
        file.readFully(rest);
        try {
            EventLine.parse(rest);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    private long afterLastEnd() throws IOException {
        byte[] block = new byte[BLOCK];
        for (long to = size; to > 0; ) {
            int length = (int) Math.min(BLOCK, to);
            file.seek(to - length);
            file.readFully(block, 0, length);
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return to - length + i + 1;
                }
            }
            to -= length;
        }
        return 0;
    }

    private long ends(long until) throws IOException {
        byte[] block = new byte[BLOCK];
        long ends = 0;
        file.seek(0);
        for (long left = until; left > 0; ) {
            int length = (int) Math.min(BLOCK, left);
            file.readFully(block, 0, length);
            for (int i = 0; i < length; i++) {
                ends += block[i] == '\n' ? 1 : 0;
            }
            left -= length;
        }
        return ends;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
