package dev.tenon.schema;

import org.jspecify.annotations.Nullable;

/** A check that was given up within its bound. Never leaves the package: it becomes a violation, as a value that may not fit does not. */
final class Undecided extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Undecided(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
