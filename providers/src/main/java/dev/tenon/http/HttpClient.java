package dev.tenon.http;

import java.net.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * How hosts are reached: timeouts, proxy, the connections that are kept. Immutable, thread-safe.
 *
 * <p>A request goes out once: nothing is sent again behind the caller's back, and no redirect is followed, because a model call is a POST that
 * costs money. All threads that come with it are daemons, and end when nothing is going on. Nothing needs to be closed: idle
 * connections close by themselves after {@link #KEEP_ALIVE}, or at once by {@link #closeIdle()}.
 */
public final class HttpClient {
    /** How long a connection may take to come about. The default of the vendors' own clients is 5 to 10 seconds. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * How long a host may be silent, before the first byte and between two: a reasoning model may say nothing for minutes. The default of
     * OpenAI's own clients (10 minutes, openai-python README, 2026).
     */
    public static final Duration READ_TIMEOUT = Duration.ofMinutes(10);

    /**
     * How long an idle connection is kept. Hosts on uvicorn or Node close theirs after 5 seconds, and a POST on a connection that the
     * host has just closed fails: httpx, under the vendors' Python clients, keeps them as long as these hosts do.
     */
    public static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

    /** Bytes of a reply at most, after decompression: several images in base64 fit. */
    public static final long MAX_RESPONSE_BYTES = 64L << 20;

    /** As many callers as are likely to share a client find their connection again. An idle one costs a socket. */
    private static final int MAX_IDLE = 256;

    private final OkHttpClient client;
    private final long maxResponseBytes;

    private HttpClient(OkHttpClient client, long maxResponseBytes) {
        this.client = client.newBuilder()
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
        this.maxResponseBytes = maxResponseBytes;
    }

    /** The client that connections use unless they are given another: the defaults above, and the connections of the whole program. */
    public static HttpClient shared() {
        return Shared.CLIENT;
    }

    /**
     * A client of the program's own, with its pool, proxies, certificates and interceptors. Only the switches that would send a request
     * twice, or to another host, are turned off.
     */
    public static HttpClient of(OkHttpClient own) {
        return new HttpClient(Objects.requireNonNull(own, "own"), MAX_RESPONSE_BYTES);
    }

    /** A client with other settings, which shares the connections of {@link #shared()}. */
    public static Builder builder() {
        return new Builder(shared());
    }

    /** This client's settings, to be changed. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * A place to send requests to.
     *
     * @param url {@code http} or {@code https}
     * @param headers sent with every request; the values are never shown
     * @throws IllegalArgumentException where the URL or a header is none
     */
    public HttpEndpoint endpoint(String url, Map<String, String> headers) {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(headers, "headers");
        return HttpEndpoint.of(client, maxResponseBytes, url, headers);
    }

    /** Closes the connections that nobody uses now, those of every client that shares them too. */
    public void closeIdle() {
        client.connectionPool().evictAll();
    }

    @Override
    public String toString() {
        return "HttpClient[connect " + Duration.ofMillis(client.connectTimeoutMillis()) + ", read "
                + Duration.ofMillis(client.readTimeoutMillis()) + ", at most " + maxResponseBytes + " bytes]";
    }

    /** Loaded when the first client is wanted. */
    private static final class Shared {
        static final HttpClient CLIENT = new HttpClient(
                new OkHttpClient.Builder()
                        .connectionPool(new ConnectionPool(MAX_IDLE, KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS))
                        .connectTimeout(CONNECT_TIMEOUT)
                        .readTimeout(READ_TIMEOUT)
                        .writeTimeout(READ_TIMEOUT)
                        // Racing a host's addresses takes a platform thread a connection, ten thousand callers ten
                        // thousand. Java
                        // has IPv4 addresses first, so the race is seldom needed; all addresses are tried one after the
                        // other.
                        .fastFallback(false)
                        .build(),
                MAX_RESPONSE_BYTES);

        private Shared() {}
    }

    /** A client under construction. Not thread-safe. */
    public static final class Builder {
        /** Of what OkHttp can count: 24 days. */
        private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

        private final OkHttpClient.Builder client;
        private long maxResponseBytes;

        private Builder(HttpClient base) {
            this.client = base.client.newBuilder();
            this.maxResponseBytes = base.maxResponseBytes;
        }

        /** How long a connection may take to come about; zero for any time. */
        public Builder connectTimeout(Duration timeout) {
            client.connectTimeout(measured(Objects.requireNonNull(timeout, "timeout")));
            return this;
        }

        /** How long a host may be silent; zero for any time. The whole of a call is bounded by the deadline of its scope. */
        public Builder readTimeout(Duration timeout) {
            Duration silent = measured(Objects.requireNonNull(timeout, "timeout"));
            client.readTimeout(silent);
            client.writeTimeout(silent);
            return this;
        }

        private static Duration measured(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("timeout < 0: " + timeout);
            }
            return timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
        }

        /** The proxy that all requests go through; null for those of the system ({@link java.net.ProxySelector#getDefault()}). */
        public Builder proxy(@Nullable Proxy proxy) {
            client.proxy(proxy);
            return this;
        }

        /** Bytes of a reply at most, after decompression. */
        public Builder maxResponseBytes(long bytes) {
            if (bytes < 1) throw new IllegalArgumentException("maxResponseBytes < 1: " + bytes);
            this.maxResponseBytes = bytes;
            return this;
        }

        /** The client. */
        public HttpClient build() {
            return new HttpClient(client.build(), maxResponseBytes);
        }
    }
}
