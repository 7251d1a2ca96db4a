package dev.tenon.ollama;

import dev.tenon.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * A model that an Ollama has. Immutable.
 *
 * @param name how it is asked for, for example {@code qwen3:8b}
 * @param bytes how large it is; 0 where it is not here but elsewhere
 * @param digest of all of it; empty where it is not known
 * @param modified when it was fetched or changed; empty where it is not known
 * @param data all that is said of it, in Ollama's own words: {@code details} has family, parameters and quantization
 */
public record LocalModel(String name, long bytes, String digest, Optional<Instant> modified, Json.Obj data) {

    public LocalModel {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(data, "data");
    }

    static LocalModel of(Json.Obj said) {
        Json size = said.get("size").orElse(Json.NULL);
        return new LocalModel(
                said.string("name").or(() -> said.string("model")).orElse(""),
                size instanceof Json.Num number ? Math.max(0, number.longValue()) : 0,
                said.string("digest").orElse(""),
                said.string("modified_at").flatMap(LocalModel::instant),
                said);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
