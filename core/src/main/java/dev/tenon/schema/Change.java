package dev.tenon.schema;

import java.util.Objects;

/**
 * What {@link Coercion} changed at one place. Immutable.
 *
 * @param pointer JSON Pointer to the place in the value that came out
 * @param before what was there, as JSON text, clipped; empty where there was nothing
 * @param after what is there now, likewise; empty where nothing is
 */
public record Change(Kind kind, String pointer, String before, String after) {
    /** Kinds of change, and how far each takes the value from what was written. */
    public enum Kind {
        /** {@code "42"} became 42. */
        NUMBER(1),
        /** {@code "250 USD"} became 250. */
        UNIT(2),
        /** 42 became {@code "42"}. */
        TEXT(1),
        /** {@code "yes"} or 1 became true. */
        BOOLEAN(1),
        /** {@code "null"} became null. */
        NULL(1),
        /** {@code "in progress"} became {@code "IN_PROGRESS"}. */
        CHOICE(1),
        /** {@code firstName} became {@code first_name}. */
        NAME(1),
        /** A text became the JSON that it holds. */
        UNPACKED(2),
        /** A single value became an array of one item. */
        ARRAY_WRAPPED(3),
        /** An array of one item became that item. */
        ARRAY_UNWRAPPED(3),
        /** An object around the value was taken away. */
        OBJECT_UNWRAPPED(4),
        /** The value became the one member of the object that was wanted. */
        OBJECT_WRAPPED(5),
        /** A null where none may be was left out. */
        NULL_LEFT_OUT(1),
        /** A missing member took its default. */
        DEFAULTED(2),
        /** A member that may not be there was dropped. */
        DROPPED(2),
        /** What was cut off, and did not fit as far as it came, was dropped. */
        CUT_DROPPED(2);

        private final int cost;

        Kind(int cost) {
            this.cost = cost;
        }

        /** How far one such change takes the value from what was written; only for comparing. */
        public int cost() {
            return cost;
        }
    }

    public Change {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(pointer, "pointer");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
    }
}
