package dev.tenon.run;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.event.RunEvent;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import dev.tenon.provider.Delta;
import dev.tenon.scope.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the events and deltas of one run go: its listeners, who watches it, and the run above. Used on the run's thread only.
 *
 * <p>Events wait here until what they tell is on record, see {@link #deliver()}; deltas are told at once.
 */
final class Desk {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    /** Where a child run tells its parent; from any thread. */
    interface Above {
        /** Nobody is above. */
        Above NONE = new Above() {
            @Override
            public boolean listens() {
                return false;
            }

            @Override
            public boolean streams() {
                return false;
            }

            @Override
            public void event(Event event) {}

            @Override
            public void delta(String run, Delta delta) {}
        };

        boolean listens();

        boolean streams();

        void event(Event event);

        void delta(String run, Delta delta);
    }

    private final String run;
    private final String parent;
    private final List<Listener> listeners;
    private final Watch watch;
    private final Above above;
    private final TimeSource time;
    private final boolean listens;
    private final boolean streams;

    private final List<Event> waiting = new ArrayList<>(4);
    private boolean watching;
    private long sequence;

    Desk(
            String run,
            String parent,
            List<Listener> listeners,
            Watch watch,
            Above above,
            TimeSource time,
            long sequence) {
        this.run = run;
        this.parent = parent;
        this.listeners = listeners;
        this.watch = watch;
        this.above = above;
        this.time = time;
        this.listens = !listeners.isEmpty() || watch.listens() || above.listens();
        this.streams = watch.streams() || above.streams();
        this.watching = watch.listens() || watch.streams();
        this.sequence = sequence;
    }

    /** Whether anybody is told of events; where nobody is, none should be made. */
    boolean listens() {
        return listens;
    }

    /** Whether anybody wants deltas. */
    boolean streams() {
        return streams;
    }

    /** How many events there have been. */
    long sequence() {
        return sequence;
    }

    /** Takes an event of this run. */
    void tell(RunEvent event) {
        if (listens) {
            tell(event.name(), event.severity(), Json.of(event));
        }
    }

    void tell(String name, Severity severity, Json payload) {
        if (listens) {
            waiting.add(new Event(name, ++sequence, run, parent, time.now(), severity, Map.of(), payload, Map.of()));
        }
    }

    /** Takes an event of a child. */
    void pass(Event event) {
        if (listens) {
            waiting.add(event);
        }
    }

    /** Tells what was taken. */
    void deliver() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Event> due = List.copyOf(waiting);
        waiting.clear();
        for (Event event : due) {
            for (Listener listener : listeners) {
                tell(listener, event);
            }
            if (watching && watch.listens()) {
                guarded(() -> watch.event(event));
            }
            above.event(event);
        }
    }

    private static void tell(Listener listener, Event event) {
        try {
            listener.on(event);
        } catch (Throwable thrown) {
            LOG.warn("listener {} failed at {}", listener.getClass().getName(), event.name(), thrown);
        }
    }

    /** Tells a delta. */
    void delta(String of, Delta delta) {
        if (watching && watch.streams()) {
            guarded(() -> watch.delta(of, delta));
        }
        if (above.streams()) {
            above.delta(of, delta);
        }
    }

    private void guarded(Runnable told) {
        try {
            told.run();
        } catch (Throwable thrown) {
            watching = false;
            LOG.warn("who watched run {} failed and is told no more", run, thrown);
        }
    }
}
