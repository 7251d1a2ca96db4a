package dev.tenon.recording;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets watchers wait for what comes next. Thread-safe. */
final class Arrivals {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private long count;
    private boolean last;

    /** Something more can be read. */
    void more() {
        lock.lock();
        try {
            count++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come. */
    void end() {
        lock.lock();
        try {
            last = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is more than there was. Says false where nothing more will come. */
    boolean awaitMoreThan(long seen) throws InterruptedException {
        lock.lock();
        try {
            while (count == seen && !last) {
                changed.await();
            }
            return count != seen;
        } finally {
            lock.unlock();
        }
    }
}
