package dev.tenon.provider;

import dev.tenon.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Texts whose embeddings are wanted. Immutable.
 *
 * @param texts any number of them: a provider sends as many at once as its host takes
 * @param dimensions how many numbers each vector is to have; 0 for the model's own
 * @param settings only those of the provider's own: every name goes to it as it is
 */
public record EmbeddingRequest(
        List<String> texts, Purpose purpose, int dimensions, ModelSettings settings, Map<String, Json> extra) {
    /** What the vectors are for: some models make other ones of a question than of the text that answers it. */
    public enum Purpose {
        /** To be compared with one another. A host that knows only the other two is told that these are documents. */
        ANY,
        /** To find others. */
        QUERY,
        /** To be found. */
        DOCUMENT
    }

    public EmbeddingRequest {
        texts = texts == null ? List.of() : List.copyOf(texts);
        purpose = purpose == null ? Purpose.ANY : purpose;
        if (dimensions < 0) throw new IllegalArgumentException("dimensions < 0: " + dimensions);
        settings = settings == null ? ModelSettings.NONE : settings;
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** These texts, for any purpose. */
    public static EmbeddingRequest of(List<String> texts) {
        Objects.requireNonNull(texts, "texts");
        return new EmbeddingRequest(texts, Purpose.ANY, 0, ModelSettings.NONE, Map.of());
    }

    /** Texts that are to be found. */
    public static EmbeddingRequest documents(List<String> texts) {
        Objects.requireNonNull(texts, "texts");
        return of(texts).withPurpose(Purpose.DOCUMENT);
    }

    /** A text that is to find others. */
    public static EmbeddingRequest query(String text) {
        Objects.requireNonNull(text, "text");
        return of(List.of(text)).withPurpose(Purpose.QUERY);
    }

    /** A copy with other texts. */
    public EmbeddingRequest withTexts(List<String> newTexts) {
        Objects.requireNonNull(newTexts, "newTexts");
        return new EmbeddingRequest(newTexts, purpose, dimensions, settings, extra);
    }

    /** A copy for this purpose. */
    public EmbeddingRequest withPurpose(Purpose newPurpose) {
        Objects.requireNonNull(newPurpose, "newPurpose");
        return new EmbeddingRequest(texts, newPurpose, dimensions, settings, extra);
    }

    /** A copy for vectors of this length. */
    public EmbeddingRequest withDimensions(int numbers) {
        return new EmbeddingRequest(texts, purpose, numbers, settings, extra);
    }

    /** A copy with these settings. */
    public EmbeddingRequest withSettings(ModelSettings newSettings) {
        Objects.requireNonNull(newSettings, "newSettings");
        return new EmbeddingRequest(texts, purpose, dimensions, newSettings, extra);
    }
}
