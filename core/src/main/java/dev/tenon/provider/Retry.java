package dev.tenon.provider;

import java.time.Duration;
import java.util.Objects;

/**
 * When a failed call is made again. Immutable. What is retried is told by the error's {@link ProviderException.Kind}: back-off kinds up to
 * {@code attempts}, retry-once kinds once. A provider's own word on how long to wait ({@link ProviderException#retryAfter()}) comes first; without one the pause
 * doubles each time, with full jitter between half of it and all of it. Never past the deadline of the call.
 *
 * @param attempts calls in all, the first included
 * @param firstDelay the longest pause after the first failure
 * @param maxDelay no pause is longer; a provider that asks for more is not waited for: the call fails at once
 */
public record Retry(int attempts, Duration firstDelay, Duration maxDelay) {
    /** Three calls: the default of the vendors' own clients is two retries. */
    public static final Retry DEFAULT = new Retry(3, Duration.ofMillis(500), Duration.ofSeconds(30));

    public Retry {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts < 1: " + attempts);
        }
        if (Objects.requireNonNull(firstDelay, "firstDelay").isNegative()) {
            throw new IllegalArgumentException("firstDelay < 0: " + firstDelay);
        }
        if (maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException("maxDelay " + maxDelay + " < firstDelay " + firstDelay);
        }
    }

    /** The default with another number of calls. */
    public static Retry attempts(int attempts) {
        return new Retry(attempts, DEFAULT.firstDelay, DEFAULT.maxDelay);
    }
}
