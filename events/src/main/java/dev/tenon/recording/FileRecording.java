package dev.tenon.recording;

import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording in files of JSON, an event a line: {@code events-00000001.jsonl} and so on in a folder of its own. Thread-safe.
 *
 * <p>An event that {@link #on} has taken is with the operating system: it outlives the process, not a power failure. One process writes a folder at a time; any
 * number may {@link #read(Path) read} it meanwhile. A last line that a crash has left half-written is cut when the recording is opened, see {@link #mended};
 * lines that are spoiled are left out by readers, who name them with file and line.
 */
public final class FileRecording implements Recording {
    private static final Logger LOG = LoggerFactory.getLogger(FileRecording.class);

    private final RecordingFiles files;
    private final Rotation rotation;
    private final FolderClaim claim;
    private final Arrivals arrivals = new Arrivals();
    private final Watchings watchings = new Watchings();
    private final List<Damage> mended;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition tidied = lock.newCondition();
    // Guarded by the lock.
    private FileTail tail;
    private boolean closed;
    private boolean tidying;
    private boolean untidy;

    /** Where the events end. Written with the lock held. */
    private volatile FileReader.Point end;

    private FileRecording(
            RecordingFiles files,
            Rotation rotation,
            FolderClaim claim,
            int number,
            FileTail tail,
            List<Damage> mended) {
        this.files = files;
        this.rotation = rotation;
        this.claim = claim;
        this.tail = tail;
        this.end = new FileReader.Point(number, tail.size());
        this.mended = mended;
    }

    /** As {@link #open(Path, Rotation)}, with {@link Rotation#DEFAULT}. */
    public static FileRecording open(Path folder) {
        return open(folder, Rotation.DEFAULT);
    }

    /**
     * The recording in a folder, which is made where it is missing, to be gone on with.
     *
     * @throws TenonException of code {@code recording.locked} where it is being written already, {@code recording.io} where the files cannot be used
     */
    public static FileRecording open(Path folder, Rotation rotation) {
        Objects.requireNonNull(rotation, "rotation");
        RecordingFiles files = new RecordingFiles(Objects.requireNonNull(folder, "folder"));
        try {
            Files.createDirectories(folder);
            FolderClaim claim = FolderClaim.of(folder);
            FileRecording opened = null;
            try {
                opened = open(files, rotation, claim);
            } finally {
                if (opened == null) {
                    claim.close();
                }
            }
            opened.tidyUp();
            return opened;
        } catch (IOException e) {
            throw files.failed("cannot be opened", e);
        }
    }

    private static FileRecording open(RecordingFiles files, Rotation rotation, FolderClaim claim) throws IOException {
        NavigableSet<Integer> numbers = files.numbers();
        int number = numbers.isEmpty() ? 1 : numbers.last();
        if (Files.exists(files.compressed(number))) {
            number++;
        }
        FileTail tail = FileTail.open(files.plain(number));
        try {
            Optional<Damage> cut = tail.mend(files.plain(number).getFileName().toString());
            cut.ifPresent(damage -> LOG.warn("cut: {}", damage));
            return new FileRecording(
                    files, rotation, claim, number, tail, cut.map(List::of).orElseGet(List::of));
        } catch (IOException | RuntimeException e) {
            try (tail) {
                throw e;
            }
        }
    }

    /**
     * What is in a folder now, to be read without writing it, while somebody else may be.
     *
     * @throws TenonException of code {@code recording.io} where there is no such folder or it cannot be read
     */
    public static EventReader read(Path folder) {
        RecordingFiles files = new RecordingFiles(Objects.requireNonNull(folder, "folder"));
        try {
            NavigableSet<Integer> numbers = files.numbers();
            FileReader.Point all = FileReader.Point.endOf(numbers.isEmpty() ? 0 : numbers.last());
            return new FileReader(files, () -> all, LineReader.LONGEST);
        } catch (IOException e) {
            throw files.failed("cannot be read", e);
        }
    }

    /** What was cut off when this was opened: at most the one half-written line. */
    public List<Damage> mended() {
        return mended;
    }

    @Override
    public void on(Event event) {
        byte[] line = EventLine.of(Objects.requireNonNull(event, "event"));
        boolean rotated;
        lock.lock();
        try {
            if (closed) {
                throw RecordingFiles.closed();
            }
            rotated = tail.size() > 0 && tail.size() + line.length > rotation.bytes();
            if (rotated) {
                rotate();
            }
            tail.append(line);
            end = new FileReader.Point(end.file(), tail.size());
        } catch (IOException e) {
            throw files.failed("cannot be written; " + event.name() + " is not in it", e);
        } finally {
            lock.unlock();
        }
        arrivals.more();
        if (rotated) {
            tidyUp();
        }
    }

    /** The old file stays in use where the new one cannot be made. */
    private void rotate() throws IOException {
        int next = end.file() + 1;
        FileTail full = tail;
        tail = FileTail.open(files.plain(next));
        end = new FileReader.Point(next, tail.size());
        full.close();
    }

    /** Compresses and deletes what is to be, on a virtual thread that ends when it is done. */
    private void tidyUp() {
        lock.lock();
        try {
            untidy = true;
            if (!tidying) {
                tidying = true;
                Thread.ofVirtual().name("tenon-recording").start(this::tidy);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tidy() {
        while (anythingToTidy()) {
            try {
                for (int full : List.copyOf(files.numbers().headSet(end.file()))) {
                    if (rotation.gzip()) {
                        compress(full);
                    }
                }
                NavigableSet<Integer> kept = new TreeSet<>(files.numbers().headSet(end.file()));
                while (rotation.files() > 0 && kept.size() > rotation.files()) {
                    int oldest = Objects.requireNonNull(kept.pollFirst());
                    Files.deleteIfExists(files.plain(oldest));
                    Files.deleteIfExists(files.compressed(oldest));
                }
            } catch (IOException | RuntimeException e) {
                // What is full stays as it is, and is tried again with the next one.
                LOG.warn("the recording in {} could not be tidied up", files.folder(), e);
            }
        }
    }

    private boolean anythingToTidy() {
        lock.lock();
        try {
            boolean more = untidy;
            untidy = false;
            if (!more) {
                tidying = false;
                tidied.signalAll();
            }
            return more;
        } finally {
            lock.unlock();
        }
    }

    /** The compressed file takes its name when it is whole and on the disk; then the plain one goes. */
    private void compress(int full) throws IOException {
        Path plain = files.plain(full);
        Path whole = files.compressed(full);
        if (Files.exists(plain) && !Files.exists(whole)) {
            Path part = whole.resolveSibling(whole.getFileName() + RecordingFiles.PART);
            try (InputStream in = Files.newInputStream(plain);
                    FileOutputStream file = new FileOutputStream(part.toFile())) {
                OutputStream out = new GZIPOutputStream(file, 1 << 16);
                in.transferTo(out);
                out.close(); // writes the rest and closes the file, too
            }
            force(part);
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(plain);
    }

    private static void force(Path file) throws IOException {
        try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
            written.getFD().sync();
        }
    }

    @Override
    public EventReader read() {
        FileReader.Point now = end;
        return new FileReader(files, () -> now, LineReader.LONGEST);
    }

    @Override
    public Watching watch(String run, long after, Listener listener) {
        Objects.requireNonNull(run, "run");
        return watchings.keep(Watching.start(
                run, after, listener, () -> new FileReader(files, () -> end, LineReader.LONGEST), arrivals));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        arrivals.end();
        watchings.end();
        lock.lock();
        try (claim) {
            while (tidying) {
                tidied.awaitUninterruptibly();
            }
            tail.close();
        } catch (IOException e) {
            throw files.failed("cannot be closed", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "FileRecording[" + files.folder() + "]";
    }
}
