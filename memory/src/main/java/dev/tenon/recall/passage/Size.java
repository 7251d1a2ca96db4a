package dev.tenon.recall.passage;

import dev.tenon.provider.TokenCounter;
import java.util.Objects;

/** How large a passage may be. */
record Size(int most, int overlap, TokenCounter counter) {
    static Size of(int most, int overlap, TokenCounter counter) {
        Objects.requireNonNull(counter, "counter");
        if (overlap < 0 || overlap >= most) {
            throw new IllegalArgumentException(
                    "expected 0 <= overlap < most, in tokens, got overlap " + overlap + " and most " + most);
        }
        return new Size(most, overlap, counter);
    }

    long of(String text) {
        return counter.tokens(text);
    }
}
