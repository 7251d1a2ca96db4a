package dev.tenon.testing;

import dev.tenon.scope.Registration;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock that moves only when a test says so: {@code new Cancellation(clock)} makes a scope that goes by it. Thread-safe.
 *
 * <p>Alarms run on the thread that moves the clock, in the order of their times, each seeing its own time as now.
 */
public final class VirtualClock implements TimeSource {
    /** Where a clock starts that is not told: 2000-01-01T00:00:00Z. */
    public static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    /** How long {@link #awaitAlarms} waits, in real time, before it says that nobody came. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private record Alarm(Duration at, long order, Runnable action) {}

    /** Beyond what any test lets pass; its nanoseconds fit a {@code long}. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Instant start;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private final NavigableSet<Alarm> alarms =
            new TreeSet<>(Comparator.comparing(Alarm::at).thenComparingLong(Alarm::order));
    private Duration elapsed = Duration.ZERO;
    private long orders;

    /** A clock that shows {@link #START}. */
    public VirtualClock() {
        this(START);
    }

    /** A clock that shows this time. */
    public VirtualClock(Instant start) {
        this.start = Objects.requireNonNull(start, "start");
    }

    @Override
    public Instant now() {
        return start.plus(elapsed());
    }

    @Override
    public long nanos() {
        return elapsed().toNanos();
    }

    private Duration elapsed() {
        lock.lock();
        try {
            return elapsed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Registration after(Duration delay, Runnable action) {
        Objects.requireNonNull(delay, "delay");
        lock.lock();
        try {
            Alarm alarm = new Alarm(
                    delay.isNegative() ? elapsed : elapsed.plus(delay.compareTo(LONGEST) > 0 ? LONGEST : delay),
                    orders++,
                    Objects.requireNonNull(action, "action"));
            alarms.add(alarm);
            changed.signalAll();
            return () -> remove(alarm);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Alarm alarm) {
        lock.lock();
        try {
            alarms.remove(alarm);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Moves the clock on, running what becomes due on the way, alarms set by other alarms included. */
    public void advance(Duration by) {
        Objects.requireNonNull(by, "by");
        if (by.isNegative()) {
            throw new IllegalArgumentException("a clock does not go back: " + by);
        }
        if (by.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a clock goes on by at most " + LONGEST + ", not by " + by);
        }
        Duration until = elapsed().plus(by);
        while (true) {
            Alarm due;
            lock.lock();
            try {
                if (alarms.isEmpty() || alarms.first().at().compareTo(until) > 0) {
                    elapsed = until.compareTo(elapsed) > 0 ? until : elapsed;
                    return;
                }
                due = Objects.requireNonNull(alarms.pollFirst());
                elapsed = due.at().compareTo(elapsed) > 0 ? due.at() : elapsed;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            due.action().run();
        }
    }

    /** How long from now the alarms that are set will go off, soonest first. */
    public List<Duration> alarms() {
        lock.lock();
        try {
            List<Duration> waits = new ArrayList<>();
            for (Alarm alarm : alarms) {
                waits.add(alarm.at().minus(elapsed));
            }
            return List.copyOf(waits);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Blocks until at least so many alarms are set, so that a test moves the clock only when others wait for it.
     *
     * @throws AssertionError where they are not set within 30 seconds of real time
     */
    public void awaitAlarms(int count) throws InterruptedException {
        long left = PATIENCE.toNanos();
        lock.lock();
        try {
            while (alarms.size() < count) {
                if (left <= 0) {
                    throw new AssertionError("expected " + count + " alarms, got " + alarms.size() + " within "
                            + TimeUnit.NANOSECONDS.toSeconds(PATIENCE.toNanos()) + " s");
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
