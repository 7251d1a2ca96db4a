package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.wire.ReplyBody.Form;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyBodyTest {
    /** A connection that gives so many bytes at a time. */
    private static final class Pieces extends InputStream {
        private final InputStream all;
        private final int size;

        Pieces(String text, int size) {
            this.all = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            return all.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return all.read(bytes, offset, Math.min(length, size));
        }

        @Override
        public int available() throws IOException {
            return Math.min(size, all.available());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data: {}   | EVENTS",
                "event: a   | EVENTS",
                "id: 1      | EVENTS",
                "retry: 100 | EVENTS",
                ": hello    | EVENTS",
                "{\"a\": 1}  | JSON",
                "[1]        | JSON",
                "<html>     | OTHER",
                "dat        | OTHER",
                "Internal error | OTHER",
                "''         | EMPTY",
            })
    void isKnownByItsFirstBytesHoweverTheyCome(String text, Form form) throws IOException {
        String blank = "\uFEFF" + " \r\n".repeat(100);
        for (String body : new String[] {text, blank + text, text + "\n" + "x".repeat(300)}) {
            if (text.isEmpty() && !body.isBlank() && !body.startsWith("\uFEFF")) continue;
            for (int size : new int[] {1, 2, 5, 63, 64, 65, 10_000}) {
                ReplyBody read = ReplyBody.of(new Pieces(body, size), false);
                assertThat(read.form()).as("%s in pieces of %s", body, size).isEqualTo(form);
                assertThat(new String(read.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(form == Form.EMPTY ? "" : body.substring(body.indexOf(text)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 1_000, 10_000})
    void fillsTheBufferOfItsReaderWithWhatHasCome(int length) throws IOException {
        String text = "{" + "1".repeat(length - 1);
        byte[] buffer = new byte[8_000];

        int read = ReplyBody.of(new Pieces(text, 100_000), false).read(buffer, 0, buffer.length);

        assertThat(new String(buffer, 0, read, StandardCharsets.UTF_8))
                .isEqualTo(text.substring(0, Math.min(length, buffer.length)));
    }
}
