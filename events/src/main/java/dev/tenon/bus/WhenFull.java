package dev.tenon.bus;

/** What happens to an event for which a subscriber's queue has no room. */
public enum WhenFull {
    /**
     * Who publishes waits for room; nothing is lost. Where waiting could never end (the wait closes a circle of listeners that publish to one another) and
     * where the thread is interrupted, nobody waits and the queue holds more than its bound instead.
     */
    BLOCK,
    /** The oldest event of the queue goes, and is counted. For whoever shows the newest state. */
    DROP_OLDEST,
    /** The event goes, and is counted; whoever published it gets an error after all others were told. */
    FAIL
}
