package dev.tenon.testing;

import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import dev.tenon.testing.LoopbackServer.Request;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one HTTP/1.1 connection (RFC 9112): as much of it as clients of models use. Not thread-safe.
 *
 * <p>It waits by reading with a timeout, so that it notices at once when the client goes away.
 */
final class HttpConnection {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_BODY = 256 << 20;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int limit;

    HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** The next request; empty where the client has closed the connection or what it sent is no request. */
    Optional<Request> read() throws IOException {
        if (!fill()) {
            return Optional.empty();
        }
        Head head = new Head();
        String[] first = head.line().split(" ");
        if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
            refuse(400, "expected an HTTP/1.1 request line");
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = head.line(); !line.isEmpty(); line = head.line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                refuse(400, "expected a header");
                return Optional.empty();
            }
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (one, more) -> one + ", " + more);
        }
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return Optional.of(new Request(first[0], first[1], headers, body(headers)));
    }

    /** Reads the lines of a request's head, and of a chunked body. */
    private final class Head {
        private int left = MAX_HEAD;

        String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(80);
            for (int b = next(); b != '\n'; b = next()) {
                if (--left < 0) {
                    refuse(431, "the head of the request is longer than " + MAX_HEAD + " bytes");
                    throw new IOException("head too long");
                }
                line.write(b);
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return chunks();
        }
        return exactly(number(headers.getOrDefault("content-length", "0"), 10));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = new Head().line();
            int semicolon = size.indexOf(';');
            int length = number(semicolon < 0 ? size : size.substring(0, semicolon), 16);
            if (length == 0) {
                Head trailer = new Head();
                while (!trailer.line().isEmpty()) {
                    // Trailers are of no use here.
                }
                return body.toByteArray();
            }
            if (body.size() + (long) length > MAX_BODY) {
                throw tooLong();
            }
            body.writeBytes(exactly(length));
            new Head().line();
        }
    }

    private int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text.strip(), radix);
            if (number >= 0) {
                if (number > MAX_BODY) {
                    throw tooLong();
                }
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        refuse(400, "expected a length");
        throw new IOException("not a length");
    }

    private IOException tooLong() throws IOException {
        refuse(413, "the body is longer than " + MAX_BODY + " bytes");
        return new IOException("body too long");
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        int buffered = Math.min(length, limit - position);
        System.arraycopy(buffer, position, bytes, 0, buffered);
        position += buffered;
        if (in.readNBytes(bytes, buffered, length - buffered) < length - buffered) {
            throw new EOFException("the request ends in its body");
        }
        return bytes;
    }

    private int next() throws IOException {
        if (!fill()) {
            throw new EOFException("the request ends in its head");
        }
        return buffer[position++] & 0xff;
    }

    /** Whether there is another byte; waits for it. */
    private boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        position = 0;
        limit = 0; // Also where the read times out.
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    private void refuse(int status, String why) throws IOException {
        write(Answer.of(status, "text/plain", why).withHeader("connection", "close"));
    }

    /** Writes an answer. Says whether the connection can be used again. */
    boolean write(Answer answer) throws IOException {
        pause(answer.delay());
        if (answer.status() != 0) {
            Iterator<byte[]> pieces = answer.pieces().iterator();
            byte[] first = pieces.hasNext() ? pieces.next() : null;
            write(head(answer), first, answer.chunked());
            while (pieces.hasNext()) {
                pause(answer.pause());
                write(new byte[0], pieces.next(), answer.chunked());
            }
        }
        return switch (answer.ending()) {
            case COMPLETE -> {
                if (answer.chunked()) {
                    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                yield !answer.headers().getOrDefault("connection", "").equalsIgnoreCase("close");
            }
            case CUT -> false;
            case RESET -> {
                socket.setSoLinger(true, 0);
                yield false;
            }
            case SILENCE -> {
                while (fill()) {
                    position = limit; // A client that goes on talking is heard, not answered.
                }
                throw new EOFException("the client is gone");
            }
        };
    }

    private static byte[] head(Answer answer) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(answer.status())
                .append(' ')
                .append(reason(answer.status()))
                .append("\r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (answer.chunked()) {
            head.append("transfer-encoding: chunked\r\n");
        } else {
            long length = answer.ending() == Ending.COMPLETE ? 0 : 1;
            for (byte[] piece : answer.pieces()) {
                length += piece.length;
            }
            head.append("content-length: ").append(length).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Head and first piece in one packet, a piece in one chunk. */
    private void write(byte[] head, byte @Nullable [] piece, boolean chunked) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream(head.length + (piece == null ? 0 : piece.length) + 16);
        packet.writeBytes(head);
        // An empty chunk would end the body.
        if (piece != null && piece.length > 0) {
            if (chunked) {
                packet.writeBytes((Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            packet.writeBytes(piece);
            if (chunked) {
                packet.write('\r');
                packet.write('\n');
            }
        }
        packet.writeTo(out);
    }

    private void pause(Duration wait) throws IOException {
        if (wait.isZero()) {
            return;
        }
        long until = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = until - System.nanoTime()) {
            if (position < limit) {
                sleep(left); // The next request is here already.
                continue;
            }
            socket.setSoTimeout(Math.clamp((left + 999_999) / 1_000_000, 1, Integer.MAX_VALUE));
            try {
                if (!fill()) {
                    throw new EOFException("the client is gone");
                }
            } catch (SocketTimeoutException e) {
                return;
            } finally {
                socket.setSoTimeout(0);
            }
        }
    }

    private static void sleep(long nanos) throws IOException {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
