package dev.tenon.scope;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The machine's clock. All alarms wait in one queue, which costs less than a sleeping thread each: most are closed before they ring. One that rings gets a virtual thread
 * of its own, so none can hold up another.
 */
final class SystemTime implements TimeSource {
    /** The thread that waits for all alarms ends when there has been none for so long. */
    private static final long IDLE_SECONDS = 2;

    /** Loaded with the first alarm. */
    private static final class Alarms {
        static final ScheduledThreadPoolExecutor QUEUE = queue();

        private Alarms() {}

        private static ScheduledThreadPoolExecutor queue() {
            ScheduledThreadPoolExecutor queue = new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("tenon-alarms").factory());
            queue.setRemoveOnCancelPolicy(true);
            queue.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
            queue.allowCoreThreadTimeOut(true);
            return queue;
        }
    }

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
        Alarm alarm = new Alarm(action);
        ScheduledFuture<?> waiting = Alarms.QUEUE.schedule(alarm::ring, nanos(delay), TimeUnit.NANOSECONDS);
        return () -> {
            alarm.over.set(true);
            waiting.cancel(false);
        };
    }

    /** Rings once, unless it was closed before. */
    private static final class Alarm implements Runnable {
        final AtomicBoolean over = new AtomicBoolean();
        private final Runnable action;

        Alarm(Runnable action) {
            this.action = action;
        }

        void ring() {
            Thread.ofVirtual().name("tenon-alarm").start(this);
        }

        @Override
        public void run() {
            if (over.compareAndSet(false, true)) {
                action.run();
            }
        }
    }

    /** As far as the queue reaches: some 146 years. */
    private static long nanos(Duration delay) {
        return delay.compareTo(FARTHEST) < 0 ? delay.toNanos() : FARTHEST.toNanos();
    }

    private static final Duration FARTHEST = Duration.ofNanos(Long.MAX_VALUE / 2);
}
