package dev.tenon.scope;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** The machine's clock. An alarm is a sleeping virtual thread: no timer thread stays behind when nothing waits. */
final class SystemTime implements TimeSource {
    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Registration after(Duration delay, Runnable action) {
        AtomicBoolean over = new AtomicBoolean();
        Thread alarm = Thread.ofVirtual().name("tenon-alarm").start(() -> {
            try {
                Thread.sleep(delay);
            } catch (InterruptedException e) {
                return; // The registration was closed.
            }
            if (over.compareAndSet(false, true)) {
                action.run();
            }
        });
        return () -> {
            if (over.compareAndSet(false, true)) {
                alarm.interrupt();
            }
        };
    }
}
