package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.Map;
import java.util.Objects;

/**
 * Where a model says a text comes from. Immutable. Fields that the provider does not give are empty or -1.
 *
 * @param source a URL, a file id or a document's index, as given
 * @param quote the cited words of the source
 * @param start first character of the text that the citation is for, from 0; -1 where it is not given
 * @param end one past the last character; -1 where it is not given
 * @param data the citation in the wire's own words
 */
public record Citation(
        String source, String title, String quote, int start, int end, Json data, Map<String, Json> extra) {
    public Citation {
        source = Parts.orEmpty(source);
        title = Parts.orEmpty(title);
        quote = Parts.orEmpty(quote);
        data = data == null ? Json.NULL : data;
        extra = Parts.extra(extra);
    }

    /** A citation of a source, in the wire's own words. */
    public static Citation of(String source, String title, Json data) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(data, "data");
        return new Citation(source, title, "", -1, -1, data, Map.of());
    }
}
