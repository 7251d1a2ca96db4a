package dev.tenon.toolbox.web;

import dev.tenon.scope.Registration;
import dev.tenon.tool.ToolContext;
import dev.tenon.toolbox.RefusedException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes HTTP/1.1 requests to addresses that were checked. The name is resolved once, every address it has is checked, and the connection goes to just such an address, while the name stands in the
 * Host header, in the server name of TLS and in what the certificate is checked for. So a name that resolves to something else a moment later gains nothing. Each redirect is a new address and goes
 * the same way. Thread-safe.
 */
final class Fetch {
    private static final int MOST_HEADER_BYTES = 64 << 10;
    private static final int CONNECT_MILLIS = 10_000;

    private final WebRules rules;
    private final WebLimits limits;
    private final SSLSocketFactory tls;

    Fetch(WebRules rules, WebLimits limits, SSLSocketFactory tls) {
        this.rules = rules;
        this.limits = limits;
        this.tls = tls;
    }

    /** What is asked for. */
    @SuppressWarnings("ArrayRecordComponent") // read once, compared never
    record Request(String method, Map<String, String> headers, byte[] body) {}

    /** What came back; {@code headers} by lower-case names. */
    @SuppressWarnings("ArrayRecordComponent") // read once, compared never
    record Reply(Target target, int status, Map<String, String> headers, byte[] body, boolean cut) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Secrets that are sent to some hosts, by header. */
    @FunctionalInterface
    interface Credentials {
        Map<String, String> of(Target target);
    }

    @SuppressWarnings("try") // closed at the end of the call, and that is all
    Reply send(Target first, Request request, Credentials credentials, ToolContext context) throws IOException {
        AtomicReference<@Nullable Socket> open = new AtomicReference<>();
        AtomicBoolean late = new AtomicBoolean();
        Runnable close = () -> {
            late.set(true);
            close(open.get());
        };
        try (Registration stop = context.onStop(close);
                Registration alarm = context.time().after(limits.time(), close)) {
            return follow(first, request, credentials, open, late);
        } catch (IOException e) {
            context.check();
            if (late.get() || e instanceof SocketTimeoutException) {
                throw new RefusedException(
                        "web.time",
                        first.host() + " did not answer wholly within "
                                + limits.time().toMillis() + " ms",
                        "another address, or to try again later");
            }
            throw e;
        } finally {
            close(open.get());
        }
    }

    private Reply follow(
            Target first,
            Request request,
            Credentials credentials,
            AtomicReference<@Nullable Socket> open,
            AtomicBoolean late)
            throws IOException {
        Target target = first;
        Request now = request;
        for (int redirects = 0; ; redirects++) {
            InetAddress address = checked(target, late);
            Map<String, String> headers = new LinkedHashMap<>(now.headers());
            headers.putAll(credentials.of(target));
            Reply reply = exchange(target, address, new Request(now.method(), headers, now.body()), open, late);
            if (!Set.of(301, 302, 303, 307, 308).contains(reply.status())
                    || reply.header("location").isEmpty()) {
                return reply;
            }
            if (redirects == limits.redirects()) {
                throw new RefusedException(
                        "web.redirects",
                        first.host() + " redirects more than " + limits.redirects() + " times",
                        "the address that the last redirect leads to, if it is known");
            }
            Target next = target.redirected(reply.header("location"));
            boolean get = reply.status() == 303
                    || (reply.status() < 303 && now.method().equals("POST"));
            if (get) {
                now = new Request("GET", now.headers(), new byte[0]);
            } else if (!target.sameOrigin(next) && !now.method().equals("GET")) {
                throw new RefusedException(
                        "web.redirects",
                        "a redirect would send this " + now.method() + " to " + next.host() + ", port " + next.port(),
                        "sending it to that address itself");
            }
            target = next;
        }
    }

    /** The address to connect to. Every address of the name must be allowed: one that is not shows that the name is no good. */
    private InetAddress checked(Target target, AtomicBoolean late) throws IOException {
        rules.check(target);
        List<InetAddress> found = resolved(target.host(), late);
        if (found.isEmpty()) {
            throw new RefusedException("web.host", "there is no host " + target.host(), "hosts that exist");
        }
        for (InetAddress address : found) {
            if (!rules.addresses().allows(address)) {
                throw new RefusedException(
                        "web.private",
                        target.host() + " is an address that is not public",
                        "hosts of the public internet; none of this machine, this network or a cloud's own services");
            }
        }
        return found.get(0);
    }

    /** A look-up cannot be ended: it is left, with its thread, which is no virtual one, since it would hold on to its carrier. */
    private List<InetAddress> resolved(String host, AtomicBoolean late) throws IOException {
        AtomicReference<List<InetAddress>> found = new AtomicReference<>(List.of());
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        Thread looking = Thread.ofPlatform().daemon().start(() -> {
            try {
                found.set(rules.resolver().resolve(host));
            } catch (UnknownHostException e) {
                // It has none.
            } catch (RuntimeException | Error e) {
                failed.set(e);
            }
        });
        try {
            while (!looking.join(Duration.ofMillis(50))) {
                if (late.get()) {
                    throw new SocketTimeoutException("the name was not resolved in time");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketTimeoutException("interrupted");
        }
        return switch (failed.get()) {
            case null -> found.get();
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError("only these are caught", e);
        };
    }

    private Reply exchange(
            Target target,
            InetAddress address,
            Request request,
            AtomicReference<@Nullable Socket> open,
            AtomicBoolean late)
            throws IOException {
        Socket plain = new Socket(Proxy.NO_PROXY);
        open.set(plain);
        if (late.get()) {
            plain.close();
        }
        int wait = (int) Math.max(1, Math.min(CONNECT_MILLIS, limits.time().toMillis()));
        plain.connect(new InetSocketAddress(address, target.port()), wait);
        plain.setSoTimeout(
                (int) Math.max(1, Math.min(Integer.MAX_VALUE, limits.time().toMillis())));
        Socket socket = target.secure() ? secured(plain, target) : plain;
        try (socket) {
            write(socket.getOutputStream(), target, request);
            return read(new BufferedInputStream(socket.getInputStream()), target, request.method());
        }
    }

    private Socket secured(Socket plain, Target target) throws IOException {
        SSLSocket socket = (SSLSocket) tls.createSocket(plain, target.host(), target.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            throw refused(target, e);
        }
        return socket;
    }

    /** The certificate's chain is checked before its names, so a complaint about a certificate that has no cause of its own is about the names. */
    private static RefusedException refused(Target target, SSLException e) {
        String why = "does not speak TLS as it is spoken here: " + e.getClass().getSimpleName();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                why = "shows a certificate that has expired";
            } else if (cause instanceof CertificateNotYetValidException) {
                why = "shows a certificate that is not valid yet";
            } else if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                why = "shows a certificate that no authority trusted here has signed";
            } else if (cause instanceof CertificateException && cause.getCause() == null) {
                why = "shows a certificate that is another host's";
            }
        }
        return new RefusedException(
                "web.tls",
                target.host() + " " + why,
                "hosts whose certificate is valid, theirs, and signed by an authority that is trusted here");
    }

    private static void write(OutputStream out, Target target, Request request) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(request.method()).append(' ').append(target.path()).append(" HTTP/1.1\r\n");
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", target.hostHeader());
        headers.put("Connection", "close");
        headers.put("Accept-Encoding", "gzip");
        headers.put("User-Agent", "tenon");
        headers.put("Accept", "*/*");
        request.headers().forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
        });
        if (request.body().length > 0 || request.method().startsWith("P")) {
            headers.put("Content-Length", String.valueOf(request.body().length));
        }
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.write(request.body());
        out.flush();
    }

    private Reply read(InputStream in, Target target, String method) throws IOException {
        int[] left = {MOST_HEADER_BYTES};
        String status = line(in, left);
        while (status.startsWith("HTTP/1.1 1")) {
            while (!line(in, left).isEmpty()) {
                Thread.onSpinWait();
            }
            status = line(in, left);
        }
        if (!status.matches("HTTP/1\\.[01] [2-5][0-9][0-9]( .*)?")) {
            throw new RefusedException(
                    "web.answer", target.host() + " does not answer in HTTP", "addresses of web servers");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.putIfAbsent(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        int code = Integer.parseInt(status.substring(9, 12));
        boolean bare = method.equals("HEAD") || code == 204 || code == 304;
        Reply empty = new Reply(target, code, headers, new byte[0], false);
        return bare ? empty : body(in, empty);
    }

    private Reply body(InputStream in, Reply reply) throws IOException {
        InputStream framed =
                reply.header("transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked")
                        ? new Chunks(in)
                        : length(reply.header("content-length"))
                                .<InputStream>map(length -> new Counted(in, length))
                                .orElse(in);
        InputStream plain = switch (reply.header("content-encoding").toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new GZIPInputStream(framed);
            case "deflate" -> new InflaterInputStream(framed);
            case "", "identity" -> framed;
            default ->
                throw new RefusedException(
                        "web.answer",
                        reply.target().host() + " answers in the encoding \""
                                + RefusedException.shown(reply.header("content-encoding")) + "\"",
                        "addresses that answer in plain bytes or gzip");
        };
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (true) {
            int read = plain.read(buffer, 0, Math.min(buffer.length, limits.bodyBytes() + 1 - all.size()));
            if (read < 0) {
                return new Reply(reply.target(), reply.status(), reply.headers(), all.toByteArray(), false);
            }
            all.write(buffer, 0, read);
            if (all.size() > limits.bodyBytes()) {
                byte[] first = java.util.Arrays.copyOf(all.toByteArray(), limits.bodyBytes());
                return new Reply(reply.target(), reply.status(), reply.headers(), first, true);
            }
        }
    }

    private static Optional<Long> length(String header) {
        return header.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(header)) : Optional.empty();
    }

    private static String line(InputStream in, int[] left) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the answer ended within its headers");
            }
            if (--left[0] < 0) {
                throw new RefusedException(
                        "web.answer",
                        "the answer's headers are longer than " + MOST_HEADER_BYTES + " bytes",
                        "another address");
            }
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
    }

    private static void close(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    /** So many bytes of a stream. */
    private static final class Counted extends InputStream {
        private final InputStream in;
        private long left;

        Counted(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(to, from, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("the answer ended " + left + " bytes early");
            }
            left -= read;
            return read;
        }
    }

    /** A body in chunks (RFC 9112, section 7.1). */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private long left;
        private boolean first = true;
        private boolean done;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            if (done) {
                return -1;
            }
            if (left == 0) {
                if (!first) {
                    line(in, new int[] {16});
                }
                first = false;
                String size = line(in, new int[] {4096}).replaceFirst(";.*", "").strip();
                if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                    throw new IOException("a chunk has no size");
                }
                left = Long.parseLong(size, 16);
                if (left == 0) {
                    done = true;
                    return -1;
                }
            }
            int read = in.read(to, from, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("the answer ended within a chunk");
            }
            left -= read;
            return read;
        }
    }
}
