package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.testing.Chance;
import dev.tenon.testing.Property;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class Utf8Test {
    /** Texts of all lengths, some with a byte changed, in the middle of an array. */
    private static byte[] bytes(Chance chance) {
        StringBuilder text = new StringBuilder();
        for (int left = chance.below(40); left > 0; left--) {
            text.append(chance.pick(List.of("a", "bcdefghi", "é", "語", "😀")));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && chance.oneIn(2)) bytes[chance.below(bytes.length)] = (byte) chance.below(256);
        return bytes;
    }

    private static boolean asTheJdkSays(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void isUtf8WhereTheJdkSaysSo() {
        Property.forAll(5_000, Utf8Test::bytes, bytes -> {
            byte[] within = new byte[bytes.length + 5];
            System.arraycopy(bytes, 0, within, 2, bytes.length);
            within[0] = (byte) 0xFF;
            within[within.length - 1] = (byte) 0xFF;
            assertThat(Utf8.valid(within, 2, 2 + bytes.length)).isEqualTo(asTheJdkSays(bytes));
        });
    }
}
