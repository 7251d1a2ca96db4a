package dev.tenon.bus;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tells its listener on the publishers' threads, one at a time.
 *
 * <p>A publisher waits for its turn, unless it must not: where it is in the listener itself, where waiting would close a circle, and where it is interrupted.
 * It leaves its event then to the thread that has the turn, who calls the listener with it before the turn ends.
 */
final class CallerSubscription extends Subscription {
    private final ReentrantLock turn = new ReentrantLock();
    private final Queue<Event> left = new ConcurrentLinkedQueue<>();

    /** Set without a fence: whoever looks at it comes through the lock of {@link Waits}, as does a holder that is going to wait. */
    private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();

    private volatile boolean paused;

    CallerSubscription(EventBus bus, Interest interest, Listener listener) {
        super(bus, interest, listener);
    }

    @Override
    boolean take(Event event) {
        if (closed() || !passes(event)) {
            return true;
        }
        if (paused) {
            passed();
            return true;
        }
        if (turn.isHeldByCurrentThread()) {
            left.add(event);
            return true;
        }
        if (turn.tryLock() || awaitTurn()) {
            deliver(event);
        } else {
            left.add(event);
        }
        while (!left.isEmpty() && turn.tryLock()) { // left after the one who had the turn had looked
            deliver(null);
        }
        return true;
    }

    /** Says false where this thread must not wait. */
    private boolean awaitTurn() {
        if (!Waits.enter(this)) {
            return false;
        }
        try {
            turn.lockInterruptibly();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            Waits.leave();
        }
    }

    /** What was left comes first: a publisher may have left it before it got this turn. */
    private void deliver(@Nullable Event event) {
        holder.lazySet(Thread.currentThread());
        try {
            callLeft();
            if (event != null) {
                tell(event);
                callLeft();
            }
        } finally {
            holder.lazySet(null);
            turn.unlock();
        }
    }

    private void callLeft() {
        for (Event event = left.poll(); event != null; event = left.poll()) {
            tell(event);
        }
    }

    private void tell(Event event) {
        if (paused) { // while it waited for its turn
            passed();
        } else {
            call(event);
        }
    }

    @Override
    @Nullable
    Thread holder() {
        return holder.get();
    }

    @Override
    int waiting() {
        return left.size();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public boolean paused() {
        return paused;
    }

    @Override
    void end() {
        // Whoever has the turn or waits for it sees that this is closed.
    }
}
