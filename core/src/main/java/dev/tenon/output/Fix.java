package dev.tenon.output;

import java.util.Objects;

/**
 * One thing that was mended. Immutable.
 *
 * @param place JSON Pointer to the value it concerns, in the document as it was being read; {@code ""} for the document itself
 * @param before what was there, clipped; empty where something was missing
 * @param after what it was read as, clipped; empty where it was taken away
 */
public record Fix(Kind kind, String place, String before, String after) {
    /** Kinds of mending. Each says how far it takes the value from what was written, for comparing and for a ceiling. */
    public enum Kind {
        /** Text around the document was left aside: prose, a fence, tags, an assignment. */
        SURROUNDINGS(0),
        /** Other quotes than {@code "}, or none. */
        QUOTES(1),
        /** A quote within a text that was not escaped, or one that was missing at its end. */
        INNER_QUOTES(2),
        /** A line break or another control character within a text. */
        CONTROL_CHARACTER(1),
        /** An escape that JSON has not. */
        ESCAPE(1),
        /** A comma, colon or semicolon too many, too few, or of another kind. */
        PUNCTUATION(1),
        /** A comment, or dots for what was left out. */
        COMMENT(1),
        /** {@code True}, {@code nil}, {@code 0x1F}, {@code 1_000} and the like. */
        LITERAL(1),
        /** Parentheses, braces around a list, a call such as {@code ObjectId("…")}, texts joined by {@code +}. */
        NOTATION(1),
        /** White space that JSON has not. */
        WHITE_SPACE(0),
        /** A bracket that was missing, of the wrong kind, or one too many. */
        BRACKET(2),
        /** The document was cut off; what was complete is kept, and the beginning of a text. */
        CUT_OFF(3),
        /** A name without a value was dropped. */
        NAME_WITHOUT_VALUE(2),
        /** Of members of one name the earlier was dropped. */
        DUPLICATE(1),
        /** The whole document was escaped once more. */
        ESCAPED_DOCUMENT(2),
        /** Several documents became one array. */
        JOINED(2),
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

        /** How far one such fix takes the value from what was written. */
        public int cost() {
            return cost;
        }
    }

    public Fix {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
    }
}
