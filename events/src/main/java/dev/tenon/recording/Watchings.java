package dev.tenon.recording;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who watches a recording, so that it can wait for them at its end. Thread-safe. */
final class Watchings {
    /** How long a recording that is closed waits for its watchers. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private final Set<Watching> open = ConcurrentHashMap.newKeySet();

    Watching keep(Watching begun) {
        open.removeIf(Watching::closed);
        open.add(begun);
        return begun;
    }

    /** Waits until all have been told what there is, and ends those that are not done in time. */
    void end() {
        long until = System.nanoTime() + GRACE.toNanos();
        for (Watching one : open) {
            try {
                if (!one.awaitEnd(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) {
                    one.close();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                one.close();
            }
        }
        open.clear();
    }
}
