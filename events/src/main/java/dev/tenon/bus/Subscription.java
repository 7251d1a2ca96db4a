package dev.tenon.bus;

import dev.tenon.error.Failure;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That a listener is told what happens on a bus, until it is closed. Thread-safe.
 *
 * <p>The listener is called one event at a time; the events of one publishing thread come in the order in which it published them. What the listener throws
 * harms nobody: it is counted, the first is logged with its stack trace, and it is told as {@link BusEvent.ListenerFailed}.
 */
public abstract sealed class Subscription implements Registration permits CallerSubscription, QueuedSubscription {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    /** The prefix of events that a bus tells of itself. */
    private static final String OWN = "bus.";

    private final EventBus bus;
    private final Interest interest;
    private final Predicate<Event> filter;
    private final Listener listener;

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong passed = new AtomicLong();

    private volatile boolean closed;
    private volatile Registration scope = Registration.NONE;

    Subscription(EventBus bus, Interest interest, Listener listener) {
        this.bus = bus;
        this.interest = interest;
        this.filter = interest.filter().compiled();
        this.listener = listener;
    }

    /**
     * What became of the events that a subscription wanted. Immutable.
     *
     * @param delivered events that the listener took
     * @param failed events at which the listener threw, or for which the filter or the pattern could not be decided
     * @param dropped events for which the queue had no room, or that it still held when the subscription was closed
     * @param passed events that passed by while a subscription without a queue was paused
     * @param waiting events in the queue now
     */
    public record Figures(long delivered, long failed, long dropped, long passed, int waiting) {}

    /** What the subscriber wants. */
    public final Interest interest() {
        return interest;
    }

    /** What became of its events until now. */
    public final Figures figures() {
        return new Figures(delivered.get(), failed.get(), dropped.get(), passed.get(), waiting());
    }

    /**
     * Tells the listener nothing until {@link #resume}; a call that is under way ends. A queue holds what comes as far as it has room, and then does as it does
     * when it is full: one that makes publishers wait makes them wait until somebody resumes. Without a queue events pass by and are counted. Pausing twice is
     * the same as once.
     */
    public abstract void pause();

    /** Goes on, with what the queue holds first. */
    public abstract void resume();

    /** Whether it is paused. */
    public abstract boolean paused();

    /**
     * Ends with the scope, if not before: when the scope is stopped, this is closed. Returns this. A scope that ends without being stopped stops nothing; use
     * try-with-resources for that.
     */
    public final Subscription within(Scope above) {
        Objects.requireNonNull(above, "above");
        Registration before = scope;
        scope = above.onStop(this::close);
        before.close();
        if (closed) {
            scope.close();
        }
        return this;
    }

    /** Whether it has ended. */
    public final boolean closed() {
        return closed;
    }

    /**
     * Ends it. No call of the listener begins after that, but one that is under way on another thread is not waited for. What its queue still holds is dropped
     * and counted. Closing twice is the same as once.
     */
    @Override
    public final void close() {
        closed = true;
        scope.close();
        bus.forget(this);
        end();
    }

    /** Lets go of whoever waits, and of what is held. */
    abstract void end();

    /** Takes an event of a name that is wanted. Says false where it was refused and the publisher is to be told. */
    abstract boolean take(Event event);

    /** The thread that is in the listener now, or about to be; null where there is none. */
    abstract @Nullable Thread holder();

    abstract int waiting();

    /** Whether the pattern matches the name; where that cannot be decided it does not. */
    final boolean wants(String name) {
        try {
            return interest.pattern().matches(name);
        } catch (RuntimeException e) {
            failed(name, e);
            return false;
        }
    }

    final boolean passes(Event event) {
        try {
            return filter.test(event);
        } catch (RuntimeException e) {
            failed(event.name(), e);
            return false;
        }
    }

    /** Calls the listener. The one place where what it throws is dealt with. Not at once from two threads. */
    final void call(Event event) {
        if (closed) {
            dropped.incrementAndGet();
            return;
        }
        try {
            listener.on(event);
            delivered.lazySet(delivered.get() + 1); // one thread at a time, so a plain step is enough
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError broken && !(e instanceof StackOverflowError)) {
                throw broken;
            }
            if (e instanceof InterruptedException) { // thrown by a language that does not check
                Thread.currentThread().interrupt();
            }
            failed(event.name(), e);
        }
    }

    private void failed(String event, Throwable thrown) {
        long times = failed.incrementAndGet();
        if (times == 1) {
            LOG.warn(
                    "the listener of \"{}\" failed on {}; further failures are counted",
                    interest.name(),
                    event,
                    thrown);
        }
        if (worthTelling(times) && !event.startsWith(OWN)) {
            bus.tell(new BusEvent.ListenerFailed(interest.name(), event, times, Failure.of(thrown)));
        }
    }

    /** Counts an event that is lost to a full queue. Not called with a lock held. */
    final void dropped(Event event, Delivery.Queued queue) {
        long times = dropped.incrementAndGet();
        if (times == 1) {
            LOG.warn(
                    "the queue of \"{}\" is full ({} events, {}): {} was dropped; further ones are counted",
                    interest.name(),
                    queue.capacity(),
                    queue.whenFull(),
                    event.name());
        }
        if (worthTelling(times) && !event.name().startsWith(OWN)) {
            bus.tell(new BusEvent.QueueOverflowed(interest.name(), queue.capacity(), queue.whenFull(), times));
        }
    }

    /** Counts events that nobody will be told because the subscription is closed. */
    final void dropped(int count) {
        dropped.addAndGet(count);
    }

    final void passed() {
        passed.incrementAndGet();
    }

    private static boolean worthTelling(long times) {
        return Long.bitCount(times) == 1;
    }

    @Override
    public String toString() {
        return "Subscription[" + interest.name() + (closed ? ", closed" : paused() ? ", paused" : "") + "]";
    }
}
