package dev.tenon.testing;

import dev.tenon.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A request as {@link ModelServer} got it. Immutable. Its text form leaves out the headers, where the key is.
 *
 * @param wire the wire format, for example {@code openai-chat}
 * @param method for example {@code POST}
 * @param path as sent, with the query
 * @param headers by name in lower case; of a header that came several times the values, joined by commas
 */
public record WireRequest(String wire, String method, String path, Map<String, String> headers, Json body) {
    public WireRequest {
        Objects.requireNonNull(wire, "wire");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** The header of this name in any case; empty where it was not sent. */
    public Optional<String> header(String name) {
        Objects.requireNonNull(name, "name");
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public String toString() {
        return wire + ": " + method + " " + path + " " + body;
    }
}
