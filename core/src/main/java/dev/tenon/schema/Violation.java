package dev.tenon.schema;

import java.util.Objects;

/**
 * One reason why a value does not fit a schema. Immutable.
 *
 * @param pointer RFC 6901 JSON Pointer to the place in the value; for a missing member, to the object that lacks it
 * @param keyword the keyword of the schema that failed, for example {@code type}, {@code required}, {@code minimum}
 * @param message the whole sentence for a person or a model: {@code $.city: expected string, got number 7}
 * @param missing the name of the missing member where a member is missing, empty elsewhere
 */
public record Violation(String pointer, String keyword, String message, String missing) {
    public Violation {
        Objects.requireNonNull(pointer, "pointer");
        Objects.requireNonNull(keyword, "keyword");
        Objects.requireNonNull(message, "message");
        missing = missing == null ? "" : missing;
    }

    /** A violation that is no missing member. */
    public Violation(String pointer, String keyword, String message) {
        this(pointer, keyword, message, "");
    }

    /** The message. */
    @Override
    public String toString() {
        return message;
    }
}
