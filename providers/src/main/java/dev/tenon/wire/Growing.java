package dev.tenon.wire;

import org.jspecify.annotations.Nullable;

/** A text that arrives in pieces, mostly one. Not thread-safe. */
public final class Growing {
    private String first = "";
    private @Nullable StringBuilder more;

    public void add(String piece) {
        if (piece.isEmpty()) return;
        if (more != null) {
            more.append(piece);
        } else if (first.isEmpty()) {
            first = piece;
        } else {
            more = new StringBuilder(Math.max(256, 2 * (first.length() + piece.length())));
            more.append(first).append(piece);
        }
    }

    public boolean isEmpty() {
        return first.isEmpty();
    }

    /** Whether the last character so far is this one. */
    public boolean endsWith(char c) {
        if (more != null) return more.charAt(more.length() - 1) == c;
        return !first.isEmpty() && first.charAt(first.length() - 1) == c;
    }

    @Override
    public String toString() {
        return more == null ? first : more.toString();
    }
}
