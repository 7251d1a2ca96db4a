package dev.tenon.scope;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The life of one piece of work: it may end early, by a cancellation or a deadline of its own or of whatever it is part of. Thread-safe.
 *
 * <p>Work that blocks should register what unblocks it ({@link #onStop}); work that computes should {@link #check()} now and then.
 */
public interface Scope {
    /** What this work is called in records and events: of a run its id, of a call run/step/index. */
    String id();

    /** When the time is up, the soonest of its own and those above; empty where there is no deadline. */
    Optional<Instant> deadline();

    /** Why the work has to end; empty as long as it may go on. */
    Optional<Stop> stop();

    /**
     * Calls the action once when the work has to end, at once where it already has. It runs on the thread that says stop: it must be short and must not
     * block. What it throws is logged.
     */
    Registration onStop(Runnable action);

    /** The clock that this work goes by. */
    TimeSource time();

    /**
     * What was {@linkplain #carrying given} to this work, or to work that it is part of, under this type; the nearest where it was given several times. It goes with the work to whatever thread it runs on.
     */
    default <T> Optional<T> carried(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return Optional.empty();
    }

    /** This scope, carrying a value to all that is done below it, for code that knows the type: a tenant, a trace. */
    default <T> Scope carrying(Class<T> type, T value) {
        return new Carrier<>(this, type, value);
    }

    /** Whether the work has to end. */
    default boolean stopped() {
        return stop().isPresent();
    }

    /**
     * Does nothing as long as the work may go on.
     *
     * @throws StoppedException where it has to end
     */
    default void check() {
        Optional<Stop> stop = stop();
        if (stop.isPresent()) {
            throw new StoppedException(stop.get());
        }
    }

    /** Time left until the deadline, not below zero; empty where there is none. */
    default Optional<Duration> remaining() {
        return deadline().map(at -> {
            Duration left = Duration.between(time().now(), at);
            return left.isNegative() ? Duration.ZERO : left;
        });
    }
}
