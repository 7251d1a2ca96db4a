package dev.tenon.recording;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;

/**
 * Keeps events in the order in which it is told them: {@code bus.subscribe("**", recording)}. Thread-safe.
 *
 * <p>What a run's events hold is kept as it is: tool arguments and results, which may be a person's data. Subscribe with a listener that hands on a changed copy
 * where something must not be kept.
 */
public sealed interface Recording extends Listener, AutoCloseable permits MemoryRecording, FileRecording {
    /** Everything, in memory, as long as the object lives. */
    static Recording inMemory() {
        return new MemoryRecording(Integer.MAX_VALUE);
    }

    /** The last so many events, in memory. */
    static Recording ring(int capacity) {
        return new MemoryRecording(capacity);
    }

    /**
     * Keeps an event.
     *
     * @throws dev.tenon.error.TenonException of code {@code recording.closed} after {@link #close}, {@code recording.io} where a file could not be written; the
     *     event is not kept then
     */
    @Override
    void on(Event event);

    /** What is kept now, the oldest first. */
    EventReader read();

    /**
     * Tells the listener the events of a run whose sequence is greater: first those that are kept, then those to come, each once and in order, on a virtual
     * thread of its own. So a watcher that comes back with the sequence it saw last misses nothing and sees nothing twice.
     *
     * @param after the sequence that was seen last; 0 for all
     */
    Watching watch(String run, long after, Listener listener);

    /** Keeps nothing more. Watchers are told what is kept, for at most 5 seconds, and end. Closing twice is the same as once. */
    @Override
    void close();
}
