package dev.tenon.recording;

import dev.tenon.bus.BusEvent;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That somebody is told the events of one run, from a place on, until it is closed. Thread-safe.
 *
 * <p>The listener may be as slow as it likes: nobody waits for it, since it is told from the recording. Where the recording forgets events before it got to them
 * (a ring, files that are deleted), it is told {@link BusEvent.EventsMissed} in their place. What it throws is counted and logged once, and it is told the next
 * event.
 */
public final class Watching implements Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);

    private final String run;
    private final Supplier<EventReader> from;
    private final Arrivals arrivals;
    private final Listener listener;
    private final Thread thread;

    private volatile long sequence;
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean closed;
    private volatile Registration scope = Registration.NONE;

    private Watching(String run, long after, Listener listener, Supplier<EventReader> from, Arrivals arrivals) {
        this.run = run;
        this.from = from;
        this.arrivals = arrivals;
        this.listener = listener;
        this.sequence = after;
        this.thread = Thread.ofVirtual().name("tenon-watching " + run).unstarted(this::watch);
    }

    /**
     * Begins.
     *
     * @param from a reader that may give more after it was at its end
     */
    static Watching start(String run, long after, Listener listener, Supplier<EventReader> from, Arrivals arrivals) {
        Objects.requireNonNull(listener, "listener");
        if (run.isEmpty()) {
            throw new IllegalArgumentException("to watch a run takes its id, got \"\"");
        }
        if (after < 0) {
            throw new IllegalArgumentException("after < 0: " + after + "; 0 watches from the beginning");
        }
        Watching begun = new Watching(run, after, listener, from, arrivals);
        begun.thread.start();
        return begun;
    }

    private void watch() {
        try (EventReader reader = from.get()) {
            boolean more = true;
            while (more && !closed) {
                long seen = arrivals.count();
                tellAll(reader);
                more = arrivals.awaitMoreThan(seen);
            }
        } catch (InterruptedException e) {
            closed = true; // by close()
        } catch (RuntimeException e) {
            LOG.warn("the run \"{}\" is watched no longer", run, e);
        } finally {
            closed = true;
            scope.close();
        }
    }

    private void tellAll(EventReader reader) {
        for (Optional<Event> next = reader.next(); next.isPresent() && !closed; next = reader.next()) {
            Event event = next.get();
            long before = sequence;
            if (event.run().equals(run) && event.sequence() > before) {
                if (event.sequence() > before + 1 && reader.gaps()) {
                    BusEvent missed = new BusEvent.EventsMissed(run, before, event.sequence());
                    tell(Event.of(missed.name(), event.time(), Json.of(missed)).withSeverity(missed.severity()));
                }
                tell(event);
                sequence = event.sequence();
            }
        }
    }

    private void tell(Event event) {
        try {
            listener.on(event);
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError broken && !(e instanceof StackOverflowError)) {
                throw broken;
            }
            if (failed.getAndIncrement() == 0) {
                LOG.warn("a watcher of \"{}\" failed on {}; further failures are counted", run, event.name(), e);
            }
        }
    }

    /** The run that is watched. */
    public String run() {
        return run;
    }

    /** The sequence of the last event that the listener was told: with which to come back. */
    public long sequence() {
        return sequence;
    }

    /** At how many events the listener threw. */
    public long failed() {
        return failed.get();
    }

    /** Whether it has ended: closed, or its recording is. */
    public boolean closed() {
        return closed;
    }

    /** Ends with the scope, if not before. Returns this. */
    public Watching within(Scope above) {
        Registration before = scope;
        scope = above.onStop(this::close);
        before.close();
        if (closed) {
            scope.close();
        }
        return this;
    }

    /** Ends it, interrupting the listener where it is being called, and waits for nothing. Closing twice is the same as once. */
    @Override
    public void close() {
        closed = true;
        scope.close();
        if (!thread.equals(Thread.currentThread())) {
            thread.interrupt();
        }
    }

    /** Waits until it has ended. Says false where that was not so in time. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return thread.equals(Thread.currentThread()) || thread.join(atMost);
    }
}
