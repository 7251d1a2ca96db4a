package dev.tenon.bus;

import java.util.Objects;

/** On whose thread a subscriber is told. Immutable. */
public sealed interface Delivery {
    /** On the thread of whoever publishes. */
    Delivery CALLER = new Caller();

    /** Events that a queue holds where nothing else is said: at 1 KB an event, a megabyte. */
    int CAPACITY = 1_024;

    /** On a virtual thread of the subscriber's own, from a queue of {@value #CAPACITY} events that makes publishers wait when it is full. */
    static Delivery queued() {
        return queued(CAPACITY, WhenFull.BLOCK);
    }

    /** On a virtual thread of the subscriber's own, from a queue. */
    static Delivery queued(int capacity, WhenFull whenFull) {
        return new Queued(capacity, whenFull);
    }

    /**
     * On the thread of whoever publishes, who goes on when the listener is done. Threads that publish at once wait for one another; what a listener publishes
     * itself it is told when it returns.
     */
    record Caller() implements Delivery {}

    /**
     * On a virtual thread of the subscriber's own, which is there only while there is something to tell.
     *
     * @param capacity events that wait at most, 1 or more
     */
    record Queued(int capacity, WhenFull whenFull) implements Delivery {
        public Queued {
            if (capacity < 1) {
                throw new IllegalArgumentException("capacity < 1: " + capacity);
            }
            Objects.requireNonNull(whenFull, "whenFull");
        }
    }
}
