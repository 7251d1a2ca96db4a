package dev.tenon.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a failed call is made again. Immutable. What is retried is told by the error's {@link ProviderException.Kind}: back-off kinds up to
 * {@code attempts}, retry-once kinds once. A provider's own word on how long to wait ({@link ProviderException#retryAfter()}) comes first; without one, or
 * where it is zero, the pause doubles each time, and is a random one between half of that and all of it. Never past the deadline of the call.
 *
 * @param attempts calls in all, the first included
 * @param firstDelay the longest pause after the first failure
 * @param maxDelay no pause is longer; a provider that asks for more is not waited for: the call fails at once. At most {@link #LONGEST}
 */
public record Retry(int attempts, Duration firstDelay, Duration maxDelay) {
    /** No pause is longer than a year. */
    public static final Duration LONGEST = Duration.ofDays(365);

    /** Three calls: the default of the vendors' own clients is two retries. */
    public static final Retry DEFAULT = new Retry(3, Duration.ofMillis(500), Duration.ofSeconds(30));

    public Retry {
        Objects.requireNonNull(maxDelay, "maxDelay");
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts < 1: " + attempts);
        }
        if (Objects.requireNonNull(firstDelay, "firstDelay").isNegative()) {
            throw new IllegalArgumentException("firstDelay < 0: " + firstDelay);
        }
        if (maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException("maxDelay " + maxDelay + " < firstDelay " + firstDelay);
        }
        if (maxDelay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("maxDelay " + maxDelay + " > " + LONGEST);
        }
    }

    /** How long to wait after a failure, with the jitter; empty where the provider asks for more than is waited. */
    Optional<Duration> pause(ProviderException failure, int attempt) {
        Optional<Duration> asked = failure.retryAfter().filter(wait -> !wait.isZero());
        if (asked.isPresent()) {
            return asked.filter(wait -> wait.compareTo(maxDelay) <= 0);
        }
        long half = longest(attempt).toNanos() / 2;
        return Optional.of(Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half + 1)));
    }

    private Duration longest(int attempt) {
        Duration longest = firstDelay;
        for (int i = 1; i < attempt && longest.compareTo(maxDelay) < 0 && !longest.isZero(); i++) {
            longest = longest.multipliedBy(2);
        }
        return longest.compareTo(maxDelay) < 0 ? longest : maxDelay;
    }

    /** The default with another number of calls. */
    public static Retry attempts(int attempts) {
        return new Retry(attempts, DEFAULT.firstDelay, DEFAULT.maxDelay);
    }
}
