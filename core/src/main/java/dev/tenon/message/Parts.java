package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the values of this package share. */
final class Parts {
    private Parts() {}

    static Map<String, Json> extra(@Nullable Map<String, Json> extra) {
        return extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
