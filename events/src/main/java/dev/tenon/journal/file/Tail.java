package dev.tenon.journal.file;

import dev.tenon.error.Recovery;
import dev.tenon.journal.JournalException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of the last segment: the one place where a journal grows. Thread-safe.
 *
 * <p>With {@link Fsync#BATCHED} whoever comes first writes and forces; those who come meanwhile form the next batch, which one of them writes when the first is
 * done. So nobody waits for a timer, and the busier it is the more appends share a force.
 *
 * <p>After a failed write the file is cut to what was there before, and the next append may try again: the disk may have room by then. After a failed force nothing
 * is written any more until the journal is opened again, for the operating system may have dropped what it could not write and says so only once.
 */
final class Tail {
    private static final SecureRandom SALTS = new SecureRandom();

    /** Frames of up to so many bytes are put together before they are written. */
    private static final int TOGETHER = 1 << 20;

    /** Is told where a frame lies, in the order of the file, when it is as durable as the journal promises. */
    interface Placed {
        void at(RunIndex.Place place);
    }

    private final Disk disk;
    private final Fsync fsync;
    private final long segmentBytes;
    private final Consumer<Segment> begun;

    private final ReentrantLock queue = new ReentrantLock();
    // Guarded by the queue.
    private Batch next = new Batch(queue.newCondition());
    private boolean led;

    private final ReentrantLock writing = new ReentrantLock();
    // Guarded by writing.
    private Segment segment;
    private DiskFile file;
    private long end;
    private long forced;
    private final long epoch;
    private @Nullable IOException broken;
    private boolean closed;
    private byte[] together = new byte[4 << 10];

    private static final class Batch {
        final Condition changed;
        final List<Waiting> frames = new ArrayList<>();
        boolean done;

        Batch(Condition changed) {
            this.changed = changed;
        }
    }

    private static final class Waiting {
        final Frame frame;
        final Placed placed;
        boolean written;

        @Nullable
        Exception failure;
        /** Whether the file may hold it all the same. */
        boolean unsure;

        Waiting(Frame frame, Placed placed) {
            this.frame = frame;
            this.placed = placed;
        }
    }

    /**
     * @param segment the last one, all of which is on the disk for good
     * @param epoch of this writer
     * @param begun is told of each new segment
     */
    Tail(Disk disk, Fsync fsync, long segmentBytes, Segment segment, long epoch, Consumer<Segment> begun)
            throws IOException {
        this.disk = disk;
        this.fsync = fsync;
        this.segmentBytes = segmentBytes;
        this.begun = begun;
        this.segment = segment;
        this.epoch = epoch;
        this.file = disk.open(segment.name());
        this.end = segment.end();
        this.forced = end;
    }

    static long salt() {
        return SALTS.nextLong();
    }

    /**
     * Writes a frame; returns when it is as durable as the journal promises.
     *
     * @throws JournalException of code {@code journal.io} or {@code journal.closed}; nothing of the frame is there then
     */
    void append(Frame frame, Placed placed) {
        Waiting mine = new Waiting(frame, placed);
        if (fsync == Fsync.BATCHED) {
            await(mine);
        } else {
            write(List.of(mine), fsync == Fsync.ALWAYS);
        }
        check(mine);
    }

    /** Writes a frame and forces it, whatever the journal promises. */
    void force(Frame frame) {
        Waiting mine = new Waiting(frame, place -> {});
        write(List.of(mine), true);
        check(mine);
    }

    private void await(Waiting mine) {
        queue.lock();
        try {
            Batch batch = next;
            batch.frames.add(mine);
            while (!batch.done) {
                if (led) {
                    batch.changed.awaitUninterruptibly();
                } else {
                    lead(batch);
                }
            }
        } finally {
            queue.unlock();
        }
    }

    /** Where nobody leads, a batch that is not done is the next one. */
    private void lead(Batch batch) {
        led = true;
        next = new Batch(queue.newCondition());
        queue.unlock();
        try {
            write(batch.frames, true);
        } finally {
            queue.lock();
            led = false;
            batch.done = true;
            batch.changed.signalAll();
            next.changed.signal();
        }
    }

    private void check(Waiting mine) {
        if (mine.written) {
            return;
        }
        throw switch (mine.failure) {
            case IOException e -> unwritten(e, mine.unsure);
            case JournalException e ->
                new JournalException(e.code(), String.valueOf(e.getMessage()), e.recovery(), e.getCause());
            case null, default ->
                new IllegalStateException("the thread that wrote for this one did not come back", mine.failure);
        };
    }

    private JournalException unwritten(IOException e, boolean unsure) {
        return unsure
                ? io(
                        "cannot write to the journal in " + disk.path("") + ": " + reason(e)
                                + "; whether this append is there is known when the journal is opened again, what was"
                                + " appended before stays readable",
                        Recovery.NONE,
                        e)
                : io(
                        "cannot write to the journal in " + disk.path("") + ": " + reason(e)
                                + "; nothing of this append is there, what was appended before stays readable",
                        Recovery.BACK_OFF,
                        e);
    }

    static JournalException io(String message, Recovery recovery, IOException e) {
        return new JournalException("journal.io", message, recovery, e);
    }

    /** What an exception of the file system says; some say only a file's name, and what is wrong by their class. */
    static String reason(IOException e) {
        String message = e.getMessage();
        return e instanceof java.nio.file.FileSystemException || message == null
                ? e.getClass().getSimpleName() + (message == null ? "" : ": " + message)
                : message;
    }

    private void write(List<Waiting> frames, boolean force) {
        writing.lock();
        try {
            usable();
            if (end >= segmentBytes) {
                begin();
            }
            putOrEach(frames, force);
        } catch (IOException | RuntimeException e) {
            for (Waiting frame : frames) {
                frame.failure = frame.failure == null ? e : frame.failure;
                frame.unsure = broken != null;
            }
        } finally {
            writing.unlock();
        }
    }

    /** Writes all, or where that fails each by itself: one that is too large for the disk must not take others with it. */
    private void putOrEach(List<Waiting> frames, boolean force) throws IOException {
        try {
            put(frames, force);
        } catch (IOException e) {
            if (broken != null || frames.size() == 1) {
                throw e;
            }
            for (Waiting frame : frames) {
                try {
                    put(List.of(frame), force);
                } catch (IOException alone) {
                    frame.failure = alone;
                    if (broken != null) {
                        throw alone;
                    }
                }
            }
        }
    }

    private void usable() {
        if (closed) {
            throw closed(disk);
        }
        if (broken != null) {
            throw io(
                    "nothing is written to " + disk.path(segment.name()) + " any more, since it could not be forced ("
                            + reason(broken) + "); open the journal again",
                    Recovery.NONE,
                    broken);
        }
    }

    static JournalException closed(Disk disk) {
        return new JournalException(
                "journal.closed", "the journal in " + disk.path("") + " is closed", Recovery.NONE, null);
    }

    private void put(List<Waiting> frames, boolean force) throws IOException {
        long at = end;
        long[] offsets = new long[frames.size()];
        for (int i = 0; i < offsets.length; i++) {
            Frame frame = frames.get(i).frame;
            frame.place(segment.head.salt(), at, forced);
            offsets[i] = at;
            at += frame.length();
        }
        try {
            put(frames, at - end);
        } catch (IOException e) {
            cut(e);
            throw e;
        }
        if (force) {
            try {
                file.force();
            } catch (IOException e) {
                broken = e;
                cut(e);
                throw e;
            }
            forced = at;
        }
        end = at;
        segment.end(at);
        for (int i = 0; i < offsets.length; i++) {
            Waiting frame = frames.get(i);
            frame.written = true;
            frame.placed.at(new RunIndex.Place(segment, offsets[i], frame.frame.length()));
        }
    }

    private void put(List<Waiting> frames, long bytes) throws IOException {
        if (frames.size() == 1) {
            Frame frame = frames.get(0).frame;
            file.write(end, frame.bytes(), frame.length());
            return;
        }
        if (bytes > TOGETHER) {
            long at = end;
            for (Waiting frame : frames) {
                file.write(at, frame.frame.bytes(), frame.frame.length());
                at += frame.frame.length();
            }
            return;
        }
        if (together.length < bytes) {
            together = new byte[(int) bytes];
        }
        int at = 0;
        for (Waiting frame : frames) {
            System.arraycopy(frame.frame.bytes(), 0, together, at, frame.frame.length());
            at += frame.frame.length();
        }
        file.write(end, together, at);
    }

    /** Takes back what was written of frames that are not there. */
    private void cut(IOException e) {
        try {
            file.truncate(end);
            file.force();
        } catch (IOException again) {
            e.addSuppressed(again);
            broken = e;
        }
    }

    /** Begins a new segment, unless the last one has no frames. */
    void rotate() {
        writing.lock();
        try {
            usable();
            if (end > Segment.HEADER) {
                begin();
            }
        } catch (IOException e) {
            throw unwritten(e, broken != null);
        } finally {
            writing.unlock();
        }
    }

    private void begin() throws IOException {
        long number = segment.head.through() + 1;
        Segment.create(disk, new Segment.Head(number, number, epoch, salt()));
        Segment fresh = Segment.open(disk, Segment.name(number));
        DiskFile freshFile;
        try {
            freshFile = disk.open(fresh.name());
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        try {
            // Also what was not forced before is on the disk for good then.
            put(List.of(new Waiting(Frame.of(Frame.SEAL), place -> {})), true);
        } catch (IOException e) {
            fresh.close();
            freshFile.close();
            throw e;
        }
        DiskFile full = file;
        segment = fresh;
        file = freshFile;
        end = fresh.end();
        forced = end;
        begun.accept(fresh);
        full.close();
    }

    /** The segment that grows. */
    Segment segment() {
        writing.lock();
        try {
            return segment;
        } finally {
            writing.unlock();
        }
    }

    /** Closes the file as it is: nothing was promised yet. */
    void abandon() throws IOException {
        writing.lock();
        try {
            closed = true;
            file.close();
        } finally {
            writing.unlock();
        }
    }

    /** Forces what was not forced, and writes that the journal was closed. Nothing can be written afterwards. */
    void close() throws IOException {
        writing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try (DiskFile last = file) {
                if (broken == null) {
                    if (forced < end) {
                        last.force();
                        forced = end;
                    }
                    put(List.of(new Waiting(Frame.of(Frame.CLOSED), place -> {})), true);
                }
            }
        } finally {
            writing.unlock();
        }
    }
}
