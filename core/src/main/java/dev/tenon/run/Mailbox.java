package dev.tenon.run;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** What other threads have for the thread of a run. Thread-safe. After {@link #close()} nothing is taken and nobody is kept waiting. */
final class Mailbox {
    /** How much may wait: enough that a burst is taken, little enough that a run that is busy is not buried. */
    static final int ROOM = 1_024;

    private final LinkedBlockingQueue<Runnable> letters = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(ROOM);
    private final AtomicInteger dropped = new AtomicInteger();
    private volatile boolean closed;

    /** Takes what must not be lost. Does not block. */
    void post(Runnable letter) {
        if (!closed) {
            letters.add(letter);
        }
    }

    /** Takes what may be lost where too much waits. Does not block. */
    void offer(Runnable letter) {
        if (closed) {
            return;
        }
        if (room.tryAcquire()) {
            letters.add(() -> {
                room.release();
                letter.run();
            });
        } else {
            dropped.incrementAndGet();
        }
    }

    /** Takes what must not be lost; blocks while too much waits. */
    void put(Runnable letter) {
        if (closed) {
            return;
        }
        room.acquireUninterruptibly();
        if (closed) {
            room.release();
            return;
        }
        letters.add(() -> {
            room.release();
            letter.run();
        });
    }

    /** Runs what waits, and where nothing does, waits for one. */
    void await() throws InterruptedException {
        letters.take().run();
        drain();
    }

    /** Runs what waits. */
    void drain() {
        for (Runnable next = letters.poll(); next != null; next = letters.poll()) {
            next.run();
        }
    }

    /** How much was lost since this was asked last. */
    int dropped() {
        return dropped.getAndSet(0);
    }

    void close() {
        closed = true;
        letters.clear();
        room.release(1 << 20);
    }
}
