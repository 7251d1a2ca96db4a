package dev.tenon.vector;

import dev.tenon.json.Json;
import dev.tenon.provider.Embedding;
import java.util.Objects;

/**
 * A vector with what it stands for. Immutable.
 *
 * @param id by which it is replaced and deleted; not empty
 * @param vector of the text; all in one store are of one model, and so of one length
 * @param text what was embedded, or what is to be shown in its place
 * @param metadata what a search can be narrowed by, see {@link Where}
 */
public record VectorEntry(String id, Embedding vector, String text, Json.Obj metadata) {
    public VectorEntry {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(vector, "vector");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(metadata, "metadata");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("the id of a vector is empty; give each entry a name of its own");
        }
    }

    /** Without metadata. */
    public VectorEntry(String id, Embedding vector, String text) {
        this(id, vector, text, Json.Obj.EMPTY);
    }
}
