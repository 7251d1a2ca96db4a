package dev.tenon.provider;

import java.time.Duration;
import java.util.Objects;

/**
 * When a second request is sent beside one that is late (Dean and Barroso, "The Tail at Scale", Communications of the ACM 56:2, 2013). Immutable.
 *
 * @param firstDelay how long the first request has before {@value #ENOUGH} calls were seen; at most {@link Retry#LONGEST}
 * @param quantile the part of the calls, above 0 and below 1, that are faster than the delay which is learnt from the last {@value #KEPT}
 * @param share second requests a call, on the long run, from 0 to 1: when a host is slow for all, it is not asked for everything twice
 */
public record Hedge(Duration firstDelay, double quantile, double share) {
    /** One of twenty calls is late, as the paper has it; at most one of ten is sent twice. */
    public static final Hedge DEFAULT = new Hedge(Duration.ofSeconds(10), 0.95, 0.1);

    /** The delay is never shorter: within this time a second request gains nothing. */
    public static final Duration SHORTEST = Duration.ofMillis(10);

    /** Latencies that are remembered: enough for a quantile of 0.95, and soon forgotten when a host changes. */
    public static final int KEPT = 100;

    /** Latencies that must be known before they count. */
    public static final int ENOUGH = 10;

    public Hedge {
        if (Objects.requireNonNull(firstDelay, "firstDelay").isNegative() || firstDelay.compareTo(Retry.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "expected firstDelay from 0 to " + Retry.LONGEST + ", got " + firstDelay);
        }
        if (!(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException("expected a quantile above 0 and below 1, got " + quantile);
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("expected a share from 0 to 1, got " + share);
        }
    }

    /** The default with another delay before there is anything to learn from. */
    public static Hedge after(Duration firstDelay) {
        return new Hedge(firstDelay, DEFAULT.quantile, DEFAULT.share);
    }
}
