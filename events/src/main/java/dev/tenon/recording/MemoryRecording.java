package dev.tenon.recording;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The last events in an array, which grows up to the capacity and is then written round. */
final class MemoryRecording implements Recording {
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Arrivals arrivals = new Arrivals();
    private final Watchings watchings = new Watchings();

    // Guarded by the lock. Event i, counted from 0, is at i modulo the length.
    private @Nullable Event[] events = new Event[16];
    private long count;
    private boolean closed;

    MemoryRecording(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity < 1: " + capacity);
        }
        this.capacity = capacity;
    }

    @Override
    public void on(Event event) {
        Objects.requireNonNull(event, "event");
        lock.lock();
        try {
            if (closed) {
                throw RecordingFiles.closed();
            }
            if (count == events.length && events.length < capacity) {
                long twice = 2L * events.length;
                events = Arrays.copyOf(events, (int) Math.min(capacity, twice));
            }
            events[slot(count++)] = event;
        } finally {
            lock.unlock();
        }
        arrivals.more();
    }

    private int slot(long index) {
        return (int) (index % Math.min(events.length, capacity));
    }

    private long oldest() {
        return Math.max(0, count - Math.min(events.length, capacity));
    }

    @Override
    public EventReader read() {
        lock.lock();
        try {
            return new Reader(count);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Watching watch(String run, long after, Listener listener) {
        Objects.requireNonNull(run, "run");
        return watchings.keep(Watching.start(run, after, listener, () -> new Reader(Long.MAX_VALUE), arrivals));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        arrivals.end();
        watchings.end();
    }

    private final class Reader implements EventReader {
        private final long end;
        private long next;
        private boolean gaps;

        Reader(long end) {
            this.end = end;
        }

        @Override
        public Optional<Event> next() {
            lock.lock();
            try {
                if (next < oldest()) {
                    gaps = true;
                    next = oldest();
                }
                return next < Math.min(end, count) ? Optional.ofNullable(events[slot(next++)]) : Optional.empty();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public List<Damage> damages() {
            return List.of();
        }

        @Override
        public boolean gaps() {
            return gaps;
        }

        @Override
        public void close() {
            next = end;
        }
    }
}
