package dev.tenon.provider;

import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Leaves a host that fails alone for a while, so that callers know at once and the host can recover. Make one for each host, and give the same one to every
 * provider of it. Thread-safe.
 *
 * <p>It opens when so many of the last calls failed, and then refuses calls without sending them: they fail as {@link Kind#OVERLOADED}, with the time until
 * it tries again. After the pause one call is let through: when it succeeds the breaker closes, when it fails the pause begins again. What counts as failed is
 * what says that the host is not well: overloaded, server, timeout, network, malformed response, and a call that came to its deadline. That the host
 * limits the rate, or refuses the key or the request, says nothing of its health, and counts neither way.
 */
public final class CircuitBreaker {
    private final int failures;
    private final Duration pause;

    // Guarded by this; nothing below blocks.
    private final boolean[] failed;
    private int next;
    private int count;
    private boolean open;
    private boolean trying;
    private long until;
    private long period;

    private CircuitBreaker(int failures, int calls, Duration pause) {
        if (failures < 1 || calls < failures) {
            throw new IllegalArgumentException(
                    "expected 1 <= failures <= calls, got " + failures + " failures of " + calls + " calls");
        }
        if (calls > MOST_CALLS) {
            throw new IllegalArgumentException("expected at most " + MOST_CALLS + " calls, got " + calls);
        }
        if (Objects.requireNonNull(pause, "pause").isNegative()
                || pause.isZero()
                || pause.compareTo(Retry.LONGEST) > 0) {
            throw new IllegalArgumentException("expected a pause up to " + Retry.LONGEST + ", got " + pause);
        }
        this.failures = failures;
        this.pause = pause;
        this.failed = new boolean[calls];
    }

    /** What of more calls than this is worth remembering is not a breaker's business. */
    public static final int MOST_CALLS = 100_000;

    /** One that opens when 5 of the last 10 calls failed, and tries again after 30 seconds. */
    public static CircuitBreaker standard() {
        return of(5, 10, Duration.ofSeconds(30));
    }

    /**
     * One that opens when so many of the last calls failed.
     *
     * @param failures from 1 to {@code calls}
     * @param calls how many of the last calls are looked at
     * @param pause before one call is let through to try
     */
    public static CircuitBreaker of(int failures, int calls, Duration pause) {
        return new CircuitBreaker(failures, calls, pause);
    }

    /** Whether calls are refused, or one is just trying. */
    public synchronized boolean isOpen() {
        return open;
    }

    /** A call that was let through. */
    record Pass(long period, boolean trial) {}

    /** How a call went, as far as it tells of the host. */
    enum Health {
        WELL,
        UNWELL,
        UNKNOWN
    }

    /**
     * Lets a call through.
     *
     * @throws ProviderException where it is open
     */
    synchronized Pass enter(String model, TimeSource time) {
        if (!open) {
            return new Pass(period, false);
        }
        long left = until - time.nanos();
        if (left > 0 || trying) {
            Duration wait = Duration.ofNanos(Math.max(0, left));
            throw ProviderException.of(
                            Kind.OVERLOADED,
                            model + " is not asked: " + failures + " of its last " + failed.length + " calls failed; "
                                    + (trying ? "one call is trying it now" : "it is tried again in " + wait))
                    .retryAfter(trying ? null : wait)
                    .build();
        }
        trying = true;
        return new Pass(period, true);
    }

    /** A call has ended; gives what has changed by it. What began before the last change tells nothing new. */
    synchronized Optional<Notice> leave(Pass pass, Health health, String model, TimeSource time) {
        if (pass.period != period) {
            return Optional.empty();
        }
        if (pass.trial) {
            trying = false;
        }
        return switch (health) {
            case UNKNOWN -> Optional.empty();
            case WELL -> pass.trial ? change(false, model, time) : count(false, model, time);
            case UNWELL -> pass.trial ? change(true, model, time) : count(true, model, time);
        };
    }

    private Optional<Notice> count(boolean unwell, String model, TimeSource time) {
        count += (unwell ? 1 : 0) - (failed[next] ? 1 : 0);
        failed[next] = unwell;
        next = (next + 1) % failed.length;
        return count < failures ? Optional.empty() : change(true, model, time);
    }

    private Optional<Notice> change(boolean opens, String model, TimeSource time) {
        open = opens;
        trying = false;
        until = time.nanos() + pause.toNanos();
        period++;
        Arrays.fill(failed, false);
        count = 0;
        return Optional.of(new Notice.CircuitChanged(model, opens, opens ? pause : Duration.ZERO));
    }

    @Override
    public String toString() {
        return "CircuitBreaker[" + (isOpen() ? "open" : "closed") + ", opens when " + failures + " of " + failed.length
                + " calls failed, tries again after " + pause + "]";
    }
}
