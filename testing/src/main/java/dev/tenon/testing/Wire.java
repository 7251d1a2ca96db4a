package dev.tenon.testing;

import dev.tenon.provider.ProviderException.Kind;
import java.util.List;

/** A wire format of chat, from the server's side. Thread-safe. {@link ModelServer#WIRES} lists all. */
non-sealed interface Wire extends Served {
    /**
     * Reads a request.
     *
     * @throws Refusal where a real host would refuse it
     */
    ModelRequest read(WireRequest request);

    /** Writes the parts of a reply that does not fail, or that fails with {@link Fault.Broken} after its parts; waits and endings are the caller's. */
    Written write(ModelRequest asked, Reply reply, long number);

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
