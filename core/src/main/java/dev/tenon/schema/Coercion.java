package dev.tenon.schema;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a value fit a schema where nothing is lost by it, and says what it changed: a number and the text of it, true and false in
 * words, a choice by case, style or title, a member's name by style, a single value and an array of it, wrapper objects, JSON
 * within a text. A null that may not be there is left out, a missing member takes its default, a member that is forbidden is
 * dropped. A value that could mean two things is a violation that shows both.
 *
 * <p>A value that fits comes back as it is. What comes back fits: it was validated. Of several ways the one with the least cost is
 * taken. Immutable and thread-safe.
 */
public final class Coercion {
    private final Shape shape;
    private final Function<String, Optional<Written>> reader;

    private Coercion(Shape shape, Function<String, Optional<Written>> reader) {
        this.shape = shape;
        this.reader = reader;
    }

    /** To this schema. A text that holds JSON is read strictly. */
    public static Coercion to(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        return new Coercion(schema.shape(), Coercion::strictly);
    }

    /** To one place of a schema. */
    public static Coercion to(Shape place) {
        Objects.requireNonNull(place, "place");
        return new Coercion(place, Coercion::strictly);
    }

    /** A copy that reads JSON within texts in this way; the function answers empty for a text that holds none. */
    public Coercion reading(Function<String, Optional<Written>> texts) {
        return new Coercion(shape, Objects.requireNonNull(texts, "texts"));
    }

    /** The value that fits, or the violations. */
    public Coerced apply(Json value) {
        return apply(new Written.Settled(value));
    }

    /** The value that fits, or the violations. */
    public Coerced apply(Written value) {
        Objects.requireNonNull(value, "value");
        return new Fit(reader).root(value, shape);
    }

    private static Optional<Written> strictly(String text) {
        try {
            return Optional.of(Written.of(Json.parse(text)));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
