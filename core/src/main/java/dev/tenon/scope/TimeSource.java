package dev.tenon.scope;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock and the alarm of everything that waits. Tests put a virtual one in its place. Thread-safe.
 */
public interface TimeSource {
    /** The machine's clock. Alarms wait in one queue, and ring on a virtual thread each. */
    TimeSource SYSTEM = new SystemTime();

    /** The time now. */
    Instant now();

    /** Nanoseconds of a clock that only goes forward; for differences only. */
    long nanos();

    /** Runs the action once after the delay, on some thread, unless the registration is closed before. */
    Registration after(Duration delay, Runnable action);
}
