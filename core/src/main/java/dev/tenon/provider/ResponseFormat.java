package dev.tenon.provider;

import dev.tenon.schema.JsonSchema;
import java.util.Objects;

/**
 * What the answer should look like. Immutable.
 *
 * @param name what the format is called on the wire; empty for {@link #TEXT}
 * @param schema what the answer must fit; {@link JsonSchema#ANY} for text
 */
public record ResponseFormat(String name, JsonSchema schema) {
    /** Free text. */
    public static final ResponseFormat TEXT = new ResponseFormat("", JsonSchema.ANY);

    public ResponseFormat {
        name = name == null ? "" : name;
        Objects.requireNonNull(schema, "schema");
    }

    /** JSON that fits a schema. */
    public static ResponseFormat json(String name, JsonSchema schema) {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a JSON format needs a name");
        }
        return new ResponseFormat(name, schema);
    }

    /** Whether free text is wanted. */
    public boolean isText() {
        return name.isEmpty();
    }
}
