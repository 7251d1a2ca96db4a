package dev.tenon.wire;

import dev.tenon.provider.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * The messages of Amazon's event streams ({@code application/vnd.amazon.eventstream}), each with headers and a payload. Their form (Smithy 2.0, "Amazon Event
 * Stream specification"): total length, length of the headers, checksum of both; headers; payload; checksum of all before. Numbers are of four bytes, the highest
 * first, checksums are CRC-32. Both checksums are verified. Not thread-safe.
 */
final class BinaryMessages {
    /** Bytes of a message at most: the specification's 24 MiB of payload and 128 KiB of headers. */
    private static final int MAX_MESSAGE = (24 << 20) + (128 << 10) + 16;

    private static final int PRELUDE = 12;
    private static final int CHECKSUM = 4;

    private final InputStream in;
    private final Function<String, ProviderException> malformed;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private byte[] message = new byte[1024];
    private int payload;
    private int end;

    /** @param malformed makes the exception of what is wrong */
    BinaryMessages(InputStream in, Function<String, ProviderException> malformed) {
        this.in = in;
        this.malformed = malformed;
    }

    /** Reads the next message; false at the end. */
    boolean next() {
        int read = fill(0, PRELUDE);
        if (read == 0) return false;
        if (read < PRELUDE) throw malformed.apply("the stream was cut in the midst of a message");
        ByteBuffer prelude = ByteBuffer.wrap(message, 0, PRELUDE);
        // Lengths that are too large for an int are negative, and refused.
        int total = prelude.getInt();
        int headersLength = prelude.getInt();
        verify(PRELUDE - CHECKSUM, prelude.getInt(), "the beginning of a message");
        if (total < PRELUDE + CHECKSUM
                || total > MAX_MESSAGE
                || headersLength < 0
                || headersLength > total - PRELUDE - CHECKSUM) {
            throw malformed.apply("a message of the stream says it has " + (total & 0xFFFFFFFFL) + " bytes, "
                    + (headersLength & 0xFFFFFFFFL) + " of them headers; at most " + MAX_MESSAGE + " are read");
        }
        if (message.length < total) message = java.util.Arrays.copyOf(message, Math.max(total, 2 * message.length));
        if (fill(PRELUDE, total - PRELUDE) < total - PRELUDE) {
            throw malformed.apply("the stream was cut in the midst of a message");
        }
        verify(
                total - CHECKSUM,
                ByteBuffer.wrap(message, total - CHECKSUM, CHECKSUM).getInt(),
                "a message");
        payload = PRELUDE + headersLength;
        end = total - CHECKSUM;
        headers.clear();
        headers(ByteBuffer.wrap(message, PRELUDE, headersLength));
        return true;
    }

    private int fill(int from, int length) {
        try {
            return in.readNBytes(message, from, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void verify(int length, int said, String what) {
        CRC32 checksum = new CRC32();
        checksum.update(message, 0, length);
        if ((int) checksum.getValue() != said) {
            HexFormat hex = HexFormat.of();
            throw malformed.apply(what + " of the stream is damaged: its checksum is "
                    + hex.toHexDigits((int) checksum.getValue()) + ", but should be " + hex.toHexDigits(said));
        }
    }

    /** Only texts are kept: what says what a message is, is one. */
    private void headers(ByteBuffer from) {
        try {
            while (from.hasRemaining()) {
                String name = text(from, from.get() & 0xFF);
                int type = from.get();
                switch (type) {
                    // True and false.
                    case 0, 1 -> {}
                    case 2 -> skip(from, 1);
                    case 3 -> skip(from, 2);
                    case 4 -> skip(from, 4);
                    // A number, a time.
                    case 5, 8 -> skip(from, 8);
                    case 6 -> skip(from, from.getShort() & 0xFFFF);
                    case 7 -> headers.put(name, text(from, from.getShort() & 0xFFFF));
                    // A UUID.
                    case 9 -> skip(from, 16);
                    default ->
                        throw malformed.apply("a message of the stream has a header of the unknown type " + type);
                }
            }
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw malformed.apply("the headers of a message of the stream are cut");
        }
    }

    private static String text(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void skip(ByteBuffer from, int length) {
        from.position(from.position() + length);
    }

    /** The text of a header of the message that was read last; empty where it has none. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The array that holds the payload; it is used again for the next message. */
    byte[] buffer() {
        return message;
    }

    /** Where the payload begins in it. */
    int offset() {
        return payload;
    }

    /** Bytes of the payload. */
    int length() {
        return end - payload;
    }
}
