package dev.tenon.bus;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each event to those who want it. It is a {@link Listener}, so a run can be told to post to it; a program posts its own events with {@link #on}.
 * Thread-safe.
 *
 * <p>Who subscribed is found once for each name of an event and remembered. Without a subscriber for its name an event costs a look-up and no memory;
 * {@link #wanted} asks before one is made.
 */
public final class EventBus implements Listener, AutoCloseable {
    /** How long {@link #close()} waits for events that are in queues. */
    public static final Duration GRACE = Duration.ofSeconds(5);

    /** How long a listener that is interrupted at the end has to return before it is named and left alone. */
    private static final Duration LAST_GRACE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(EventBus.class);

    private final TimeSource time;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Routes routes = new Routes(List.of());
    private volatile boolean closed;

    /** A bus without subscribers. */
    public EventBus() {
        this(TimeSource.SYSTEM);
    }

    /** A bus whose own events bear the time of another clock. */
    public EventBus(TimeSource time) {
        this.time = Objects.requireNonNull(time, "time");
    }

    /**
     * Gives the event to all who want it, in the order in which they subscribed. It returns when those without a queue have taken it. After {@link #close}
     * nobody wants anything.
     *
     * @throws TenonException of code {@code bus.queue_full} where the queue of a subscriber is full that wants this to {@link WhenFull#FAIL}; all others have
     *     been told
     */
    @Override
    public void on(Event event) {
        Subscription[] wanting =
                routes.to(Objects.requireNonNull(event, "event").name());
        Subscription refused = null;
        for (Subscription one : wanting) {
            if (!one.take(event)) {
                refused = one;
            }
        }
        if (refused != null) {
            throw queueFull(refused, event);
        }
    }

    private static TenonException queueFull(Subscription refused, Event event) {
        String name = refused.interest().name();
        return new TenonException(
                "bus.queue_full",
                "the queue of subscriber \"" + name + "\" is full, and " + event.name()
                        + " was not put into it; publish more slowly, or give it more room or another WhenFull",
                Recovery.BACK_OFF,
                Map.of("subscription", name, "event", event.name()),
                null);
    }

    /** Whether anybody wants events of this name; a paused subscriber does. */
    public boolean wanted(String name) {
        Objects.requireNonNull(name, "name");
        return routes.to(name).length > 0;
    }

    /** Tells the listener all events of names that the pattern matches, on the thread of whoever publishes. */
    public Subscription subscribe(String pattern, Listener listener) {
        Objects.requireNonNull(pattern, "pattern");
        return subscribe(Interest.in(pattern), listener);
    }

    /**
     * Tells the listener what it is interested in, from now on until the subscription is closed.
     *
     * @throws IllegalStateException where the bus is closed
     */
    public Subscription subscribe(Interest interest, Listener listener) {
        Objects.requireNonNull(interest, "interest");
        Objects.requireNonNull(listener, "listener");
        Subscription made = switch (interest.delivery()) {
            case Delivery.Caller c -> new CallerSubscription(this, interest, listener);
            case Delivery.Queued queued -> new QueuedSubscription(this, interest, queued, listener);
        };
        changing.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the bus is closed: \"" + interest.name() + "\" cannot subscribe");
            }
            routes = routes.with(made);
        } finally {
            changing.unlock();
        }
        return made;
    }

    void forget(Subscription ended) {
        changing.lock();
        try {
            routes = routes.without(ended);
        } finally {
            changing.unlock();
        }
    }

    /** All subscriptions that are not closed, in their order. */
    public List<Subscription> subscriptions() {
        return routes.all();
    }

    void tell(BusEvent payload) {
        if (wanted(payload.name())) {
            try {
                on(Event.of(payload.name(), time.now(), Json.of(payload)).withSeverity(payload.severity()));
            } catch (TenonException e) {
                LOG.debug("an event of the bus was refused", e); // counted where it was refused
            }
        }
    }

    /** As {@link #close(Duration)}, waiting at most 5 seconds. */
    @Override
    public void close() {
        close(GRACE);
    }

    /**
     * Takes no more events, waits for queues to be emptied, and ends all subscriptions and their threads. What a queue still holds after the grace, or when the
     * caller is interrupted, is dropped and counted and its listener is interrupted; one that does not return within another second is named in the log. A
     * listener that closes its bus is not waited for. Closing twice is the same as once.
     */
    public void close(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        List<Subscription> all;
        changing.lock();
        try {
            closed = true;
            all = routes.all();
            routes = new Routes(List.of());
        } finally {
            changing.unlock();
        }
        for (Subscription one : all) {
            if (one instanceof QueuedSubscription queued) {
                queued.finish();
            }
        }
        long until = System.nanoTime() + clamped(grace);
        for (Subscription one : all) {
            end(one, Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        }
    }

    private static long clamped(Duration grace) {
        return Math.min(TimeUnit.DAYS.toNanos(365), Math.max(0, TimeUnit.NANOSECONDS.convert(grace)));
    }

    private static void end(Subscription one, Duration left) {
        if (!(one instanceof QueuedSubscription queued) || queued.awaitIdle(left)) {
            one.close();
            return;
        }
        one.close();
        queued.interrupt();
        if (!queued.awaitIdle(LAST_GRACE)) {
            LOG.warn(
                    "the listener of \"{}\" does not return; it is waited for no longer",
                    one.interest().name());
        }
    }

    @Override
    public String toString() {
        return "EventBus" + routes.all();
    }
}
