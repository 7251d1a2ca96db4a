package dev.tenon.prompt;

import dev.tenon.prompt.PromptException.Place;

/** What a template consists of. Immutable. */
sealed interface Piece {
    /** A text that stands as it is. */
    record Literal(String text) implements Piece {}

    /** A place for a value. */
    record Variable(String name, Place place) implements Piece {}

    /** A place for another template. */
    record Part(String name, Place place) implements Piece {}

    /** The place of the examples. */
    record Examples(Place place) implements Piece {}
}
