package dev.tenon.bus;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells its listener on a virtual thread of its own, from a bounded queue.
 *
 * <p>The thread is there only while there is something to tell: it starts with the first event and ends when the queue is empty, so a bus that nobody closes
 * leaves no thread behind.
 */
final class QueuedSubscription extends Subscription {
    private final Delivery.Queued bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition idle = lock.newCondition();

    // Guarded by the lock; no foreign code runs inside.
    private final ArrayDeque<Event> queue = new ArrayDeque<>();
    private boolean last;
    private volatile boolean paused;
    private volatile @Nullable Thread thread;

    QueuedSubscription(EventBus bus, Interest interest, Delivery.Queued bounds, Listener listener) {
        super(bus, interest, listener);
        this.bounds = bounds;
    }

    private enum Taken {
        YES,
        REFUSED,
        INSTEAD_OF_ANOTHER
    }

    @Override
    boolean take(Event event) {
        if (closed() || !passes(event)) {
            return true;
        }
        Taken taken;
        lock.lock();
        try {
            taken = put(event);
        } finally {
            lock.unlock();
        }
        if (taken != Taken.YES) {
            dropped(event, bounds);
        }
        return taken != Taken.REFUSED;
    }

    private Taken put(Event event) {
        Taken taken = Taken.YES;
        if (queue.size() >= bounds.capacity()) {
            switch (bounds.whenFull()) {
                case BLOCK -> awaitRoom();
                case DROP_OLDEST -> {
                    queue.poll();
                    taken = Taken.INSTEAD_OF_ANOTHER;
                }
                case FAIL -> {
                    return Taken.REFUSED;
                }
            }
        }
        if (closed() || last) {
            return Taken.YES; // closed while it waited: the event passes by like those after it
        }
        queue.add(event);
        start();
        return taken;
    }

    private void awaitRoom() {
        if (!Waits.enter(this)) {
            return;
        }
        try {
            while (queue.size() >= bounds.capacity() && !closed() && !last) {
                room.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Waits.leave();
        }
    }

    private void start() {
        if (thread == null && !paused && !queue.isEmpty()) {
            Thread started =
                    Thread.ofVirtual().name("tenon-bus " + interest().name()).unstarted(this::tell);
            thread = started;
            started.start();
        }
    }

    private void tell() {
        try {
            for (Event event = next(); event != null; event = next()) {
                call(event);
                forgetInterrupt();
            }
        } finally {
            ended();
        }
    }

    private @Nullable Event next() {
        lock.lock();
        try {
            Event event = paused || closed() ? null : queue.poll();
            if (event == null) {
                thread = null;
            } else {
                room.signal();
            }
            return event;
        } finally {
            lock.unlock();
        }
    }

    /** A listener that leaves its interrupt set does not spoil the next call; one that is told to end stays so. */
    private void forgetInterrupt() {
        if (!closed()) {
            var unused = Thread.interrupted();
        }
    }

    /** Also where an error that is nobody's to handle ended the thread: the next event then has a thread again. */
    private void ended() {
        lock.lock();
        try {
            if (Thread.currentThread().equals(thread)) {
                thread = null;
                start();
            }
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more events; those in the queue are still told, unless this is paused. */
    void finish() {
        lock.lock();
        try {
            last = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing is being told any more. Says false where that was not so in time, or the caller was interrupted. A listener that asks waits for
     * nothing.
     */
    boolean awaitIdle(Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (thread != null && !thread.equals(Thread.currentThread())) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts the listener's call that is under way. */
    void interrupt() {
        lock.lock();
        try {
            Thread telling = thread;
            if (telling != null && !telling.equals(Thread.currentThread())) {
                telling.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    void end() {
        lock.lock();
        try {
            dropped(queue.size());
            queue.clear();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    @Nullable
    Thread holder() {
        return thread;
    }

    @Override
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void pause() {
        lock.lock();
        try {
            paused = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resume() {
        lock.lock();
        try {
            paused = false;
            start();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean paused() {
        return paused;
    }
}
