package dev.tenon.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes messages of Amazon's event streams (Smithy 2.0, "Amazon Event Stream specification"). */
public final class BinaryEvents {
    private BinaryEvents() {}

    /** An event of this type. */
    public static byte[] event(String type, String payload) {
        return message("event", ":event-type", type, payload);
    }

    /** An exception of this name. */
    public static byte[] exception(String name, String payload) {
        return message("exception", ":exception-type", name, payload);
    }

    private static byte[] message(String kind, String typed, String type, String payload) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(typed, type, headers);
        header(":content-type", "application/json", headers);
        header(":message-type", kind, headers);
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(16 + headers.size() + body.length);
        out.putInt(out.capacity()).putInt(headers.size()).putInt(checksum(out.array(), 8));
        out.put(headers.toByteArray()).put(body);
        return out.putInt(checksum(out.array(), out.position())).array();
    }

    private static void header(String name, String value, ByteArrayOutputStream out) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(7);
        out.writeBytes(ByteBuffer.allocate(2).putShort((short) text.length).array());
        out.writeBytes(text);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
