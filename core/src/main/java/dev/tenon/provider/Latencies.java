package dev.tenon.provider;

import java.time.Duration;
import java.util.Arrays;

/** How long the last calls took, and how many more second requests may be sent. Thread-safe. */
final class Latencies {
    /** Second requests that are saved up at most. */
    private static final double SAVED = 10;

    private final Hedge policy;
    private final long[] nanos = new long[Hedge.KEPT];
    private int seen;
    private int next;
    private double allowed = SAVED;
    private long delay;

    Latencies(Hedge policy) {
        this.policy = policy;
        this.delay = policy.firstDelay().toNanos();
    }

    /** A call begins: how long it has before a second request is sent. */
    synchronized Duration begin() {
        allowed = Math.min(SAVED, allowed + policy.share());
        return Duration.ofNanos(delay);
    }

    /** Whether a second request may be sent now; counts it. */
    synchronized boolean allowed() {
        if (allowed < 1 || policy.share() == 0) {
            return false;
        }
        allowed--;
        return true;
    }

    /** A call took this long, or longer. */
    synchronized void add(long took) {
        nanos[next] = took;
        next = (next + 1) % Hedge.KEPT;
        seen = Math.min(Hedge.KEPT, seen + 1);
        if (seen >= Hedge.ENOUGH) {
            long[] sorted = Arrays.copyOf(nanos, seen);
            Arrays.sort(sorted);
            int at = Math.min(seen - 1, (int) Math.floor(policy.quantile() * seen));
            delay = Math.max(Hedge.SHORTEST.toNanos(), sorted[at]);
        }
    }
}
