package dev.tenon.journal.file;

import dev.tenon.error.Recovery;
import dev.tenon.journal.JournalException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * One file of a journal: a header of {@value #HEADER} bytes, then frames. What is here reads; {@link Tail} writes the last one, {@link Compaction} new ones.
 *
 * <pre>
 *  0  8 bytes  {@code TENONJ}, and the version of the format
 *  8  u64  number, from 1
 * 16  u64  through: the last number whose frames are here, more than the number where segments were merged
 * 24  u64  epoch: no writer before this segment had a greater one
 * 32  u64  salt: random, under the checksum of each frame
 * 40  u32  zero
 * 44  u32  CRC-32C of the bytes before
 * </pre>
 *
 * <p>A segment gets its name when its header is on the disk for good, and the one before gets its seal after that. So every segment but the last is sealed (the
 * one before an empty last one may lack its seal), a sealed one has a successor, and numbers have no gap.
 *
 * <p>Thread-safe.
 */
final class Segment implements AutoCloseable {
    static final int HEADER = 48;

    private static final byte[] MAGIC = {'T', 'E', 'N', 'O', 'N', 'J', 0, 1};
    private static final String SUFFIX = ".journal";
    private static final String UNFINISHED = ".journal.new";

    /** Bytes that are read at once where all frames are read. */
    static final int MANY = 256 << 10;
    /** Bytes that are read at once where one frame is read. */
    static final int FEW = 8 << 10;

    /** What the header says. */
    record Head(long number, long through, long epoch, long salt) {}

    /** Sees frames, in order. */
    interface Visitor {
        /**
         * @param body valid during the call
         */
        void frame(long offset, byte kind, byte flags, Bytes body) throws IOException;
    }

    /**
     * How far a segment could be read.
     *
     * @param end the offset behind the last frame that could be read
     * @param flaw why the next could not; empty where there is no more
     */
    record Read(long end, String flaw, boolean sealed) {}

    final Head head;
    private final Disk disk;
    private final String name;
    private volatile DiskFile file;
    /** Bytes that are read: those written, and forced where the journal promises so. */
    private volatile long end;

    /** Bytes of the frames that the index points to. Guarded by the lock of {@link RunIndex}. */
    long live;

    private Segment(Disk disk, String name, DiskFile file, Head head) throws IOException {
        this.disk = disk;
        this.name = name;
        this.file = file;
        this.head = head;
        this.end = file.size();
    }

    static String name(long number) {
        return String.format(Locale.ROOT, "%016d%s", number, SUFFIX);
    }

    /** Whether a name is that of a segment, which are numbered from 1; other files are left alone. */
    static boolean isName(String name) {
        return name.matches("[0-9]{16}\\.journal") && number(name) > 0;
    }

    /** Whether a name is that of a segment that was being made. */
    static boolean isUnfinished(String name) {
        return name.matches("[0-9]{16}\\.journal\\.new");
    }

    /** The number in a name. */
    static long number(String name) {
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    static String unfinished(long number) {
        return String.format(Locale.ROOT, "%016d%s", number, UNFINISHED);
    }

    /** The bytes of a header. */
    static byte[] header(Head head) {
        byte[] bytes = Arrays.copyOf(MAGIC, HEADER);
        Frame.LONG.set(bytes, 8, head.number);
        Frame.LONG.set(bytes, 16, head.through);
        Frame.LONG.set(bytes, 24, head.epoch);
        Frame.LONG.set(bytes, 32, head.salt);
        Frame.INT.set(bytes, 44, Frame.crc(bytes, 0, 44));
        return bytes;
    }

    /** Makes a segment without frames, on the disk for good. */
    static void create(Disk disk, Head head) throws IOException {
        String unfinished = unfinished(head.number);
        try (DiskFile file = disk.create(unfinished)) {
            file.write(0, header(head), HEADER);
            file.force();
        }
        disk.rename(unfinished, name(head.number));
        disk.force();
    }

    /**
     * Opens a segment and reads its header.
     *
     * @throws JournalException of code {@code journal.damaged} or {@code journal.version}
     */
    static Segment open(Disk disk, String name) throws IOException {
        DiskFile file = disk.open(name);
        try {
            return new Segment(disk, name, file, head(disk, name, file));
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    private static Head head(Disk disk, String name, DiskFile file) throws IOException {
        if (file.size() < HEADER) {
            throw damaged(disk, name, 0, "the file ends within its header");
        }
        byte[] bytes = new byte[HEADER];
        file.read(0, bytes, 0, HEADER);
        if ((int) Frame.INT.get(bytes, 44) != Frame.crc(bytes, 0, 44)) {
            throw damaged(disk, name, 0, "the header has a wrong checksum");
        }
        if (!Arrays.equals(bytes, 0, MAGIC.length - 1, MAGIC, 0, MAGIC.length - 1)) {
            throw damaged(disk, name, 0, "the file does not begin as a segment of a journal does");
        }
        if (bytes[7] != MAGIC[7]) {
            throw newer(disk, name, "format " + bytes[7]);
        }
        Head head = new Head(
                (long) Frame.LONG.get(bytes, 8),
                (long) Frame.LONG.get(bytes, 16),
                (long) Frame.LONG.get(bytes, 24),
                (long) Frame.LONG.get(bytes, 32));
        if (head.number != number(name)) {
            throw damaged(disk, name, 0, "the header is that of segment " + head.number + "; the file was renamed");
        }
        return head;
    }

    String name() {
        return name;
    }

    long end() {
        return end;
    }

    void end(long more) {
        end = more;
    }

    /** What is wrong with the bytes at a place. */
    JournalException damaged(long offset, String flaw) {
        return damaged(disk, name, offset, flaw);
    }

    static JournalException damaged(Disk disk, String name, long offset, String flaw) {
        return JournalException.damaged(disk.path(name).toString(), offset, flaw);
    }

    private static JournalException newer(Disk disk, String name, String what) {
        return new JournalException(
                "journal.version",
                disk.path(name) + " was written by a newer version: " + what + " is not known to this one",
                Recovery.NONE,
                null);
    }

    /** Reads frames from the first on until there are no more, or one cannot be read. */
    Read scan(Visitor visitor) throws IOException {
        Window window = new Window(MANY);
        long offset = HEADER;
        while (true) {
            String flaw = window.flaw(offset);
            if (!flaw.isEmpty()) {
                return new Read(offset, offset == end ? "" : flaw, false);
            }
            byte kind = window.kind();
            if (kind < Frame.APPEND || kind > Frame.SEAL) {
                throw newer(disk, name, "frame " + kind + " at byte " + offset);
            }
            Bytes body = window.body();
            try {
                visitor.frame(offset, kind, window.flags(), body);
            } catch (IndexOutOfBoundsException e) {
                throw damaged(offset, "a frame does not hold what it says");
            }
            offset += Frame.HEADER + body.length();
            if (kind == Frame.SEAL) {
                return new Read(offset, offset == end ? "" : "there is more after the last frame", true);
            }
        }
    }

    /**
     * Whether what cannot be read at this offset was once on the disk for good: a later frame was written when it had been forced.
     *
     * <p>O(bytes that follow).
     */
    boolean forcedOnce(long flawed) throws IOException {
        Window window = new Window(MANY);
        for (long offset = flawed + 1; offset + Frame.HEADER <= end; offset++) {
            if (window.looksLikeFrame(offset) && window.flaw(offset).isEmpty() && window.forced() > flawed) {
                return true;
            }
        }
        return false;
    }

    /** Reads frames that are known to be here. */
    Window window() {
        return new Window(FEW);
    }

    /** A part of the segment in memory. Not thread-safe. */
    final class Window {
        private final int ahead;
        private byte[] buffer = {};
        private long start;
        private int filled;
        /** Where the frame that was looked at begins in the buffer. */
        private int frame;

        private Window(int ahead) {
            this.ahead = ahead;
        }

        /** The body of the frame at an offset: valid until the next call. */
        Bytes body(long offset) throws IOException {
            String flaw = flaw(offset);
            if (!flaw.isEmpty()) {
                throw damaged(offset, flaw);
            }
            return body();
        }

        /** What is wrong with the frame at an offset; empty where it is whole, and the frame that the other methods are about. */
        private String flaw(long offset) throws IOException {
            if (!load(offset, Frame.HEADER)) {
                return "the file ends within the header of a frame";
            }
            if ((int) Frame.INT.get(buffer, frame + 20) != Frame.check(head.salt, offset, buffer, frame)) {
                return "the header of a frame has a wrong checksum";
            }
            int length = (int) Frame.INT.get(buffer, frame);
            if (length < 0 || !load(offset, (long) Frame.HEADER + length)) {
                return "the file ends within a frame";
            }
            if ((int) Frame.INT.get(buffer, frame + 16) != Frame.crc(buffer, frame + Frame.HEADER, length)) {
                return "a frame has a wrong checksum";
            }
            return "";
        }

        /** A look that costs little, before the checksum: kinds, flags and the zeros of a header. */
        private boolean looksLikeFrame(long offset) throws IOException {
            if (!load(offset, Frame.HEADER)) {
                return false;
            }
            byte kind = buffer[frame + 4];
            return kind >= Frame.APPEND
                    && kind <= Frame.SEAL
                    && (buffer[frame + 5] & ~Frame.CLOSES) == 0
                    && buffer[frame + 6] == 0
                    && buffer[frame + 7] == 0;
        }

        private byte kind() {
            return buffer[frame + 4];
        }

        private byte flags() {
            return buffer[frame + 5];
        }

        private long forced() {
            return (long) Frame.LONG.get(buffer, frame + 8);
        }

        private Bytes body() {
            return new Bytes(buffer, frame + Frame.HEADER, (int) Frame.INT.get(buffer, frame));
        }

        /** Has so many bytes from an offset on in the buffer; false where the segment does not have them. */
        private boolean load(long offset, long length) throws IOException {
            if (offset < start || offset + length > start + filled) {
                if (offset + length > end) {
                    return false;
                }
                int wanted = (int) Math.min(Math.max(length, ahead), end - offset);
                if (buffer.length < wanted) {
                    buffer = new byte[wanted];
                }
                filled = 0;
                file.read(offset, buffer, 0, wanted);
                start = offset;
                filled = wanted;
            }
            frame = (int) (offset - start);
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Opens the file again after it was closed. */
    void reopen() throws IOException {
        file = disk.open(name);
    }
}
