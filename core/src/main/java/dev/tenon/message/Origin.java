package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a provider must get back unchanged (signatures, encrypted reasoning, ids of its own), and which wire format gave it. Goes back only
 * there; every other provider ignores it. Immutable.
 *
 * @param wire the wire format, for example {@code openai-chat}; empty for {@link #NONE}
 * @param data what goes back, in the wire's own words
 */
public record Origin(String wire, Json data) {
    /** No origin: written by a program, or nothing needs to go back. */
    public static final Origin NONE = new Origin("", Json.NULL);

    public Origin {
        wire = wire == null ? "" : wire;
        Objects.requireNonNull(data, "data");
    }

    /** Whether this came from that wire format. */
    public boolean from(String format) {
        Objects.requireNonNull(format, "format");
        return wire.equals(format);
    }

    static Origin orNone(@Nullable Origin origin) {
        return origin == null ? NONE : origin;
    }
}
