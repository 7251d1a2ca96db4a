package dev.tenon.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which subscription, over all buses, so that nobody waits in a circle.
 *
 * <p>A thread that is in a listener of one subscription may publish and so have to wait for another: for its turn, or for room in its queue. If the thread that
 * could let it go on waits itself, through any number of others, for what the first holds, none would ever go on. Each thread says here for what it is going to
 * wait and is refused if that would close a circle: the one that comes last sees all the others. Only a thread that has to wait comes here.
 */
final class Waits {
    private static final ReentrantLock LOCK = new ReentrantLock();

    // Guarded by the lock.
    private static final Map<Thread, Subscription> WAITING = new HashMap<>();

    private Waits() {}

    /** Whether the current thread may wait for this; if so it must {@link #leave} when it no longer does. */
    static boolean enter(Subscription wanted) {
        Thread self = Thread.currentThread();
        LOCK.lock();
        try {
            Subscription next = wanted;
            for (int hops = WAITING.size(); next != null && hops >= 0; hops--) {
                Thread holder = next.holder();
                if (self.equals(holder)) {
                    return false;
                }
                next = waitsFor(holder);
            }
            WAITING.put(self, wanted);
            return true;
        } finally {
            LOCK.unlock();
        }
    }

    private static @Nullable Subscription waitsFor(@Nullable Thread thread) {
        return thread == null ? null : WAITING.get(thread);
    }

    /** The current thread waits no longer. */
    static void leave() {
        LOCK.lock();
        try {
            WAITING.remove(Thread.currentThread());
        } finally {
            LOCK.unlock();
        }
    }
}
