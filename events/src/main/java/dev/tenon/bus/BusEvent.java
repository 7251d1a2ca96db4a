package dev.tenon.bus;

import dev.tenon.error.Failure;
import dev.tenon.event.Event;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import dev.tenon.json.Tags;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a bus tells of itself, as payloads of events that belong to no run. Immutable. Trouble with one of these events is counted and logged, never told, so
 * that it cannot go round.
 */
public sealed interface BusEvent {
    /** The names of these events. */
    Set<String> NAMES = Set.of(ListenerFailed.NAME, QueueOverflowed.NAME, EventsMissed.NAME);

    /** The name of an event with this payload. */
    String name();

    /** How much it matters. */
    default Severity severity() {
        return Severity.WARN;
    }

    /** The payload of an event that a bus told of itself; empty of any other event. */
    static Optional<BusEvent> of(Event event) {
        Objects.requireNonNull(event, "event");
        return NAMES.contains(event.name())
                        && event.payload() instanceof Json.Obj payload
                        && payload.string(Tags.MEMBER).isPresent()
                ? Optional.of(payload.as(BusEvent.class))
                : Optional.empty();
    }

    /**
     * A listener threw, or a pattern or filter could not be decided. Told the first, second, fourth, eighth … time, so that a listener that always throws does
     * not double what is told.
     *
     * @param subscription the subscriber's name
     * @param event the name of the event
     * @param times how often this subscriber has failed
     */
    record ListenerFailed(String subscription, String event, long times, Failure failure) implements BusEvent {
        /** The name of these events. */
        public static final String NAME = "bus.listener.failed";

        public ListenerFailed {
            Objects.requireNonNull(subscription, "subscription");
            Objects.requireNonNull(event, "event");
            Objects.requireNonNull(failure, "failure");
        }

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * A subscriber was slower than its events, and some were dropped. Told the first, second, fourth, eighth … time.
     *
     * @param subscription the subscriber's name
     * @param dropped how many this subscriber has missed
     */
    record QueueOverflowed(String subscription, int capacity, WhenFull whenFull, long dropped) implements BusEvent {
        /** The name of these events. */
        public static final String NAME = "bus.queue.overflowed";

        public QueueOverflowed {
            Objects.requireNonNull(subscription, "subscription");
            Objects.requireNonNull(whenFull, "whenFull");
        }

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * Told a watcher in their place: events of a run were recorded, and forgotten before they could be told.
     *
     * @param after the sequence of the event before them
     * @param next the sequence of the event behind them
     */
    record EventsMissed(String run, long after, long next) implements BusEvent {
        /** The name of these events. */
        public static final String NAME = "bus.events.missed";

        public EventsMissed {
            Objects.requireNonNull(run, "run");
        }

        @Override
        public String name() {
            return NAME;
        }
    }
}
