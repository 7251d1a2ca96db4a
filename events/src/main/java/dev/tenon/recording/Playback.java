package dev.tenon.recording;

import dev.tenon.bus.EventPattern;
import dev.tenon.bus.Filter;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How to play a recording again. Immutable.
 *
 * @param speed how many times as fast as it was recorded; 0 at once, without a wait
 * @param pattern which names; where it is missing, all
 * @param filter which of these events; where it is missing, all
 */
public record Playback(double speed, EventPattern pattern, Filter filter) {
    /** One after the other, without a wait. */
    public static final Playback AT_ONCE = new Playback(0, EventPattern.ALL, Filter.ALL);

    /** With the time between events that was between them when they happened. */
    public static final Playback AS_RECORDED = new Playback(1, EventPattern.ALL, Filter.ALL);

    public Playback {
        if (!(speed >= 0 && speed <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "speed must be 0 for at once, or a number of times above, such as 10; got " + speed);
        }
        pattern = pattern == null ? EventPattern.ALL : pattern;
        filter = filter == null ? Filter.ALL : filter;
    }

    /** What was played. Immutable. */
    public record Played(long events, List<Damage> damages) {
        public Played {
            damages = damages == null ? List.of() : List.copyOf(damages);
        }
    }

    /** A copy that is so many times as fast as it was recorded. */
    public Playback times(double other) {
        return new Playback(other, pattern, filter);
    }

    /** A copy that plays events of names that this pattern matches. */
    public Playback matching(String other) {
        Objects.requireNonNull(other, "other");
        return new Playback(speed, EventPattern.of(other), filter);
    }

    /** A copy that plays, of its events, only those that pass this filter too. */
    public Playback where(Filter more) {
        Objects.requireNonNull(more, "more");
        return new Playback(speed, pattern, filter.equals(Filter.ALL) ? more : filter.and(more));
    }

    /** As {@link #play(EventReader, Listener, Scope)}, of what the recording holds now. */
    public Played play(Recording from, Listener to, Scope scope) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(scope, "scope");
        try (EventReader reader = from.read()) {
            return play(reader, to, scope);
        }
    }

    /**
     * Tells the listener the events, as they were, and returns when it is done. It waits by the scope's clock: an event comes as long after the first as it did,
     * divided by the speed, or at once where that is over. What the listener throws ends it.
     *
     * @throws StoppedException where the scope is stopped or the thread interrupted before it is done
     */
    public Played play(EventReader from, Listener to, Scope scope) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(scope, "scope");
        Predicate<Event> wanted = filter.compiled();
        Instant begun = scope.time().now();
        @Nullable Instant first = null;
        long played = 0;
        for (Optional<Event> next = from.next(); next.isPresent(); next = from.next()) {
            Event event = next.get();
            if (pattern.matches(event.name()) && wanted.test(event)) {
                first = first == null ? event.time() : first;
                await(Duration.between(first, event.time()), begun, scope);
                to.on(event);
                played++;
            }
        }
        return new Played(played, from.damages());
    }

    private void await(Duration sinceFirst, Instant begun, Scope scope) {
        scope.check();
        if (speed == 0) {
            return;
        }
        Duration wait =
                scaled(sinceFirst).minus(Duration.between(begun, scope.time().now()));
        if (wait.isNegative() || wait.isZero()) {
            return;
        }
        CountDownLatch over = new CountDownLatch(1);
        Registration alarm = scope.time().after(wait, over::countDown);
        Registration stop = scope.onStop(over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException(new Stop(Stop.Kind.INTERRUPTED, "interrupted while waiting for the next event"));
        } finally {
            alarm.close();
            stop.close();
        }
        scope.check();
    }

    /** At most a thousand years, which no clock overflows. */
    private Duration scaled(Duration since) {
        double seconds = (since.getSeconds() + since.getNano() / 1e9) / speed;
        double bounded = Math.clamp(seconds, 0, 1_000.0 * 366 * 86_400);
        long whole = (long) bounded;
        return Duration.ofSeconds(whole, Math.round((bounded - whole) * 1e9));
    }
}
