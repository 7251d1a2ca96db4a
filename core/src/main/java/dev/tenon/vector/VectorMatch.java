package dev.tenon.vector;

import dev.tenon.json.Json;
import java.util.Objects;

/**
 * What was found near a vector. Immutable.
 *
 * @param score the cosine of the two vectors, -1 to 1; as {@link dev.tenon.provider.Embedding#cosine} gives it
 */
public record VectorMatch(String id, double score, String text, Json.Obj metadata) {
    public VectorMatch {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(metadata, "metadata");
    }
}
