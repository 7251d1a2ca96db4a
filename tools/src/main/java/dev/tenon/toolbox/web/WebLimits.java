package dev.tenon.toolbox.web;

import java.time.Duration;
import java.util.Objects;

/**
 * How much one web call may take. Immutable.
 *
 * @param time from the first look-up to the last byte, redirects included
 * @param bodyBytes of an answer, after unpacking
 * @param shownCharacters of a result; the rest is left out with a note
 * @param redirects that are followed
 * @param sentBytes of a request's body
 */
public record WebLimits(Duration time, int bodyBytes, int shownCharacters, int redirects, int sentBytes) {
    /** 30 s, 4 MiB, 100,000 characters, 5 redirects, 1 MiB sent. */
    public static final WebLimits DEFAULT = new WebLimits(Duration.ofSeconds(30), 4 << 20, 100_000, 5, 1 << 20);

    public WebLimits {
        Objects.requireNonNull(time, "time");
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time <= 0: " + time);
        }
        if (bodyBytes < 1 || shownCharacters < 1 || redirects < 0 || sentBytes < 0) {
            throw new IllegalArgumentException("limits of web calls must be positive: " + bodyBytes + ", "
                    + shownCharacters + ", " + redirects + ", " + sentBytes);
        }
    }

    /** A copy with another time. */
    public WebLimits withTime(Duration most) {
        Objects.requireNonNull(most, "most");
        return new WebLimits(most, bodyBytes, shownCharacters, redirects, sentBytes);
    }

    /** A copy with other sizes: bytes of an answer, characters of a result. */
    public WebLimits withSize(int body, int shown) {
        return new WebLimits(time, body, shown, redirects, sentBytes);
    }
}
