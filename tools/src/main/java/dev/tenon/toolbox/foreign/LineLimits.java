package dev.tenon.toolbox.foreign;

import java.time.Duration;
import java.util.Objects;

/**
 * What a process of tools may take. Immutable.
 *
 * @param lineBytes of one line that it writes
 * @param hello how long it may take to say which tools it has
 * @param pause before it is started again after a failure; doubled with each further failure in a row
 * @param longestPause likewise at most
 */
public record LineLimits(int lineBytes, Duration hello, Duration pause, Duration longestPause) {
    /** 16 MB, since an image in base64 is one line; a minute, in which an interpreter has read its libraries also on a busy machine; pauses from 0.1 s to 30 s. */
    public static final LineLimits DEFAULT =
            new LineLimits(16 << 20, Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofSeconds(30));

    public LineLimits {
        Objects.requireNonNull(hello, "hello");
        Objects.requireNonNull(pause, "pause");
        Objects.requireNonNull(longestPause, "longestPause");
        if (lineBytes < 1024 || !hello.isPositive() || pause.isNegative() || longestPause.compareTo(pause) < 0) {
            throw new IllegalArgumentException(
                    "lines have at least 1024 bytes, hello is above 0, pause at least 0 and longestPause at least"
                            + " pause, got "
                            + lineBytes + ", " + hello + ", " + pause + ", " + longestPause);
        }
    }

    /** A copy with lines of so many bytes at most. */
    public LineLimits withLineBytes(int most) {
        return new LineLimits(most, hello, pause, longestPause);
    }

    /** A copy that waits so long for the first word. */
    public LineLimits withHello(Duration most) {
        Objects.requireNonNull(most, "most");
        return new LineLimits(lineBytes, most, pause, longestPause);
    }

    /** A copy with these pauses between restarts. */
    public LineLimits withPauses(Duration first, Duration longest) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        return new LineLimits(lineBytes, hello, first, longest);
    }
}
