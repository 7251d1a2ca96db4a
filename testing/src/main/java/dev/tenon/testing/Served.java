package dev.tenon.testing;

import dev.tenon.provider.ProviderException.Kind;
import java.time.Duration;
import java.util.Optional;

/** What {@link ModelServer} speaks at some paths. Thread-safe. */
sealed interface Served permits Wire, CountWire, EmbeddingWire, OllamaShelf {
    /** Its name, for example {@code openai-chat}. */
    String format();

    /** Whether a request to this path, without its query, is of this format. */
    boolean serves(String method, String path);

    /** The key that a request carries; empty where it carries none. */
    default Optional<String> key(LoopbackServer.Request request) {
        return request.header("authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()));
    }

    /** Writes an error as an answer of its own. */
    LoopbackServer.Answer error(Kind kind, String message, Duration retryAfter);
}
