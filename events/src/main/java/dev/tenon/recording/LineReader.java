package dev.tenon.recording;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes whole lines out of a stream that may grow. Not thread-safe. */
final class LineReader implements AutoCloseable {
    /** Bytes of a line: more than any event takes, so that a file that is none does not fill the memory. */
    static final int LONGEST = 256 << 20;

    private final InputStream in;
    private final int longest;
    private byte[] buffer = new byte[1 << 16];
    private int from;
    private int looked;
    private int to;
    private boolean skipping;
    private long line;
    private long read;

    LineReader(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** A line without its end; {@code bytes} are null where it is too long to be kept. */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
    record Line(byte @Nullable [] bytes, long number) {}

    /**
     * The next line that has an end; null where there is none yet.
     *
     * @param limit of how many bytes of the stream are to be looked at
     */
    @Nullable
    Line next(long limit) throws IOException {
        while (true) {
            for (; looked < to; looked++) {
                if (buffer[looked] == '\n') {
                    return take();
                }
            }
            if (to - from > longest) {
                skipping = true;
                from = to;
                looked = to;
            }
            if (!fill(limit)) {
                return null;
            }
        }
    }

    private Line take() {
        byte[] bytes = skipping ? null : Arrays.copyOfRange(buffer, from, looked);
        from = ++looked;
        skipping = false;
        return new Line(bytes, ++line);
    }

    private boolean fill(long limit) throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            looked -= from;
            from = 0;
        }
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * buffer.length));
        }
        int wanted = (int) Math.min(buffer.length - to, limit - read);
        int got = wanted <= 0 ? 0 : Math.max(0, in.read(buffer, to, wanted));
        to += got;
        read += got;
        return got > 0;
    }

    /** The number of the line that comes next, from 1. */
    long number() {
        return line + 1;
    }

    /** What there is of a line that has no end yet. */
    byte[] rest() {
        return Arrays.copyOfRange(buffer, from, to);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
