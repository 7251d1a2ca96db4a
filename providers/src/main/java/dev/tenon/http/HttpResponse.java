package dev.tenon.http;

import dev.tenon.provider.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What a host answered: status and headers, and a body that is read as it arrives. Not thread-safe. Close it. */
public final class HttpResponse implements AutoCloseable {
    private final Response response;
    private final Guard guard;
    private final Body body;
    private boolean finished;

    HttpResponse(Response response, Guard guard, long maxBytes) {
        this.response = response;
        this.guard = guard;
        this.body = new Body(response, guard, maxBytes);
    }

    /** The HTTP status. */
    public int status() {
        return response.code();
    }

    /** Whether the status is 200 to 299. */
    public boolean ok() {
        return response.isSuccessful();
    }

    /** The last header of this name, in any case; empty where there is none. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(response.header(name));
    }

    /** How long the host asks to wait, see {@link RetryAfter}; empty where it does not say. */
    public Optional<Duration> retryAfter(Instant now) {
        return RetryAfter.of(response.headers(), now);
    }

    /**
     * The body, decompressed. Its methods throw {@link ProviderException} (network, timeout, malformed response: also for more bytes than the
     * client's bound) and {@link dev.tenon.scope.StoppedException}, never an {@link IOException}.
     */
    public InputStream body() {
        return body;
    }

    /** Says that what remains of the body is waited for only so long, in all: then it is taken to be over. */
    public void hurry(Duration patience) {
        body.hurry(patience);
    }

    /**
     * Says that all that was wanted of the body has been read. What remains, if it comes at once, is skipped by {@link #close()}, so that the
     * connection can serve the next call.
     */
    public void finish() {
        finished = true;
    }

    /** Ends the call. Unless it was {@linkplain #finish finished}, the connection is cut: nothing waits for the rest of the body. */
    @Override
    public void close() {
        guard.release();
        if (!finished) guard.cancel();
        response.close();
    }

    @Override
    public String toString() {
        return "HttpResponse[" + response.code() + "]";
    }

    private static final class Body extends InputStream {
        private final Response response;
        private final Guard guard;
        private final long maxBytes;

        private @Nullable InputStream in;
        private long count;
        private boolean ended;
        private boolean hurried;

        Body(Response response, Guard guard, long maxBytes) {
            this.response = response;
            this.guard = guard;
            this.maxBytes = maxBytes;
        }

        void hurry(Duration patience) {
            hurried = true;
            response.body().source().timeout().deadline(patience.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (ended) return -1;
            int read = waited(bytes, offset, length);
            if (read < 0) {
                ended = true;
                return -1;
            }
            count += read;
            if (count > maxBytes) {
                throw ProviderException.of(
                                ProviderException.Kind.MALFORMED_RESPONSE,
                                "the reply is longer than " + maxBytes + " bytes; if that is right, allow more by"
                                        + " HttpClient.builder().maxResponseBytes(…)")
                        .status(response.code())
                        .build();
            }
            return read;
        }

        /** What can be had without waiting; of an archive nobody knows. */
        @Override
        public int available() throws IOException {
            return ended || in == null || in instanceof GZIPInputStream ? 0 : in.available();
        }

        private int waited(byte[] bytes, int offset, int length) {
            boolean done = false;
            try {
                guard.enter();
                try {
                    int read = open().read(bytes, offset, length);
                    done = true;
                    return read;
                } finally {
                    guard.leave(done);
                }
            } catch (InterruptedIOException e) {
                if (hurried && !guard.stopped()) return -1;
                throw guard.failure(e);
            } catch (IOException e) {
                throw guard.failure(e);
            }
        }

        /** Opened by the first read: the header of an archive is read from the connection too. */
        private InputStream open() throws IOException {
            InputStream opened = in;
            if (opened == null) {
                InputStream raw = response.body().byteStream();
                opened = "gzip".equalsIgnoreCase(response.header("Content-Encoding"))
                        ? new GZIPInputStream(raw, 8 << 10)
                        : raw;
                in = opened;
            }
            return opened;
        }
    }
}
