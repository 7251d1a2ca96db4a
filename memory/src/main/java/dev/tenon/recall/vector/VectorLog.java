package dev.tenon.recall.vector;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.memory.MemoryException;
import dev.tenon.provider.Embedding;
import dev.tenon.vector.VectorEntry;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of changes to vectors, each a frame: its length, a checksum, what it is. After the frames of one change comes a frame that closes it and holds its own place; what no such frame follows never happened.
 *
 * <p>{@code RandomAccessFile} and no channel, which would be closed for everybody when one thread that reads is interrupted. Not thread-safe, but for reading of what was written before.
 */
final class VectorLog implements AutoCloseable {
    private static final byte[] HEAD = "tenon vectors 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFIX = 8;
    private static final byte PUT = 1;
    private static final byte DELETE = 2;
    private static final byte CLOSE = 3;
    private static final int CLOSE_BYTES = PREFIX + 1 + Long.BYTES;

    /** No frame is larger, so that a length that was damaged is seen as such. */
    private static final int MOST = 64 * 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final Path path;
    private final RandomAccessFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private long end;

    /** What reading tells of. */
    interface Reader {
        void put(String id, Embedding vector, Json.Obj metadata, OnDisk kept, int bytes);

        void delete(String id);
    }

    /** An entry in the file. */
    record OnDisk(VectorLog log, long at) implements VectorIndex.Kept {
        @Override
        public Embedding vector() {
            return log.vector(at);
        }

        @Override
        public String text() {
            return log.text(at);
        }
    }

    private VectorLog(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /** An empty file in place of what is there. */
    static VectorLog create(Path path) throws IOException {
        VectorLog log = new VectorLog(path, new RandomAccessFile(path.toFile(), "rw"));
        try {
            log.file.setLength(0);
            log.file.write(HEAD);
            log.end = HEAD.length;
            return log;
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    /** A file that is there; {@link #read} comes first. */
    static VectorLog open(Path path) throws IOException {
        return new VectorLog(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    Path path() {
        return path;
    }

    long end() {
        return end;
    }

    void force() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    // Reading

    /**
     * Tells of all changes in order, and cuts off what a crash left of one that is not closed.
     *
     * @return how many bytes were cut off
     */
    long read(Reader reader) throws IOException {
        long length = file.length();
        byte[] head = new byte[(int) Math.min(length, HEAD.length)];
        file.seek(0);
        file.readFully(head);
        if (!java.util.Arrays.equals(head, HEAD)) {
            throw MemoryException.damaged(
                    path.toString(), "it does not begin as a file of vectors does; is it another file?");
        }
        Input in = new Input(HEAD.length);
        List<Frame> pending = new ArrayList<>();
        end = HEAD.length;
        for (Frame frame = in.next(); frame != null; frame = in.next()) {
            if (frame.kind() != CLOSE) {
                pending.add(frame);
                continue;
            }
            for (Frame one : pending) {
                tell(one, reader);
            }
            pending.clear();
            end = in.at;
        }
        long torn = length - end;
        if (torn > 0) {
            long closed = laterClose(in.at, length);
            if (closed >= 0) {
                throw MemoryException.damaged(
                        path.toString(),
                        "the frame at byte " + in.at
                                + " is not as it was written, and a change that was finished at byte " + closed
                                + " follows it; take the file from a copy");
            }
            file.setLength(end);
            force();
        }
        return torn;
    }

    /** A frame that was read whole. */
    private static final class Frame {
        final long at;
        final byte[] payload;

        Frame(long at, byte[] payload) {
            this.at = at;
            this.payload = payload;
        }

        byte kind() {
            return payload[0];
        }
    }

    private void tell(Frame frame, Reader reader) {
        Fields fields = new Fields(frame.payload);
        try {
            if (frame.kind() == DELETE) {
                reader.delete(fields.string());
                return;
            }
            Embedding vector = fields.vector();
            String id = fields.string();
            Json.Obj metadata = Json.parse(fields.string()).asObj();
            reader.put(id, vector, metadata, new OnDisk(this, frame.at), PREFIX + frame.payload.length);
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException | JsonException e) {
            throw MemoryException.damaged(
                    path.toString(),
                    "the frame at byte " + frame.at + " is whole and cannot be read: " + e.getMessage());
        }
    }

    /** Reads frame by frame. */
    private final class Input {
        private final byte[] buffer = new byte[BUFFER];
        private int from;
        private int until;
        private long read;
        // Where the next frame begins.
        long at;

        Input(long from) throws IOException {
            at = from;
            read = from;
            file.seek(from);
        }

        /** The next frame; null where there is none, or it is not as it was written. */
        @Nullable
        Frame next() throws IOException {
            byte[] prefix = new byte[PREFIX];
            if (!fill(prefix)) {
                return null;
            }
            ByteBuffer head = ByteBuffer.wrap(prefix);
            int length = head.getInt();
            if (length < 1 || length > MOST || length > file.length() - at - PREFIX) {
                return null;
            }
            byte[] payload = new byte[length];
            if (!fill(payload) || checksum(payload) != head.getInt() || !isKnown(payload, at)) {
                return null;
            }
            Frame frame = new Frame(at, payload);
            at += PREFIX + length;
            return frame;
        }

        private boolean fill(byte[] bytes) throws IOException {
            int done = 0;
            while (done < bytes.length) {
                if (from == until) {
                    file.seek(read);
                    until = file.read(buffer);
                    from = 0;
                    if (until < 0) {
                        until = 0;
                        return false;
                    }
                    read += until;
                }
                int some = Math.min(bytes.length - done, until - from);
                System.arraycopy(buffer, from, bytes, done, some);
                from += some;
                done += some;
            }
            return true;
        }
    }

    private static boolean isKnown(byte[] payload, long at) {
        return switch (payload[0]) {
            case PUT, DELETE -> true;
            case CLOSE ->
                payload.length == 1 + Long.BYTES
                        && ByteBuffer.wrap(payload, 1, Long.BYTES).getLong() == at;
            default -> false;
        };
    }

    /** Where after this place a frame closes a change, by which it is known that what came before it was finished; -1 for nowhere. */
    private long laterClose(long after, long length) throws IOException {
        byte[] window = new byte[BUFFER];
        for (long from = after; from + CLOSE_BYTES <= length; from += BUFFER - CLOSE_BYTES + 1) {
            int size = (int) Math.min(BUFFER, length - from);
            file.seek(from);
            file.readFully(window, 0, size);
            for (int i = 0; i + CLOSE_BYTES <= size; i++) {
                ByteBuffer frame = ByteBuffer.wrap(window, i, CLOSE_BYTES);
                if (frame.getInt() == 1 + Long.BYTES && isClose(frame, from + i)) {
                    return from + i;
                }
            }
        }
        return -1;
    }

    private static boolean isClose(ByteBuffer frame, long at) {
        int sum = frame.getInt();
        byte[] payload = new byte[1 + Long.BYTES];
        frame.get(payload);
        return payload[0] == CLOSE && checksum(payload) == sum && isKnown(payload, at);
    }

    private static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    private byte[] bytes(long at, int length) {
        byte[] bytes = new byte[length];
        lock.lock();
        try {
            file.seek(at);
            file.readFully(bytes);
            return bytes;
        } catch (EOFException e) {
            throw MemoryException.damaged(path.toString(), "it ends before the frame at byte " + at + " does");
        } catch (IOException e) {
            throw FileVectorStore.failed("to read " + path, e);
        } finally {
            lock.unlock();
        }
    }

    /** The payload of the frame at a place that was read or written before. */
    byte[] payload(long at) {
        ByteBuffer prefix = ByteBuffer.wrap(bytes(at, PREFIX));
        int length = prefix.getInt();
        if (length < 1 || length > MOST) {
            throw MemoryException.damaged(path.toString(), "the frame at byte " + at + " is not as it was written");
        }
        byte[] payload = bytes(at + PREFIX, length);
        if (checksum(payload) != prefix.getInt()) {
            throw MemoryException.damaged(path.toString(), "the frame at byte " + at + " is not as it was written");
        }
        return payload;
    }

    private Embedding vector(long at) {
        return new Fields(payload(at)).vector();
    }

    private String text(long at) {
        Fields fields = new Fields(payload(at));
        fields.vector();
        fields.string();
        fields.string();
        return fields.string();
    }

    /** The parts of a payload, after its kind. */
    private static final class Fields {
        private final ByteBuffer in;

        Fields(byte[] payload) {
            in = ByteBuffer.wrap(payload, 1, payload.length - 1);
        }

        Embedding vector() {
            float[] numbers = new float[in.getInt()];
            in.asFloatBuffer().get(numbers);
            in.position(in.position() + numbers.length * Float.BYTES);
            return Embedding.of(numbers);
        }

        String string() {
            boolean utf8 = in.get() == 0;
            byte[] bytes = new byte[in.getInt()];
            in.get(bytes);
            return utf8
                    ? new String(bytes, StandardCharsets.UTF_8)
                    : ByteBuffer.wrap(bytes).asCharBuffer().toString();
        }
    }

    // Writing

    /** A change that is being written. It did not happen until it is {@linkplain #close closed}, and not at all where that fails. */
    final class Change {
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        private long written = end;

        void delete(String id) throws IOException {
            Words word = new Words(id);
            ByteBuffer payload = ByteBuffer.allocate(1 + word.size());
            payload.put(DELETE);
            word.to(payload);
            frame(payload.array());
        }

        /** Writes an entry as {@link VectorLog#payload} has made it. */
        OnDisk put(byte[] payload) throws IOException {
            return new OnDisk(VectorLog.this, frame(payload));
        }

        private long frame(byte[] payload) throws IOException {
            long at = written + buffer.position();
            write(ByteBuffer.allocate(PREFIX)
                    .putInt(payload.length)
                    .putInt(checksum(payload))
                    .array());
            write(payload);
            return at;
        }

        private void write(byte[] bytes) throws IOException {
            if (bytes.length > buffer.remaining()) {
                flush();
            }
            if (bytes.length > buffer.remaining()) {
                file.seek(written);
                file.write(bytes);
                written += bytes.length;
            } else {
                buffer.put(bytes);
            }
        }

        private void flush() throws IOException {
            file.seek(written);
            file.write(buffer.array(), 0, buffer.position());
            written += buffer.position();
            buffer.clear();
        }

        /** When it returns, the disk has it. */
        void close() throws IOException {
            long at = written + buffer.position();
            frame(ByteBuffer.allocate(1 + Long.BYTES).put(CLOSE).putLong(at).array());
            flush();
            force();
            end = written;
        }
    }

    /** Takes away what was written of a change that failed. */
    void undo() throws IOException {
        file.setLength(end);
    }

    /** How many bytes the frame of a payload takes. */
    static int frameBytes(byte[] payload) {
        return PREFIX + payload.length;
    }

    static byte[] payload(VectorEntry entry) {
        Words id = new Words(entry.id());
        Words metadata = new Words(entry.metadata().toString());
        Words text = new Words(entry.text());
        int dimensions = entry.vector().dimensions();
        long size = 1L + Integer.BYTES + (long) dimensions * Float.BYTES + id.size() + metadata.size() + text.size();
        if (size > MOST) {
            throw new IllegalArgumentException("an entry of a file of vectors has at most " + MOST + " bytes, this has "
                    + size + "; split its text. Nothing was added");
        }
        ByteBuffer payload = ByteBuffer.allocate((int) size).put(PUT).putInt(dimensions);
        for (int i = 0; i < dimensions; i++) {
            payload.putFloat(entry.vector().get(i));
        }
        id.to(payload);
        metadata.to(payload);
        text.to(payload);
        return payload.array();
    }

    /** A text as bytes: UTF-8, or its characters where half a pair of surrogates is among them, which UTF-8 has no form for. */
    private static final class Words {
        private final byte[] bytes;
        private final byte form;

        Words(String text) {
            boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(text);
            this.bytes = whole ? text.getBytes(StandardCharsets.UTF_8) : characters(text);
            this.form = (byte) (whole ? 0 : 1);
        }

        private static byte[] characters(String text) {
            ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
            bytes.asCharBuffer().put(text);
            return bytes.array();
        }

        int size() {
            return 1 + Integer.BYTES + bytes.length;
        }

        void to(ByteBuffer out) {
            out.put(form).putInt(bytes.length).put(bytes);
        }
    }
}
