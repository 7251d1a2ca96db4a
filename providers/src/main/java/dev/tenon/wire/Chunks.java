package dev.tenon.wire;

import dev.tenon.http.EventStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The data of a stream's events, one after the other, so that one JSON parser reads them all: it asks for bytes when it needs the next event, and
 * no sooner. {@code [DONE]} ends it.
 */
final class Chunks extends InputStream {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final EventStream events;
    private byte[] data = new byte[0];
    private int at;
    private int end;
    /** A line end between two events: a text that was cut does not go on in the next. */
    private boolean separator;

    private boolean done;
    private boolean skipped;
    private boolean over;

    Chunks(EventStream events) {
        this.events = events;
    }

    /** The name of the event that was begun last. */
    String event() {
        return events.event();
    }

    /** Whether the host said that the stream is at its end. */
    boolean done() {
        return done;
    }

    /** Whether there were events that are no JSON. */
    boolean skipped() {
        return skipped;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (at == end) {
            if (separator && length > 0) {
                separator = false;
                bytes[offset] = '\n';
                return 1;
            }
            if (!advance()) return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(data, at, bytes, offset, count);
        at += count;
        if (at == end) {
            if (count < length) {
                bytes[offset + count] = '\n';
                return count + 1;
            }
            separator = true;
        }
        return count;
    }

    private boolean advance() {
        while (!over) {
            if (!events.next()) {
                over = true;
                // A last event that no blank line ended: whole, or cut.
                if (!events.rest()) return false;
            }
            trim();
            if (at == end) continue;
            if (isDone()) {
                done = true;
                over = true;
                at = end;
                return false;
            }
            // Signs of life such as [PING]; what else it may be shows when the answer has no end.
            if (data[at] != '{') {
                at = end;
                skipped = true;
                continue;
            }
            if (!Utf8.valid(data, at, end)) {
                data = new String(data, at, end - at, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
                at = 0;
                end = data.length;
            }
            return true;
        }
        return false;
    }

    private void trim() {
        data = events.buffer();
        at = events.offset();
        end = at + events.length();
        while (at < end && data[at] <= ' ' && data[at] >= 0) at++;
        while (at < end && data[end - 1] <= ' ' && data[end - 1] >= 0) end--;
    }

    private boolean isDone() {
        return end - at == DONE.length && java.util.Arrays.equals(data, at, end, DONE, 0, DONE.length);
    }
}
