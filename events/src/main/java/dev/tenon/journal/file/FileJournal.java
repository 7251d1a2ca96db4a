package dev.tenon.journal.file;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.JsonException;
import dev.tenon.scope.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A journal in the files of one folder. Thread-safe. Close it, so that the next opening knows that nothing is missing.
 *
 * <p>One process writes at a time; others may look with {@link #readOnly}. What an append promises when it returns is its {@link Fsync}. An append is one frame
 * with a checksum: after a crash it is there whole or not at all. A torn tail is cut when the journal is opened and {@linkplain #report() reported}; damage
 * elsewhere is never passed over: opening fails with code {@code journal.damaged}, and what lies before it can be read with {@link #readOnly}.
 *
 * <p>Where the runs lie is kept in memory (some 40 bytes an append); reading a run reads its frames and no others. Opening reads every file once.
 *
 * <p>An interrupt does not stop a write: the append returns when it is done, and the interrupt is still there.
 */
public final class FileJournal implements Journal, AutoCloseable {
    /** Bytes from which a new file is begun, where nothing else is said: small enough to be written anew by a compaction, large enough to be few. */
    public static final long SEGMENT_BYTES = 64 << 20;

    private static final int ATTEMPTS = 5;

    private final Path folder;
    private final Disk disk;
    private final @Nullable FolderLock lock;
    private final Segments segments;
    private final RunIndex index;
    private final @Nullable Tail tail;
    private final OpenReport report;
    private final Redaction redaction;
    private final @Nullable Duration retention;
    private final TimeSource time;
    private final long segmentBytes;

    private final ReentrantLock compacting = new ReentrantLock();
    private volatile boolean closed;

    private FileJournal(Builder with, Disk disk, @Nullable FolderLock lock, Opened opened) {
        this.folder = with.folder;
        this.disk = disk;
        this.lock = lock;
        this.segments = opened.segments;
        this.index = opened.index;
        this.tail = opened.tail;
        this.report = opened.report;
        this.redaction = with.redaction;
        this.retention = with.retention;
        this.time = with.time;
        this.segmentBytes = with.segmentBytes;
    }

    private record Opened(
            Segments segments, RunIndex index, @Nullable Tail tail, OpenReport report) {}

    /**
     * Opens the journal of a folder with the defaults of {@link Builder}, or begins one.
     *
     * @throws JournalException as {@link Builder#open()}
     */
    public static FileJournal at(Path folder) {
        return builder(folder).open();
    }

    /** A journal under construction. */
    public static Builder builder(Path folder) {
        return new Builder(folder);
    }

    /**
     * Looks at a journal as it stands now, whether somebody writes it or not. Where it is damaged, what lies before the damage can be read, and {@link #report()}
     * says what is the matter. Whatever would write is refused with code {@code journal.read_only}.
     *
     * @throws JournalException of code {@code journal.io} where there is no journal or it cannot be read
     */
    public static FileJournal readOnly(Path folder) {
        Builder builder = builder(folder);
        return builder.look(new FolderDisk(builder.folder, false));
    }

    /** How a journal is opened. Not thread-safe. */
    public static final class Builder {
        private final Path folder;
        private Fsync fsync = Fsync.BATCHED;
        private long segmentBytes = SEGMENT_BYTES;
        private Redaction redaction = Redaction.NONE;
        private @Nullable Duration retention;
        private TimeSource time = TimeSource.SYSTEM;

        private Builder(Path folder) {
            this.folder = Objects.requireNonNull(folder, "folder").toAbsolutePath();
        }

        /** What an append promises when it returns; {@link Fsync#BATCHED} where nothing is said. */
        public Builder fsync(Fsync fsync) {
            this.fsync = Objects.requireNonNull(fsync, "fsync");
            return this;
        }

        /** Bytes from which a new file is begun, {@value FileJournal#SEGMENT_BYTES} where nothing is said. */
        public Builder segmentBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("segmentBytes < 1: " + bytes);
            }
            this.segmentBytes = bytes;
            return this;
        }

        /** What is taken out of records before they are written; nothing where nothing is said. */
        public Builder redaction(Redaction redaction) {
            this.redaction = Objects.requireNonNull(redaction, "redaction");
            return this;
        }

        /** How long closed runs are kept: older ones are deleted when the journal is opened and before it is compacted. For ever where nothing is said. */
        public Builder retention(Duration age) {
            Objects.requireNonNull(age, "age");
            if (age.isNegative()) {
                throw new IllegalArgumentException("retention < 0: " + age);
            }
            this.retention = age;
            return this;
        }

        /** The clock by which runs grow old. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /**
         * Opens the journal, or begins one.
         *
         * @throws JournalException of code {@code journal.locked} where somebody else writes it; {@code journal.damaged} where something that was written once
         *     cannot be read; {@code journal.version} where a newer version wrote it; {@code journal.io} where the folder cannot be made, read or written
         */
        public FileJournal open() {
            FolderLock lock = null;
            FileJournal journal = null;
            try {
                if (Files.exists(folder) && !Files.isDirectory(folder)) {
                    throw Tail.io(
                            "cannot keep a journal in " + folder + ": it is a file, a folder is wanted",
                            Recovery.NONE,
                            new java.nio.file.NotDirectoryException(folder.toString()));
                }
                FolderLock.make(folder);
                lock = FolderLock.take(folder);
                journal = open(new FolderDisk(folder, true), lock);
                return journal;
            } catch (IOException e) {
                throw unopened(e);
            } finally {
                if (journal == null && lock != null) {
                    close(lock);
                }
            }
        }

        private JournalException unopened(IOException e) {
            return Tail.io("cannot open the journal in " + folder + ": " + Tail.reason(e), Recovery.NONE, e);
        }

        private static void close(FolderLock lock) {
            try {
                lock.close();
            } catch (IOException e) {
                throw Tail.io("cannot give back the lock: " + Tail.reason(e), Recovery.NONE, e);
            }
        }

        /** Opens a journal on a disk, for the tests as well. */
        FileJournal open(Disk disk, @Nullable FolderLock lock) throws IOException {
            RunIndex index = new RunIndex();
            Opening opening = new Opening(disk, true, index);
            Tail tail = null;
            try {
                opening.read();
                OpenReport report = opening.report();
                if (opening.segments().isEmpty()) {
                    Segment.create(disk, new Segment.Head(1, 1, 0, Tail.salt()));
                    opening.segments().add(Segment.open(disk, Segment.name(1)));
                    report = new OpenReport(0, 0, 0, true, List.of(), List.of());
                }
                Segments segments = new Segments(opening.segments());
                long epoch = opening.epoch() + 1;
                tail = new Tail(disk, fsync, segmentBytes, opening.segments().getLast(), epoch, segments::add);
                tail.force(Frame.of(Frame.OPENED, epoch));
                index.epoch(epoch);
                FileJournal journal = new FileJournal(this, disk, lock, new Opened(segments, index, tail, report));
                journal.expire();
                return journal;
            } catch (IOException | RuntimeException e) {
                if (tail != null) {
                    tail.abandon();
                }
                Segments.closeAll(opening.segments());
                throw e;
            }
        }

        FileJournal look(Disk disk) {
            for (int attempt = 1; ; attempt++) {
                try {
                    return lookOnce(disk);
                } catch (NoSuchFileException e) {
                    // A compaction in another process took a file away.
                    if (attempt == ATTEMPTS) {
                        throw unopened(e);
                    }
                } catch (IOException e) {
                    throw unopened(e);
                }
            }
        }

        private FileJournal lookOnce(Disk disk) throws IOException {
            RunIndex index = new RunIndex();
            Opening opening = new Opening(disk, false, index);
            try {
                opening.read();
                if (opening.segments().isEmpty() && opening.report().damage().isEmpty()) {
                    throw new NoSuchFileException("there is no journal");
                }
                Segments segments = new Segments(opening.segments());
                return new FileJournal(this, disk, null, new Opened(segments, index, null, opening.report()));
            } catch (IOException | RuntimeException e) {
                Segments.closeAll(opening.segments());
                throw e;
            }
        }
    }

    /** What was found when the journal was opened. */
    public OpenReport report() {
        return report;
    }

    @Override
    public RunJournal own(String run) {
        checkId(run);
        writer();
        long token = index.own(run);
        boolean taken = false;
        try {
            Owned owned = new Owned(run, token, records(run));
            taken = true;
            return owned;
        } finally {
            if (!taken) {
                index.release(run, token);
            }
        }
    }

    static void checkId(String run) {
        Objects.requireNonNull(run, "run");
        if (run.isEmpty()) {
            throw new IllegalArgumentException("a run needs an id, got \"\"");
        }
        for (int i = 0; i < run.length(); i++) {
            if (Character.isSurrogate(run.charAt(i)) && Character.charCount(run.codePointAt(i)) == 1) {
                throw new IllegalArgumentException(
                        "the id of a run is half a surrogate pair at " + i + "; well-formed text is wanted");
            }
            if (Character.isHighSurrogate(run.charAt(i))) {
                i++;
            }
        }
    }

    @Override
    public List<JournalRecord> read(String run) {
        Objects.requireNonNull(run, "run");
        return records(run);
    }

    private List<JournalRecord> records(String run) {
        List<JournalRecord> records = new ArrayList<>();
        appends(run).forEach(records::addAll);
        return List.copyOf(records);
    }

    private List<List<JournalRecord>> appends(String run) {
        segments.reading().lock();
        try {
            if (closed) {
                throw Tail.closed(disk);
            }
            List<List<JournalRecord>> appends = new ArrayList<>();
            Segment.@Nullable Window window = null;
            Segment of = null;
            for (RunIndex.Place place : index.places(run)) {
                if (window == null || of != place.segment()) {
                    of = place.segment();
                    window = of.window();
                }
                appends.add(records(place, window));
            }
            return appends;
        } catch (IOException e) {
            throw Tail.io("cannot read the journal in " + folder + ": " + Tail.reason(e), Recovery.NONE, e);
        } finally {
            segments.reading().unlock();
        }
    }

    private static List<JournalRecord> records(RunIndex.Place place, Segment.Window window) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        try {
            Append.read(window.body(place.offset()), records);
        } catch (JsonException | IndexOutOfBoundsException e) {
            throw place.segment().damaged(place.offset(), "a frame does not hold records: " + e.getMessage());
        }
        return records;
    }

    @Override
    public List<String> runs() {
        return index.runs();
    }

    @Override
    public boolean delete(String run) {
        Objects.requireNonNull(run, "run");
        writer();
        List<String> held = index.hold(run);
        boolean there = index.has(run);
        delete(held);
        return there;
    }

    /**
     * Forgets the runs that were closed before a time and have no parent in this journal, with their children; those that somebody owns are kept. Returns their
     * ids.
     */
    public List<String> deleteClosedBefore(Instant time) {
        Objects.requireNonNull(time, "time");
        writer();
        List<String> held = index.holdClosedBefore(time);
        delete(held);
        return List.copyOf(held);
    }

    private void delete(List<String> held) {
        if (held.isEmpty()) {
            return;
        }
        try {
            writer().append(Deletion.frame(held), place -> index.remove(held));
        } finally {
            index.letGo(held);
        }
    }

    private void expire() {
        if (retention != null) {
            deleteClosedBefore(time.now().minus(retention));
        }
    }

    /**
     * Writes the files anew without deleted runs, and merges small ones. What was deleted is nowhere in the files afterwards. Runs go on being read and written
     * meanwhile. O(bytes of the files that have something to drop); it needs as much room as the largest of them.
     *
     * @throws JournalException of code {@code journal.damaged} where a file cannot be read, {@code journal.io} where one cannot be written; nothing is lost then
     */
    public void compact() {
        Tail tail = writer();
        compacting.lock();
        try {
            expire();
            tail.rotate();
            new Compaction(disk, segments, index, segmentBytes).run(tail.segment());
        } catch (IOException e) {
            throw Tail.io("cannot compact the journal in " + folder + ": " + Tail.reason(e), Recovery.BACK_OFF, e);
        } finally {
            compacting.unlock();
        }
    }

    /** How large the journal is. */
    public JournalSize size() {
        long bytes = 0;
        long live = 0;
        List<Segment> all = segments.all();
        for (Segment segment : all) {
            bytes += segment.end();
            live += index.live(segment);
        }
        return new JournalSize(all.size(), bytes, live);
    }

    /**
     * Writes all runs to a file as JSON Lines, in the order in which they began: {@code {"run":"order-17","append":0,"record":{…}}}. Records that were appended
     * together have one number. The file has its name when it is complete. Returns how many records it holds.
     */
    public long exportTo(Path file) {
        Objects.requireNonNull(file, "file");
        return exportTo(file, runs());
    }

    /** As {@link #exportTo(Path)}, for some runs. Children are runs of their own. */
    public long exportTo(Path file, List<String> runs) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(runs, "runs");
        try {
            return Transfer.write(List.copyOf(runs), this::appends, file.toAbsolutePath());
        } catch (IOException e) {
            throw Tail.io("cannot export to " + file + ": " + Tail.reason(e), Recovery.NONE, e);
        }
    }

    /**
     * Adds the runs of a file that {@link #exportTo} wrote, as they were appended. All of them or none: a line that cannot be read, or a run that is here already,
     * is refused before anything is written. Returns how many records it held.
     *
     * @throws JournalException of code {@code journal.import} that names the line
     */
    public long importFrom(Path file) {
        Objects.requireNonNull(file, "file");
        writer();
        try {
            return Transfer.read(file.toAbsolutePath(), this);
        } catch (IOException e) {
            throw Tail.io("cannot import " + file + ": " + Tail.reason(e), Recovery.NONE, e);
        }
    }

    private Tail writer() {
        if (tail == null) {
            throw new JournalException(
                    "journal.read_only",
                    "the journal in " + folder + " is open for reading only; open it with FileJournal.at to write",
                    Recovery.NONE,
                    null);
        }
        return tail;
    }

    /** Forces what was not forced, says so in the file, and gives the folder back. What is being appended is appended before. Closing twice is the same as once. */
    @Override
    public void close() {
        compacting.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try {
                if (tail != null) {
                    tail.close();
                }
            } finally {
                free();
            }
        } catch (IOException e) {
            throw Tail.io("cannot close the journal in " + folder + ": " + Tail.reason(e), Recovery.NONE, e);
        } finally {
            compacting.unlock();
        }
    }

    private void free() throws IOException {
        try {
            segments.close();
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }

    /** Names the folder. */
    @Override
    public String toString() {
        return "FileJournal[" + folder + "]";
    }

    /** The right to write one run. */
    private final class Owned implements RunJournal {
        private final String run;
        private final long token;
        private final List<JournalRecord> found;
        /** Held during an append, so that whoever takes the run next finds what was appended. */
        private final ReentrantLock appending = new ReentrantLock();

        Owned(String run, long token, List<JournalRecord> found) {
            this.run = run;
            this.token = token;
            this.found = found;
        }

        @Override
        public String run() {
            return run;
        }

        @Override
        public long token() {
            return token;
        }

        @Override
        public List<JournalRecord> records() {
            return found;
        }

        @Override
        public void append(List<JournalRecord> records) {
            List<JournalRecord> all = List.copyOf(records);
            appending.lock();
            try {
                if (!index.owns(run, token)) {
                    throw JournalException.fenced(run);
                }
                if (!all.isEmpty()) {
                    Frame frame = Append.frame(run, token, redacted(all));
                    long closedAt = Append.closedAt(frame.body());
                    writer().append(frame, place -> index.add(run, place, closedAt));
                }
            } finally {
                appending.unlock();
            }
        }

        @Override
        public JournalRecord written(JournalRecord record) {
            return redacted(Objects.requireNonNull(record, "record"));
        }

        private List<JournalRecord> redacted(List<JournalRecord> records) {
            List<JournalRecord> redacted = new ArrayList<>(records.size());
            for (JournalRecord record : records) {
                redacted.add(redacted(record));
            }
            return redacted;
        }

        private JournalRecord redacted(JournalRecord record) {
            String kind = record.getClass().getSimpleName();
            try {
                return Objects.requireNonNull(redaction.redact(run, record), "the redaction returned null");
            } catch (TenonException e) {
                throw e;
            } catch (RuntimeException e) {
                // Its message may hold what was to be taken out.
                throw new JournalException(
                        "journal.redaction",
                        "run \"" + run + "\": the redaction of a " + kind + " record failed with "
                                + e.getClass().getName() + "; nothing of the append was written",
                        Recovery.NONE,
                        null);
            }
        }

        @Override
        public void close() {
            appending.lock();
            try {
                index.release(run, token);
            } finally {
                appending.unlock();
            }
        }
    }
}
