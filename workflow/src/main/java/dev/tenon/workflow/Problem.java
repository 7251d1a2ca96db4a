package dev.tenon.workflow;

import java.util.Objects;

/**
 * Something that is wrong with a definition. Immutable.
 *
 * @param rule which rule it breaks, dotted: {@code reader.unknown_member}
 * @param place where: a JSON Pointer into the document
 * @param source where it was written: {@code file:line:column}; empty of a definition that is in no file
 * @param message what was given and what was wanted
 * @param hint what to do; empty where the message says it
 */
public record Problem(String rule, String place, String source, String message, String hint) {
    public Problem {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(hint, "hint");
    }

    /** {@code source: message; hint}, or with the place where nobody knows the source. */
    @Override
    public String toString() {
        String where = !source.isEmpty() ? source : place.isEmpty() ? "/" : place;
        return where + ": " + message + (hint.isEmpty() ? "" : "; " + hint);
    }
}
