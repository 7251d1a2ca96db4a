package dev.tenon.journal.file;

import dev.tenon.error.Recovery;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a frame that adds records to a run.
 *
 * <pre>
 * u64 token of the owner
 * u64 when the run was closed by one of these records, milliseconds since 1970
 * u32 length of the run's id, and the id in UTF-8
 * u32 how many records; of each: u32 length, and its JSON form in UTF-8
 * </pre>
 */
final class Append {
    /** The time of what was not closed. */
    static final long OPEN = Long.MIN_VALUE;

    /** The largest frame, in bytes: an array of Java's that a small heap still holds. */
    static final int MOST = 256 << 20;

    private static final int ID = 2 * Long.BYTES;

    private Append() {}

    /** The frame of an append, without its place. */
    static Frame frame(String run, long token, List<JournalRecord> records) {
        byte[] id = run.getBytes(StandardCharsets.UTF_8);
        List<byte[]> texts = new ArrayList<>(records.size());
        long length = Frame.HEADER + ID + 2L * Integer.BYTES + id.length;
        long closedAt = OPEN;
        for (JournalRecord record : records) {
            byte[] text = RecordJson.of(record).toString().getBytes(StandardCharsets.UTF_8);
            texts.add(text);
            length += Integer.BYTES + text.length;
            if (record instanceof JournalRecord.Closed closed) {
                closedAt = millis(closed.time());
            }
        }
        if (length > MOST) {
            throw new JournalException(
                    "journal.too_large",
                    "run \"" + run + "\": an append of " + length + " bytes; at most " + MOST
                            + " can be written at once, keep large contents elsewhere and their place in the record",
                    Recovery.NONE,
                    null);
        }
        byte[] bytes = new byte[(int) length];
        Frame.LONG.set(bytes, Frame.HEADER, token);
        Frame.LONG.set(bytes, Frame.HEADER + Long.BYTES, closedAt);
        int at = put(bytes, Frame.HEADER + ID, id);
        Frame.INT.set(bytes, at, texts.size());
        at += Integer.BYTES;
        for (byte[] text : texts) {
            at = put(bytes, at, text);
        }
        return new Frame(Frame.APPEND, closedAt == OPEN ? 0 : Frame.CLOSES, bytes, bytes.length);
    }

    /** Milliseconds since 1970, never {@link #OPEN}; times that are further away than those count are as far as they count. */
    static long millis(Instant time) {
        try {
            return Math.max(time.toEpochMilli(), OPEN + 1);
        } catch (ArithmeticException e) {
            return time.isBefore(Instant.EPOCH) ? OPEN + 1 : Long.MAX_VALUE;
        }
    }

    /** Puts a block and its length at a place; returns the place behind it. */
    static int put(byte[] bytes, int at, byte[] part) {
        Frame.INT.set(bytes, at, part.length);
        System.arraycopy(part, 0, bytes, at + Integer.BYTES, part.length);
        return at + Integer.BYTES + part.length;
    }

    /** The run's id in a body. */
    static String run(Bytes body) {
        return body.text(ID);
    }

    /** When the run was closed by the records of a body, in milliseconds since 1970; {@link #OPEN} where it was not. */
    static long closedAt(Bytes body) {
        return body.number(Long.BYTES);
    }

    /** Adds the records of a body to a list. */
    static void read(Bytes body, List<JournalRecord> into) {
        int at = ID + body.blockAt(ID);
        int count = body.count(at);
        at += Integer.BYTES;
        for (int i = 0; i < count; i++) {
            into.add(RecordJson.read(Json.parse(body.block(at))));
            at += body.blockAt(at);
        }
    }
}
