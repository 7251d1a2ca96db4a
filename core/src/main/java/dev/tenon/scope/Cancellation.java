package dev.tenon.scope;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A node in the tree of cancellations and deadlines. Cancelling a node stops everything below it. Thread-safe.
 *
 * <p>{@code var stop = new Cancellation(); agent.run(request, stop);} and, from any thread, {@code stop.cancel("the user left")}.
 *
 * <p>A child is released by {@link #close()}; a parent that lives long does not keep closed children.
 */
public final class Cancellation implements Scope, AutoCloseable {
    private final String id;
    private final TimeSource time;
    private final @Nullable Instant deadline;
    private final @Nullable Scope parent;

    // Guarded by this; no foreign code runs inside.
    private @Nullable List<Runnable> actions;
    private volatile @Nullable Stop stop;

    private Registration above = Registration.NONE;
    private Registration alarm = Registration.NONE;

    /** A root without a deadline. */
    public Cancellation() {
        this("", TimeSource.SYSTEM, null, null);
    }

    /** A root without a deadline that goes by another clock. */
    public Cancellation(TimeSource time) {
        this("", Objects.requireNonNull(time, "time"), null, null);
    }

    private Cancellation(String id, TimeSource time, @Nullable Instant deadline, @Nullable Scope parent) {
        this.parent = parent;
        this.id = id;
        this.time = time;
        this.deadline = deadline;
    }

    /** A root that stops by itself after this time. Close it when the work is done. */
    public static Cancellation after(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        return below(new Cancellation(), "", timeout);
    }

    /** A node that stops when the scope above does, or when {@link #cancel} is called on it. Close it when the work is done. */
    public static Cancellation below(Scope above, String id) {
        Objects.requireNonNull(above, "above");
        Objects.requireNonNull(id, "id");
        return attach(above, new Cancellation(id, above.time(), above.deadline().orElse(null), above));
    }

    /** As {@link #below(Scope, String)}, and it stops by itself after this time. */
    public static Cancellation below(Scope above, String id, Duration timeout) {
        Objects.requireNonNull(above, "above");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout < 0: " + timeout);
        }
        Instant own = later(above.time().now(), timeout);
        Optional<Instant> outer = above.deadline();
        boolean outerFirst = outer.isPresent() && !outer.get().isAfter(own);
        Cancellation node = new Cancellation(id, above.time(), outerFirst ? outer.get() : own, above);
        attach(above, node);
        if (!outerFirst && !node.stopped()) {
            Registration set = above.time()
                    .after(
                            timeout,
                            () -> node.stop(new Stop(Stop.Kind.DEADLINE, "deadline of " + timeout + " reached")));
            node.keepAlarm(set);
        }
        return node;
    }

    private static Instant later(Instant now, Duration timeout) {
        try {
            return now.plus(timeout);
        } catch (java.time.DateTimeException | ArithmeticException e) {
            return Instant.MAX;
        }
    }

    private static Cancellation attach(Scope above, Cancellation node) {
        Registration set = above.onStop(() ->
                node.stop(above.stop().orElseGet(() -> new Stop(Stop.Kind.ABANDONED, "the work above this is over"))));
        synchronized (node) {
            node.above = set;
        }
        return node;
    }

    private synchronized void keepAlarm(Registration set) {
        alarm = set;
        if (stop != null) {
            set.close();
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.ofNullable(deadline);
    }

    @Override
    public Optional<Stop> stop() {
        return Optional.ofNullable(stop);
    }

    @Override
    public boolean stopped() {
        return stop != null;
    }

    @Override
    public <T> Optional<T> carried(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return parent == null ? Optional.empty() : parent.carried(type);
    }

    @Override
    public TimeSource time() {
        return time;
    }

    /** Stops this work and everything below it. Says whether this call did it: false where it had stopped before. */
    public boolean cancel() {
        return cancel("cancelled");
    }

    /** As {@link #cancel()}, with a reason for people. */
    public boolean cancel(String reason) {
        Objects.requireNonNull(reason, "reason");
        return stop(new Stop(Stop.Kind.CANCELLED, reason));
    }

    /** As {@link #cancel()}, saying what kind of stop it is. */
    public boolean stop(Stop why) {
        List<Runnable> due;
        synchronized (this) {
            if (stop != null) {
                return false;
            }
            stop = Objects.requireNonNull(why, "why");
            due = actions == null ? List.of() : actions;
            actions = null;
        }
        alarm().close();
        for (Runnable action : due) {
            call(action);
        }
        return true;
    }

    private synchronized Registration alarm() {
        return alarm;
    }

    @Override
    public Registration onStop(Runnable action) {
        Objects.requireNonNull(action, "action");
        // A wrapper a registration: the same action may be registered twice, and one of them taken back.
        Runnable own = new Runnable() {
            @Override
            public void run() {
                action.run();
            }
        };
        synchronized (this) {
            if (stop == null) {
                if (actions == null) {
                    actions = new ArrayList<>(2);
                }
                actions.add(own);
                return () -> remove(own);
            }
        }
        call(own);
        return Registration.NONE;
    }

    private synchronized void remove(Runnable action) {
        if (actions != null) {
            actions.remove(action);
        }
    }

    private static void call(Runnable action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            // Whoever else is to stop is told all the same.
            LoggerFactory.getLogger(Cancellation.class).warn("an onStop action failed", thrown);
        }
    }

    /** Takes this node out of the tree; it no longer stops by itself or with its parent. It may still be cancelled. */
    @Override
    public void close() {
        Registration up;
        Registration clock;
        synchronized (this) {
            up = above;
            clock = alarm;
            above = Registration.NONE;
            alarm = Registration.NONE;
        }
        up.close();
        clock.close();
    }

    @Override
    public String toString() {
        Stop why = stop;
        return "Cancellation[" + id + (why == null ? "" : ", " + why) + "]";
    }
}
