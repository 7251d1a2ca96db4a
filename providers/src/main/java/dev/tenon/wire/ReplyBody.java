package dev.tenon.wire;

import dev.tenon.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The body of a reply, whose first bytes say what it is. Hosts answer JSON where a stream was asked for, streams where none was, and either with the wrong
 * content type; some send blank lines first, to keep the connection open.
 */
final class ReplyBody extends InputStream {
    enum Form {
        JSON,
        EVENTS,
        /** Amazon's binary messages. */
        MESSAGES,
        OTHER,
        EMPTY
    }

    private static final List<String> FIELDS = List.of("data:", "event:", "id:", "retry:");
    private static final int LONGEST_FIELD = 6;

    private final InputStream rest;
    private final byte[] head = new byte[64];
    private int at;
    private int end;
    private Form form = Form.EMPTY;

    private ReplyBody(InputStream rest) {
        this.rest = rest;
    }

    static ReplyBody of(HttpResponse response) {
        boolean events = response.header("Content-Type")
                .map(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                .orElse(false);
        return of(response.body(), events);
    }

    static ReplyBody of(InputStream bytes, boolean saysEvents) {
        ReplyBody body = new ReplyBody(bytes);
        try {
            body.form = body.look(saysEvents);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return body;
    }

    Form form() {
        return form;
    }

    private Form look(boolean saysEvents) throws IOException {
        while (true) {
            end = 0;
            int read = rest.read(head, 0, head.length);
            if (read < 0) return Form.EMPTY;
            end = read;
            for (int i = 0; i < end; i++) {
                byte b = head[i];
                // White space, and the three bytes of a byte order mark.
                if (b == ' '
                        || b == '\t'
                        || b == '\n'
                        || b == '\r'
                        || b == (byte) 0xEF
                        || b == (byte) 0xBB
                        || b == (byte) 0xBF) continue;
                at = i;
                return form(b, saysEvents);
            }
        }
    }

    private Form form(byte first, boolean saysEvents) throws IOException {
        return switch (first) {
            case '{', '[' -> Form.JSON;
            case ':' -> Form.EVENTS;
            case '<' -> Form.OTHER;
            // The length of a message, in four bytes: none has 16 million.
            case 0 -> Form.MESSAGES;
            default -> saysEvents || startsField() ? Form.EVENTS : Form.OTHER;
        };
    }

    private boolean startsField() throws IOException {
        String start = start();
        for (String field : FIELDS) {
            if (start.startsWith(field)) return true;
        }
        return false;
    }

    /** The first six bytes, or fewer where the body ends; a host may send them one at a time. */
    private String start() throws IOException {
        System.arraycopy(head, at, head, 0, end - at);
        end -= at;
        at = 0;
        while (end < LONGEST_FIELD) {
            int read = rest.read(head, end, head.length - end);
            if (read < 0) break;
            end += read;
        }
        return new String(head, 0, Math.min(end, LONGEST_FIELD), StandardCharsets.ISO_8859_1);
    }

    @Override
    public int read() throws IOException {
        return at < end ? head[at++] & 0xFF : rest.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (at == end) return rest.read(bytes, offset, length);
        int count = Math.min(length, end - at);
        System.arraycopy(head, at, bytes, offset, count);
        at += count;
        // What has come already goes along, so that a reader's buffer is filled once.
        if (count == length || rest.available() == 0) return count;
        return count + Math.max(0, rest.read(bytes, offset + count, length - count));
    }
}
