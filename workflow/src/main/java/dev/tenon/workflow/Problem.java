package dev.tenon.workflow;

import java.util.Objects;

/**
 * Something that is wrong with a definition. Immutable.
 *
 * @param rule which rule it breaks, dotted: {@code reader.unknown_member}
 * @param place where: a JSON Pointer into the document
 * @param message what was given and what was wanted
 * @param hint what to do; empty where the message says it
 */
public record Problem(String rule, String place, String message, String hint) {
    public Problem {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(hint, "hint");
    }

    /** {@code place: message; hint}. */
    @Override
    public String toString() {
        return (place.isEmpty() ? "/" : place) + ": " + message + (hint.isEmpty() ? "" : "; " + hint);
    }
}
