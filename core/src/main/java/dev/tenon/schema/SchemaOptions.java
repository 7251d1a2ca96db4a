package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How a schema document is read. Immutable.
 *
 * @param documents what a {@code $ref} to another document may find, by absolute URI without fragment. Nothing is ever fetched.
 *     The meta-schemas of draft 2020-12 are known without being given
 * @param formats whether values of {@code "format"} are checked, or but a note as in draft 2020-12's default vocabulary
 */
public record SchemaOptions(Map<String, Json> documents, boolean formats) {
    /** No other documents; formats are checked, since a date that is none helps nobody. */
    public static final SchemaOptions DEFAULT = new SchemaOptions(Map.of(), true);

    public SchemaOptions {
        Objects.requireNonNull(documents, "documents");
        documents = Collections.unmodifiableMap(new LinkedHashMap<>(documents));
    }

    /** These and one more document. */
    public SchemaOptions withDocument(String uri, Json document) {
        Map<String, Json> more = new LinkedHashMap<>(documents);
        more.put(Objects.requireNonNull(uri, "uri"), Objects.requireNonNull(document, "document"));
        return new SchemaOptions(more, formats);
    }

    /** These with {@code format} checked, or not. */
    public SchemaOptions withFormats(boolean checked) {
        return new SchemaOptions(documents, checked);
    }
}
