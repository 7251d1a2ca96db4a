package dev.tenon.journal.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The unit of writing: it is there whole or not at all. A header of {@value #HEADER} bytes, then a body.
 *
 * <pre>
 *  0  u32  length of the body
 *  4  u8   kind; u8 flags; u16 zero
 *  8  u64  forced: up to which offset of the segment all was forced when this was written
 * 16  u32  CRC-32C of the body
 * 20  u32  CRC-32C of the segment's salt, this frame's offset and the 20 bytes before
 * </pre>
 *
 * <p>All numbers are big-endian. Offset and salt are under the checksum so that nothing passes for a frame but what was written there as one: not what was copied
 * from elsewhere, and no text of a user that looks like one.
 *
 * <p>{@code forced} tells a torn tail from damage. Until bytes are forced a disk may keep any of them, in any order; so what cannot be read and was not yet forced
 * when the last readable frame was written is a torn tail, and what had been forced is damage.
 *
 * <p>Not thread-safe.
 */
final class Frame {
    static final int HEADER = 24;

    /** An append of records. */
    static final byte APPEND = 1;
    /** Runs were deleted. */
    static final byte DELETE = 2;
    /** The journal was opened by a writer; the body is its epoch. */
    static final byte OPENED = 3;
    /** The journal was closed; all before was forced. */
    static final byte CLOSED = 4;
    /** The last frame of a segment that is full. */
    static final byte SEAL = 5;

    /** Of an append: its last record closes the run. */
    static final byte CLOSES = 1;

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int length;

    /**
     * @param bytes room for the header, then the body, then perhaps more
     * @param length of header and body
     */
    Frame(byte kind, byte flags, byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
        INT.set(bytes, 0, length - HEADER);
        bytes[4] = kind;
        bytes[5] = flags;
        bytes[6] = 0;
        bytes[7] = 0;
        INT.set(bytes, 16, crc(bytes, HEADER, length - HEADER));
    }

    /** A frame without a body. */
    static Frame of(byte kind) {
        return new Frame(kind, (byte) 0, new byte[HEADER], HEADER);
    }

    /** A frame whose body is one number. */
    static Frame of(byte kind, long body) {
        byte[] bytes = new byte[HEADER + Long.BYTES];
        LONG.set(bytes, HEADER, body);
        return new Frame(kind, (byte) 0, bytes, bytes.length);
    }

    /** Header and body, after {@link #place}. */
    byte[] bytes() {
        return bytes;
    }

    /** Bytes of header and body. */
    int length() {
        return length;
    }

    Bytes body() {
        return new Bytes(bytes, HEADER, length - HEADER);
    }

    /** Says where the frame is written. */
    void place(long salt, long offset, long forced) {
        LONG.set(bytes, 8, forced);
        INT.set(bytes, 20, check(salt, offset, bytes, 0));
    }

    /** The checksum of a header that stands in an array. */
    static int check(long salt, long offset, byte[] bytes, int at) {
        byte[] place = new byte[2 * Long.BYTES];
        LONG.set(place, 0, salt);
        LONG.set(place, Long.BYTES, offset);
        CRC32C crc = new CRC32C();
        crc.update(place);
        crc.update(bytes, at, 20);
        return (int) crc.getValue();
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
