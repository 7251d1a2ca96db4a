package dev.tenon.http;

import dev.tenon.provider.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to server-sent events, by the rules of the WHATWG HTML standard, section 9.2.6. Not thread-safe.
 *
 * <p>Two ways to give it bytes: {@link #of(InputStream)} reads a stream as it needs more, {@link #push()} is fed with {@link #feed}. Either way
 * {@link #next()} moves to the next whole event, whose data is then a slice of the {@link #buffer()}: valid until the next
 * call of {@code next} or {@code feed}, and copied only by {@link #data()}.
 *
 * <p>How it works: lines are looked for in the buffer the bytes came in. The data of an event of one line is where it arrived; every
 * further line is moved left to join the one before, which always has room, because the name of the field goes. A byte is looked at once
 * for line ends, however the input is cut.
 */
public final class EventStream {
    /** Room for 16 Mi bytes of one event: an image in base64 fits, a stream that never ends an event does not fill the heap. */
    public static final int MAX_EVENT_BYTES = 16 << 20;

    /** What most hosts send in one packet fits. */
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final long BELOW = 0x0E0E0E0E0E0E0E0EL;

    private static final long HIGH = 0x8080808080808080L;

    private static final int FIRST_BUFFER = 8 << 10;

    private static final String MESSAGE = "message";

    private final @Nullable InputStream in;
    private final int maxEventBytes;

    private byte[] buffer;
    /** Where the line that is being read begins. */
    private int line;
    /** The next byte to look at for a line end. */
    private int at;

    private int end;
    private boolean afterReturn;
    private boolean begun;
    private boolean bareJson;
    /** Whether the lines of the event so far are JSON without a field name. */
    private boolean bare;

    private boolean given;
    private boolean hasData;
    private int dataStart;
    private int dataEnd;
    private String type = "";
    private String idField = "";

    private String event = MESSAGE;
    private String lastEventId = "";
    private long retry = -1;

    private EventStream(@Nullable InputStream in, int maxEventBytes) {
        this.in = in;
        this.maxEventBytes = maxEventBytes;
        this.buffer = new byte[Math.min(FIRST_BUFFER, maxEventBytes)];
    }

    /** The events of a stream, each of at most {@value #MAX_EVENT_BYTES} bytes. The stream is read as events are asked for, and not closed. */
    public static EventStream of(InputStream in) {
        return of(in, MAX_EVENT_BYTES);
    }

    /** As {@link #of(InputStream)}, with another bound on the bytes of one event, its field names included. */
    public static EventStream of(InputStream in, int maxEventBytes) {
        if (maxEventBytes < 1) throw new IllegalArgumentException("maxEventBytes < 1: " + maxEventBytes);
        return new EventStream(Objects.requireNonNull(in, "in"), maxEventBytes);
    }

    /** The events of bytes that are {@linkplain #feed fed}. */
    public static EventStream push() {
        return new EventStream(null, MAX_EVENT_BYTES);
    }

    /**
     * Besides what the standard says: lines that begin with a brace, which by the standard are fields of an unknown name, are data, as are the
     * lines after them up to a blank one. Some hosts report an error so in the middle of a stream. Returns this.
     */
    public EventStream withBareJson() {
        bareJson = true;
        return this;
    }

    /** Adds bytes. They are copied; the event given last is no longer valid. */
    public void feed(byte[] bytes, int offset, int length) {
        Objects.requireNonNull(bytes, "bytes");
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (in != null) throw new IllegalStateException("this reads a stream; push() is fed");
        settle();
        reserve(length);
        System.arraycopy(bytes, offset, buffer, end, length);
        end += length;
    }

    /**
     * Moves to the next event. False where there is none: the stream is at its end, or more has to be fed.
     *
     * @throws ProviderException where an event is longer than the bound
     * @throws UncheckedIOException where the stream throws one
     */
    public boolean next() {
        settle();
        while (true) {
            if (nextInBuffer()) return true;
            if (in == null || !fill(in)) return false;
        }
    }

    /**
     * At the end of the stream: moves to the event that no blank line has ended, and that the standard drops. Some hosts end their streams
     * so, and a stream that was cut ends so too: the caller has to tell. False where there is none.
     */
    public boolean rest() {
        settle();
        if (at < end || line < end) {
            field(end);
            line = at = end;
        }
        return dispatch();
    }

    /** The event's name; {@code message} where it has none. */
    public String event() {
        return event;
    }

    /** The event's data as text. What is no UTF-8 is U+FFFD. */
    public String data() {
        return new String(buffer, dataStart, length(), StandardCharsets.UTF_8);
    }

    /** Where the event's data is: {@link #length()} bytes from {@link #offset()}, lines parted by LF. Not to be written to. */
    public byte[] buffer() {
        return buffer;
    }

    /** Index of the first byte of the event's data. */
    public int offset() {
        return dataStart;
    }

    /** Number of bytes of the event's data. */
    public int length() {
        return given ? dataEnd - dataStart : 0;
    }

    /** The last event id of the stream so far, which is also that of the event given last; empty where there was none. */
    public String lastEventId() {
        return lastEventId;
    }

    /** The reconnection time that the stream has set, in milliseconds; empty where it has not. */
    public OptionalLong retry() {
        return retry < 0 ? OptionalLong.empty() : OptionalLong.of(retry);
    }

    /** Forgets the event that was given. */
    private void settle() {
        if (given) {
            given = false;
            hasData = false;
        }
    }

    private boolean nextInBuffer() {
        if (afterReturn && at < end) {
            afterReturn = false;
            if (buffer[at] == '\n') line = ++at;
        }
        byte[] bytes = buffer;
        int limit = end;
        int i = plain(bytes, at, limit);
        for (; i < limit; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') continue;
            boolean blank = i == line || (!begun && i == line + bom(i));
            if (!blank) field(i);
            begun = true;
            if (b == '\r') {
                if (i + 1 == limit) {
                    afterReturn = true;
                } else if (bytes[i + 1] == '\n') {
                    i++;
                }
            }
            line = at = i + 1;
            if (blank && dispatch()) return true;
            i = plain(bytes, i + 1, limit) - 1;
        }
        at = i;
        return false;
    }

    /**
     * Where a line may end, looking at eight bytes at a time: before it no byte is below 14, and so none is LF or CR. Whether any byte of a word is below a number is told
     * as in "Bit Twiddling Hacks" (S. E. Anderson, 1997-2005, "Determine if a word has a byte less than n").
     */
    private static int plain(byte[] bytes, int from, int limit) {
        int i = from;
        while (i + 8 <= limit) {
            long word = (long) WORDS.get(bytes, i);
            if (((word - BELOW) & ~word & HIGH) != 0) break;
            i += 8;
        }
        return i;
    }

    /** Length of the byte order mark at the start of the first line, which ends at this index. */
    private int bom(int lineEnd) {
        boolean bom = !begun
                && lineEnd - line >= 3
                && buffer[line] == (byte) 0xEF
                && buffer[line + 1] == (byte) 0xBB
                && buffer[line + 2] == (byte) 0xBF;
        return bom ? 3 : 0;
    }

    /** Takes the line from {@link #line} to this index as a field. */
    private void field(int lineEnd) {
        int start = line + bom(lineEnd);
        if (bareJson && (bare || buffer[start] == '{') && (bare || !hasData)) {
            bare = true;
            addData(start, lineEnd);
            return;
        }
        int colon = start;
        while (colon < lineEnd && buffer[colon] != ':') colon++;
        int value = Math.min(colon + 1, lineEnd);
        if (value < lineEnd && buffer[value] == ' ') value++;
        if (named(start, colon, "data")) {
            addData(value, lineEnd);
        } else if (named(start, colon, "event")) {
            type = text(value, lineEnd, type);
        } else if (named(start, colon, "id")) {
            if (!holdsNul(value, lineEnd)) idField = text(value, lineEnd, idField);
        } else if (named(start, colon, "retry")) {
            setRetry(value, lineEnd);
        }
    }

    private boolean named(int from, int to, String name) {
        if (to - from != name.length()) return false;
        for (int i = 0; i < name.length(); i++) {
            if (buffer[from + i] != name.charAt(i)) return false;
        }
        return true;
    }

    private void addData(int from, int to) {
        if (!hasData) {
            hasData = true;
            dataStart = from;
            dataEnd = to;
            return;
        }
        buffer[dataEnd++] = '\n';
        System.arraycopy(buffer, from, buffer, dataEnd, to - from);
        dataEnd += to - from;
    }

    /** The text of a field; the same object as before where it says the same, as most events of a stream have one name. */
    private String text(int from, int to, String before) {
        String known = named(from, to, before) ? before : event;
        return named(from, to, known) ? known : new String(buffer, from, to - from, StandardCharsets.UTF_8);
    }

    private boolean holdsNul(int from, int to) {
        for (int i = from; i < to; i++) {
            if (buffer[i] == 0) return true;
        }
        return false;
    }

    /** ASCII digits only; a number that no {@code long} holds is as good as none. */
    private void setRetry(int from, int to) {
        if (from == to || to - from > 18) return;
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = buffer[i] - '0';
            if (digit < 0 || digit > 9) return;
            number = number * 10 + digit;
        }
        retry = number;
    }

    private boolean dispatch() {
        lastEventId = idField;
        if (hasData) event = type.isEmpty() ? MESSAGE : type;
        type = "";
        bare = false;
        given = hasData;
        return hasData;
    }

    private boolean fill(InputStream source) {
        reserve(1);
        int read;
        try {
            read = source.read(buffer, end, buffer.length - end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (read < 0) return false;
        end += read;
        return true;
    }

    /** Makes room behind what is there: moves what is still wanted to the front, and grows where that is not enough. */
    private void reserve(int length) {
        int from = hasData ? dataStart : line;
        int kept = end - from;
        if (kept > 0 && buffer.length - end >= length) return;
        if (in != null && kept >= maxEventBytes) {
            throw ProviderException.of(
                            ProviderException.Kind.MALFORMED_RESPONSE,
                            "an event of the stream is longer than " + maxEventBytes
                                    + " bytes; the stream was given up")
                    .build();
        }
        byte[] to = buffer;
        // Half a buffer of what is wanted still would be moved again and again.
        if (buffer.length - kept < length || kept > buffer.length / 2) {
            long wanted = Math.max((long) kept + length, 2L * buffer.length);
            long most = in == null ? Integer.MAX_VALUE - 8 : Math.max(maxEventBytes, kept + length);
            to = new byte[(int) Math.min(wanted, most)];
        }
        System.arraycopy(buffer, from, to, 0, kept);
        buffer = to;
        shift(from, kept);
    }

    private void shift(int by, int kept) {
        line -= by;
        at -= by;
        dataStart -= by;
        dataEnd -= by;
        end = kept;
    }
}
