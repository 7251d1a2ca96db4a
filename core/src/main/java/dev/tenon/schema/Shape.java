package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One place of a schema as a reader of values sees it: which kinds of value may stand there, which members and items, which
 * choices. {@code $ref}s are followed and the parts of {@code allOf} joined, so there is nothing left to resolve. Conditions
 * ({@code if}, {@code not}, {@code dependentSchemas} …) do not show; {@link #validate(Json)} knows them.
 *
 * <p>Immutable and thread-safe. Made on first use and kept: the same place of the same {@link JsonSchema} is the same object, in
 * recursive schemas too.
 */
public final class Shape {
    /** What a value can be. */
    public enum Kind {
        NULL,
        BOOLEAN,
        /** A number without a fraction. */
        INTEGER,
        /** Any number; where it is allowed, {@link #INTEGER} is too. */
        NUMBER,
        STRING,
        ARRAY,
        OBJECT
    }

    private final Json json;

    Shape(Json json) {
        this.json = json;
    }

    /** The kinds of value that may stand here; all where the schema does not say, none where nothing fits. */
    public Set<Kind> kinds() {
        return EnumSet.allOf(Kind.class);
    }

    /** The values that may stand here, from {@code enum} or {@code const}; empty where there is no such list. */
    public List<Json> constants() {
        return List.of();
    }

    /** The declared members, in order. */
    public Map<String, Shape> properties() {
        return Map.of();
    }

    /** The names of members that must be there. */
    public Set<String> required() {
        return Set.of();
    }

    /** What a member of this name must be: declared, by a pattern of names, or additional. {@link #never()} where it is forbidden. */
    public Shape member(String name) {
        return JsonSchema.ANY.shape();
    }

    /** Whether members beyond the declared ones are forbidden. */
    public boolean closed() {
        return false;
    }

    /** What the item at an index, from 0, must be; {@link #never()} where there may be none. */
    public Shape item(int index) {
        return JsonSchema.ANY.shape();
    }

    /**
     * The choices of {@code anyOf} or {@code oneOf}, in order; empty where there is none. Each has what stands beside the choice
     * joined in, so that a reader that took one may forget this shape.
     */
    public List<Shape> branches() {
        return List.of();
    }

    /** Whether nothing fits here. */
    public boolean never() {
        return kinds().isEmpty();
    }

    /** The value to take where there is none. */
    public Optional<Json> fallback() {
        return Optional.empty();
    }

    /** The text of a keyword such as {@code format}, {@code title}, {@code contentEncoding}; empty where it is absent or no text. */
    public Optional<String> text(String keyword) {
        return Optional.empty();
    }

    /** Whether a value fits at this place. */
    public boolean accepts(Json value) {
        return validate(value).isEmpty();
    }

    /** What is wrong with a value at this place, pointers counted from it; empty where it fits. */
    public List<Violation> validate(Json value) {
        return List.of();
    }

    /** The document of this place, as written. */
    public Json json() {
        return json;
    }
}
