package dev.tenon.wire;

import dev.tenon.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** Reads one object of a reply as it comes. */
@FunctionalInterface
public interface ObjectReader {
    /** Reads it; the parser stands at its opening brace, and afterwards at its closing one. Gives what the host reported as an error in it; null where it did not. */
    @Nullable
    Json read(JsonParser parser);
}
