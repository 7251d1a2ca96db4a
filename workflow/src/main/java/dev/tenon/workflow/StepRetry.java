package dev.tenon.workflow;

import java.time.Duration;
import java.util.Objects;

/**
 * How often a step that failed is tried again, and after which pauses. Immutable.
 *
 * @param attempts in all, the first included; 1 for no retry
 * @param delay before the second attempt
 * @param backoff how the pauses grow
 * @param longest no pause is longer; zero for no bound
 * @param jitter from 0 to 1: what part of a pause is drawn by lot. The number is drawn from the run's seed, so that a run that is folded again waits as long
 */
public record StepRetry(int attempts, Duration delay, Backoff backoff, Duration longest, double jitter) {
    /** A failure is a failure. */
    public static final StepRetry NONE = new StepRetry(1, Duration.ZERO, Backoff.FIXED, Duration.ZERO, 0);

    /** How pauses grow. */
    public enum Backoff {
        /** All are the first. */
        FIXED,
        /** The n-th is n times the first. */
        LINEAR,
        /** Each is twice the one before. */
        EXPONENTIAL
    }

    public StepRetry {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts < 1: " + attempts);
        }
        Objects.requireNonNull(delay, "delay");
        Objects.requireNonNull(backoff, "backoff");
        Objects.requireNonNull(longest, "longest");
        if (delay.isNegative() || longest.isNegative()) {
            throw new IllegalArgumentException("a pause must not be negative: delay " + delay + ", longest " + longest);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1, got " + jitter);
        }
    }

    /** So many attempts without a pause. */
    public static StepRetry attempts(int attempts) {
        return new StepRetry(attempts, Duration.ZERO, Backoff.FIXED, Duration.ZERO, 0);
    }

    /** A copy whose pauses are all this long. */
    public StepRetry fixed(Duration pause) {
        Objects.requireNonNull(pause, "pause");
        return new StepRetry(attempts, pause, Backoff.FIXED, longest, jitter);
    }

    /** A copy whose pauses grow by this much each. */
    public StepRetry linear(Duration first) {
        Objects.requireNonNull(first, "first");
        return new StepRetry(attempts, first, Backoff.LINEAR, longest, jitter);
    }

    /** A copy whose pauses double, up to the longest. */
    public StepRetry exponential(Duration first, Duration longestPause) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longestPause, "longestPause");
        return new StepRetry(attempts, first, Backoff.EXPONENTIAL, longestPause, jitter);
    }

    /** A copy in which this part of each pause is drawn by lot. */
    public StepRetry jitter(double part) {
        return new StepRetry(attempts, delay, backoff, longest, part);
    }

    /**
     * The pause before an attempt.
     *
     * @param attempt from 2
     * @param lot from 0 to below 1
     */
    Duration pause(int attempt, double lot) {
        double times = switch (backoff) {
            case FIXED -> 1;
            case LINEAR -> attempt - 1;
            case EXPONENTIAL -> Math.pow(2, attempt - 2);
        };
        double most = longest.isZero() ? FARTHEST : Math.min(nanos(longest), FARTHEST);
        double nanos = Math.min(nanos(delay) * times, most);
        return Duration.ofNanos((long) (nanos * (1 - jitter) + nanos * jitter * lot));
    }

    /** Nanoseconds, some 70 years: no pause is longer. */
    private static final double FARTHEST = Long.MAX_VALUE / 4d;

    private static double nanos(Duration duration) {
        return duration.getSeconds() * 1e9 + duration.getNano();
    }
}
