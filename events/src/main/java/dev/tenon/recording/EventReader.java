package dev.tenon.recording;

import dev.tenon.event.Event;
import java.util.List;
import java.util.Optional;

/** Gives events one by one, in the order in which they were recorded. Not thread-safe. */
public interface EventReader extends AutoCloseable {
    /**
     * The next event; empty at the end. What is damaged is left out, see {@link #damages()}.
     *
     * @throws dev.tenon.error.TenonException of code {@code recording.io} where a file cannot be read
     */
    Optional<Event> next();

    /** What could not be read until now, in order. */
    List<Damage> damages();

    /** Whether events that were once recorded are gone from before or between those that were given: pushed out of a ring, or deleted with an old file. */
    boolean gaps();

    @Override
    void close();
}
