package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import java.time.Duration;
import java.util.Optional;

/** What the errors of a wire format mean: told by status and codes, never by words in a text. Thread-safe. */
@FunctionalInterface
public interface ErrorWords {
    /**
     * The kind of an error.
     *
     * @param error the object that describes it; empty where the host sent none
     * @param status the HTTP status; 0 where the error came inside a reply that began well
     */
    Kind kind(Json.Obj error, int status);

    /** How long the error itself asks to wait, where no header does, and how it says so. */
    default Optional<Delay> delay(Json.Obj error) {
        return Optional.empty();
    }

    /** A wait in the error's own words. */
    record Delay(Json said, Duration length) {}
}
