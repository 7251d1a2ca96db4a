package dev.tenon.provider;

import dev.tenon.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The embeddings of texts. Immutable.
 *
 * @param model the model that made them, as the provider names it; empty where it does not
 * @param embeddings one a text, in the order of the texts, all of one length
 * @param usage {@link Usage#UNREPORTED} where the provider reports none; in its extra members {@code usage} in the provider's own words
 */
public record EmbeddingResponse(String model, List<Embedding> embeddings, Usage usage, Map<String, Json> extra) {
    public EmbeddingResponse {
        model = model == null ? "" : model;
        embeddings = embeddings == null ? List.of() : List.copyOf(embeddings);
        usage = usage == null ? Usage.UNREPORTED : usage;
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
        for (Embedding embedding : embeddings) {
            int first = embeddings.get(0).dimensions();
            if (embedding.dimensions() != first) {
                throw new IllegalArgumentException("embeddings of one response are of one length, got " + first
                        + " and " + embedding.dimensions() + " numbers");
            }
        }
    }

    /** These embeddings, of an unnamed model that reports no usage. */
    public static EmbeddingResponse of(List<Embedding> embeddings) {
        Objects.requireNonNull(embeddings, "embeddings");
        return new EmbeddingResponse("", embeddings, Usage.UNREPORTED, Map.of());
    }

    /** How many numbers each embedding has; 0 where there are no embeddings. */
    public int dimensions() {
        return embeddings.isEmpty() ? 0 : embeddings.get(0).dimensions();
    }
}
