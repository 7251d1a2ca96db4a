package dev.tenon.http;

import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Scope;
import dev.tenon.scope.StoppedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** One place to send requests to, with the headers they carry. Immutable, thread-safe. */
public final class HttpEndpoint {
    private static final MediaType JSON = MediaType.get("application/json");

    /** Keys are longer; shorter values of headers would cut up messages for nothing. */
    private static final int SECRET_LENGTH = 8;

    private final OkHttpClient client;
    private final long maxResponseBytes;
    private final HttpUrl url;
    private final Headers headers;
    private final @Nullable RequestSigner signer;

    private HttpEndpoint(
            OkHttpClient client, long maxResponseBytes, HttpUrl url, Headers headers, @Nullable RequestSigner signer) {
        this.client = client;
        this.maxResponseBytes = maxResponseBytes;
        this.url = url;
        this.headers = headers;
        this.signer = signer;
    }

    static HttpEndpoint of(OkHttpClient client, long maxResponseBytes, String url, Map<String, String> headers) {
        HttpUrl parsed = HttpUrl.parse(url);
        if (parsed == null) {
            throw new IllegalArgumentException(
                    "expected a URL that starts with http:// or https://, got " + withoutSecrets(url));
        }
        // Decompression is ours: so a broken archive can be told from a broken connection.
        Headers.Builder all =
                new Headers.Builder().add("Accept-Encoding", "gzip").add("User-Agent", "tenon");
        headers.forEach((name, value) -> set(all, name, value));
        return new HttpEndpoint(client, maxResponseBytes, parsed, all.build(), null);
    }

    /** This endpoint with one more header, or another value of it. */
    public HttpEndpoint withHeader(String name, String value) {
        return new HttpEndpoint(
                client,
                maxResponseBytes,
                url,
                set(headers.newBuilder(), name, value).build(),
                signer);
    }

    /** This endpoint, where every request carries what this signer makes for it. */
    public HttpEndpoint signedBy(RequestSigner newSigner) {
        Objects.requireNonNull(newSigner, "newSigner");
        return new HttpEndpoint(client, maxResponseBytes, url, headers, newSigner);
    }

    private static Headers.Builder set(Headers.Builder all, String name, String value) {
        try {
            return all.set(name, value);
        } catch (IllegalArgumentException e) {
            // The cause may quote the value.
            throw new IllegalArgumentException(
                    "header \"" + name + "\" has a name or a value that HTTP does not allow: "
                            + "look for line breaks and letters beyond ASCII");
        }
    }

    /**
     * Sends JSON, and gives the reply as soon as its headers are there, whatever its status. Close it.
     *
     * <p>When the scope ends, or this thread is interrupted, the connection is closed at once, while this waits and while the reply is
     * read.
     *
     * @throws ProviderException of kind network, timeout or malformed response
     * @throws StoppedException where the scope has ended or the thread was interrupted
     */
    public HttpResponse post(HttpBody body, Scope scope) {
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(scope, "scope");
        scope.check();
        return send("POST", written(body), scope);
    }

    /** Asks for what there is, as {@link #post} sends. */
    public HttpResponse get(Scope scope) {
        Objects.requireNonNull(scope, "scope");
        scope.check();
        return send("GET", null, scope);
    }

    private HttpResponse send(String method, @Nullable Buffer body, Scope scope) {
        Headers all = headers;
        if (signer != null) {
            String hash = (body == null ? ByteString.EMPTY.sha256() : body.sha256()).hex();
            Headers.Builder signed = headers.newBuilder();
            signer.sign(new RequestSigner.Unsigned(method, url.uri(), headersByName(), hash))
                    .forEach((name, value) -> set(signed, name, value));
            all = signed.build();
        }
        Call call = client.newCall(new Request(url, all, method, body == null ? null : new Sent(body)));
        scope.remaining()
                .ifPresent(left ->
                        call.timeout().timeout(Math.max(1, nanos(left)), java.util.concurrent.TimeUnit.NANOSECONDS));
        Guard guard = new Guard(call, scope, url.host());
        try {
            return new HttpResponse(guard.execute(), guard, maxResponseBytes);
        } catch (RuntimeException | Error e) {
            guard.release();
            throw e;
        }
    }

    private Map<String, String> headersByName() {
        Map<String, String> byName = new LinkedHashMap<>();
        for (int i = 0; i < headers.size(); i++) {
            byName.put(headers.name(i), headers.value(i));
        }
        return byName;
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** The body in the pooled segments of a buffer: it gets a length, which some hosts insist on, and moves to the socket without a copy. */
    private static Buffer written(HttpBody body) {
        Buffer buffer = new Buffer();
        try (OutputStream out = buffer.outputStream()) {
            body.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("a request could not be written", e);
        } catch (RuntimeException | Error e) {
            buffer.clear();
            throw e;
        }
        return buffer;
    }

    /** The text with every key that this endpoint sends taken out: some hosts quote the key they refuse. */
    public String redact(String text) {
        Objects.requireNonNull(text, "text");
        String safe = text;
        for (int i = 0; i < headers.size(); i++) {
            String value = headers.value(i);
            int space = value.indexOf(' ');
            safe = without(safe, space < 0 ? value : value.substring(space + 1));
        }
        if (signer != null) {
            for (String secret : signer.secrets()) {
                safe = without(safe, secret);
            }
        }
        return safe;
    }

    private static String without(String text, String secret) {
        return secret.length() < SECRET_LENGTH ? text : text.replace(secret, "[redacted]");
    }

    /** A URL without user, password and query; of a text that is none, no more than its scheme. */
    public static String withoutSecrets(String url) {
        Objects.requireNonNull(url, "url");
        HttpUrl parsed = HttpUrl.parse(url);
        if (parsed != null) {
            return parsed.newBuilder()
                    .username("")
                    .password("")
                    .query(null)
                    .fragment(null)
                    .build()
                    .toString();
        }
        // RFC 3986, section 3.1; none that is in use is longer.
        Optional<String> scheme = Optional.of(url.indexOf(':'))
                .filter(at -> at > 0)
                .map(at -> url.substring(0, at))
                .filter(it -> it.matches("[a-zA-Z][a-zA-Z0-9+.-]{0,15}"));
        return scheme.map(it -> "\"" + it + ":…\"")
                .orElse("a text of " + url.length() + " characters without a scheme");
    }

    /** The URL without user, password and query, and the names of the headers. */
    @Override
    public String toString() {
        return "HttpEndpoint[" + withoutSecrets(url.toString()) + ", headers " + headers.names() + "]";
    }

    /** A body that goes out once: nothing in the HTTP library may send it again. */
    private static final class Sent extends RequestBody {
        private final Buffer buffer;
        private final long length;

        Sent(Buffer buffer) {
            this.buffer = buffer;
            this.length = buffer.size();
        }

        @Override
        public @Nullable MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeAll(buffer);
        }
    }
}
