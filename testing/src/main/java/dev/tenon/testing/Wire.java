package dev.tenon.testing;

import dev.tenon.provider.ProviderException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A wire format, from the server's side. Thread-safe. {@link ModelServer#WIRES} lists all. */
interface Wire {
    /** Its name, as in the origin of messages. */
    String name();

    /** Whether a request to this path, without its query, is of this format. */
    boolean serves(String method, String path);

    /** The key that a request carries; empty where it carries none. */
    default Optional<String> key(LoopbackServer.Request request) {
        return request.header("authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()));
    }

    /**
     * Reads a request.
     *
     * @throws Refusal where a real host would refuse it
     */
    ModelRequest read(WireRequest request);

    /** Writes the parts of a reply that does not fail, or that fails with {@link Fault.Broken} after its parts; waits and endings are the caller's. */
    Written write(ModelRequest asked, Reply reply, long number);

    /** Writes an error as an answer of its own. */
    LoopbackServer.Answer error(Kind kind, String message, Duration retryAfter);

    /** Writes an error in the middle of a stream. */
    byte[] errorInStream(Kind kind, String message);

    /** As {@link #errorInStream(Kind, String)}, where a format has several forms of a stream. */
    default byte[] errorInStream(ModelRequest asked, Kind kind, String message) {
        return errorInStream(kind, message);
    }

    /** The body of an answer: whole, or where the reply fails as far as it comes. Streamed, a packet a piece of the reply. */
    record Written(String contentType, List<byte[]> packets) {}

    /** A request that a real host would refuse. */
    final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }
}
