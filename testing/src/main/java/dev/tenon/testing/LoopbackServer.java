package dev.tenon.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An HTTP/1.1 server on 127.0.0.1 that answers exactly as told, mistakes included: what a client does with a slow, cut, reset or wrong answer is seen only over a
 * real connection. For recorded or hand-made answers of any protocol; {@link ModelServer} speaks those of models. Thread-safe.
 *
 * <p>Every connection is served by a virtual thread of its own and kept alive, so thousands may wait at once. {@link #close()} ends them all and returns
 * when their threads have ended.
 */
public final class LoopbackServer implements AutoCloseable {
    /** Connections that wait to be accepted; the system may allow fewer. */
    private static final int BACKLOG = 16_384;

    /** Long enough for a thread to notice that its socket is closed. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** Answers requests, several at a time. */
    @FunctionalInterface
    public interface Handler {
        /** The answer. What this throws becomes a 500 that names the exception. */
        Answer answer(Request request) throws Exception;
    }

    /** A request. Immutable, but for the bytes of its body. Its text form leaves out headers and body. */
    public static final class Request {
        private final String method;
        private final String path;
        private final Map<String, String> headers;
        private final byte[] body;

        Request(String method, String path, Map<String, String> headers, byte[] body) {
            this.method = method;
            this.path = path;
            this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            this.body = body;
        }

        /** For example {@code POST}. */
        public String method() {
            return method;
        }

        /** As sent, with the query. */
        public String path() {
            return path;
        }

        /** By name in lower case; of a header that came several times the values, joined by commas. */
        public Map<String, String> headers() {
            return headers;
        }

        /** The bytes; not copied. */
        public byte[] body() {
            return body;
        }

        /** The header of this name in any case; empty where it was not sent. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        /** The body as UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** How an answer ends. */
    public enum Ending {
        /** Whole. */
        COMPLETE,
        /** The connection is closed after the pieces, before the answer is whole. */
        CUT,
        /** The connection is reset after the pieces. */
        RESET,
        /** Nothing comes after the pieces, until the client goes away. */
        SILENCE
    }

    /**
     * An answer.
     *
     * @param status 0 for none at all: not a byte is sent
     * @param headers by name in lower case; what says how long the body is, is added
     * @param pieces the body; each is written and flushed by itself. Chunked, they may be made while they are sent, and may be endless
     * @param chunked whether the length is left open; else it is declared, one byte more than there is where the answer does not end well
     * @param delay before the first byte
     * @param pause before every further piece
     */
    public record Answer(
            int status,
            Map<String, String> headers,
            Iterable<byte[]> pieces,
            boolean chunked,
            Ending ending,
            Duration delay,
            Duration pause) {
        public Answer {
            Objects.requireNonNull(headers, "headers");
            Map<String, String> lower = new LinkedHashMap<>();
            headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
            headers = Collections.unmodifiableMap(lower);
            Objects.requireNonNull(pieces, "pieces");
            Objects.requireNonNull(ending, "ending");
            Objects.requireNonNull(delay, "delay");
            Objects.requireNonNull(pause, "pause");
        }

        /** A whole answer of declared length. */
        public static Answer of(int status, String contentType, byte[] body) {
            Objects.requireNonNull(contentType, "contentType");
            Objects.requireNonNull(body, "body");
            return new Answer(
                    status,
                    Map.of("content-type", contentType),
                    List.of(body),
                    false,
                    Ending.COMPLETE,
                    Duration.ZERO,
                    Duration.ZERO);
        }

        /** A whole answer of declared length, of this text in UTF-8. */
        public static Answer of(int status, String contentType, String body) {
            Objects.requireNonNull(contentType, "contentType");
            Objects.requireNonNull(body, "body");
            return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
        }

        /** An answer of open length, a chunk a piece. */
        public static Answer chunked(int status, String contentType, Iterable<byte[]> pieces) {
            Objects.requireNonNull(contentType, "contentType");
            return new Answer(
                    status,
                    Map.of("content-type", contentType),
                    pieces,
                    true,
                    Ending.COMPLETE,
                    Duration.ZERO,
                    Duration.ZERO);
        }

        /** Not a byte: the connection just ends in this way. */
        public static Answer none(Ending ending) {
            return new Answer(0, Map.of(), List.of(), false, ending, Duration.ZERO, Duration.ZERO);
        }

        /** A copy with this header too; of one that was there the value is replaced. */
        public Answer withHeader(String name, String value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            Map<String, String> changed = new LinkedHashMap<>(headers);
            changed.put(name.toLowerCase(Locale.ROOT), value);
            return new Answer(status, changed, pieces, chunked, ending, delay, pause);
        }

        /** A copy that ends in this way. */
        public Answer ending(Ending how) {
            Objects.requireNonNull(how, "how");
            return new Answer(status, headers, pieces, chunked, how, delay, pause);
        }

        /** A copy that waits before its first byte, and before every further piece. */
        public Answer waiting(Duration first, Duration further) {
            Objects.requireNonNull(first, "first");
            Objects.requireNonNull(further, "further");
            return new Answer(status, headers, pieces, chunked, ending, first, further);
        }
    }

    private final ServerSocket listener;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock progress = new ReentrantLock();
    private final Condition settled = progress.newCondition();
    private int inProgress; // Guarded by progress.
    private final AtomicLong abandoned = new AtomicLong();
    // A party a connection, and one for the listener.
    private final Phaser threads = new Phaser(1);
    private volatile boolean closed;

    private LoopbackServer(ServerSocket listener, Handler handler) {
        this.listener = listener;
        this.handler = handler;
    }

    /** Starts a server on a free port. */
    public static LoopbackServer start(Handler handler) {
        return start(0, handler);
    }

    /**
     * Starts a server.
     *
     * @param port 0 for a free one
     * @throws UncheckedIOException where the port is taken
     */
    public static LoopbackServer start(int port, Handler handler) {
        Objects.requireNonNull(handler, "handler");
        try {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            LoopbackServer server = new LoopbackServer(new ServerSocket(port, BACKLOG, loopback), handler);
            Thread.ofVirtual().name("loopback-" + server.port()).start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("no server on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
    }

    /** The port. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The address of a path, for example {@code url("/v1")}. */
    public URI url(String path) {
        Objects.requireNonNull(path, "path");
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** How many requests are being answered now. */
    public int inProgress() {
        progress.lock();
        try {
            return inProgress;
        } finally {
            progress.unlock();
        }
    }

    /** How many answers were not wanted to their end: the client closed the connection first. */
    public long abandoned() {
        return abandoned.get();
    }

    /** How many connections are open, idle ones included. */
    public int connections() {
        return open.size();
    }

    /**
     * Blocks until no request is being answered.
     *
     * @throws AssertionError where one still is after this time
     */
    public void awaitIdle(Duration atMost) throws InterruptedException {
        Objects.requireNonNull(atMost, "atMost");
        progress.lockInterruptibly();
        try {
            long left = TimeUnit.NANOSECONDS.convert(atMost); // of the longest as many as a long holds
            while (inProgress > 0) {
                if (left <= 0) {
                    throw new AssertionError(inProgress + " requests are still being answered after " + atMost);
                }
                left = settled.awaitNanos(left);
            }
        } finally {
            progress.unlock();
        }
    }

    private void progress(int change) {
        progress.lock();
        try {
            inProgress += change;
            if (inProgress == 0) {
                settled.signalAll();
            }
        } finally {
            progress.unlock();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                if (closed) {
                    release(socket);
                    return;
                }
                threads.register();
                Thread.ofVirtual()
                        .name("loopback-" + port() + "-" + socket.getPort())
                        .start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The listener was closed.
        } finally {
            threads.arriveAndDeregister();
        }
    }

    private void serve(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
            HttpConnection connection = new HttpConnection(socket);
            while (!closed && exchange(connection)) {
                // One request after the other.
            }
        } catch (IOException e) {
            // The client is gone, or the server is being closed.
        } finally {
            release(socket);
            threads.arriveAndDeregister();
        }
    }

    /** One request and its answer. Says whether the connection can be used again. */
    private boolean exchange(HttpConnection connection) throws IOException {
        Optional<Request> read = connection.read();
        if (read.isEmpty()) {
            return false;
        }
        Request request = read.get();
        progress(1);
        try {
            boolean close = request.header("connection").orElse("").equalsIgnoreCase("close");
            return connection.write(answer(request)) && !close;
        } catch (IOException e) {
            if (!closed) {
                abandoned.incrementAndGet();
            }
            throw e;
        } finally {
            progress(-1);
        }
    }

    /** A handler is a test's own code: whatever it throws must reach the one who reads the answer. */
    private Answer answer(Request request) {
        try {
            return handler.answer(request);
        } catch (Exception | AssertionError e) {
            return Answer.of(500, "text/plain; charset=utf-8", "the handler of the test failed: " + e);
        }
    }

    private void release(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed either way.
        }
    }

    /** Closes all connections and returns when their threads have ended. A handler that ignores interrupts is waited for ten seconds. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(this::release);
        try {
            threads.awaitAdvanceInterruptibly(threads.getPhase(), GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "a handler still runs " + GRACE.toSeconds() + " s after the server was closed");
        }
    }
}
