package dev.tenon.bus;

import java.util.Objects;

/**
 * What a subscriber wants to be told, and how. Immutable; data, so that it can stand in a file of settings.
 *
 * @param pattern which names; where it is missing, all
 * @param filter which of these events; where it is missing, all
 * @param delivery on whose thread; where it is missing, {@link Delivery#CALLER}
 * @param name what the subscriber is called in logs and events; where it is empty, its pattern
 */
public record Interest(EventPattern pattern, Filter filter, Delivery delivery, String name) {
    public Interest {
        pattern = pattern == null ? EventPattern.ALL : pattern;
        filter = filter == null ? Filter.ALL : filter;
        delivery = delivery == null ? Delivery.CALLER : delivery;
        name = name == null || name.isEmpty() ? pattern.text() : name;
    }

    /** All events of names that the pattern matches, on the thread of whoever publishes. */
    public static Interest in(String pattern) {
        Objects.requireNonNull(pattern, "pattern");
        return new Interest(EventPattern.of(pattern), Filter.ALL, Delivery.CALLER, "");
    }

    /** A copy that wants, of its events, only those that pass this filter too. */
    public Interest where(Filter more) {
        Objects.requireNonNull(more, "more");
        return new Interest(pattern, filter.equals(Filter.ALL) ? more : filter.and(more), delivery, name);
    }

    /** A copy that is told on a thread of its own, from a queue. */
    public Interest queued(int capacity, WhenFull whenFull) {
        return new Interest(pattern, filter, Delivery.queued(capacity, whenFull), name);
    }

    /** A copy under this name. */
    public Interest named(String other) {
        Objects.requireNonNull(other, "other");
        return new Interest(pattern, filter, delivery, other);
    }
}
