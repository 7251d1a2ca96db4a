package dev.tenon.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8 (RFC 3629, section 4). */
final class Utf8 {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** The bit that ASCII has not, of eight bytes. */
    private static final long HIGH = 0x8080808080808080L;

    private Utf8() {}

    static boolean valid(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (i + 8 <= to && ((long) WORDS.get(bytes, i) & HIGH) == 0) {
                i += 8;
                continue;
            }
            int b = bytes[i++];
            if (b >= 0) continue;
            int more = (b & 0xE0) == 0xC0 ? 1 : (b & 0xF0) == 0xE0 ? 2 : (b & 0xF8) == 0xF0 ? 3 : 0;
            if (more == 0 || to - i < more) return false;
            int code = b & (0x3F >> more);
            for (int k = 0; k < more; k++) {
                int next = bytes[i++];
                if ((next & 0xC0) != 0x80) return false;
                code = code << 6 | next & 0x3F;
            }
            boolean shortest = code >= (more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000);
            if (!shortest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
        }
        return true;
    }
}
