package dev.tenon.scope;

import java.util.Objects;

/**
 * Why work was told to end before it was done. Immutable.
 *
 * @param reason for people
 */
public record Stop(Kind kind, String reason) {
    /** Who said so. */
    public enum Kind {
        /** Somebody called {@link Cancellation#cancel(String)}. */
        CANCELLED,
        /** The time was up. */
        DEADLINE,
        /** The thread that waits for the result was interrupted. */
        INTERRUPTED,
        /** A sibling failed or the work that started this is over. */
        ABANDONED
    }

    public Stop {
        Objects.requireNonNull(kind, "kind");
        reason = reason == null ? "" : reason;
    }
}
