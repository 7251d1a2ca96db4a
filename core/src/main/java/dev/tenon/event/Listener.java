package dev.tenon.event;

/**
 * Is told what happens. It watches and cannot change anything.
 *
 * <p>A run calls its listeners one at a time, in order, on the run's own thread; a slow one slows the run. What one throws is logged once, harms nothing, and it
 * is called again with the next event.
 */
@FunctionalInterface
public interface Listener {
    /** Takes an event. Should be short. */
    void on(Event event);
}
