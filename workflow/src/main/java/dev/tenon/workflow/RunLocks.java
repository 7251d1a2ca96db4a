package dev.tenon.workflow;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** One at a time for each id of a run. Only what is held or waited for is kept. Thread-safe. */
final class RunLocks {
    private static final class Lock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        /** Who holds it and who waits for it; changed within the map's own exclusion. */
        int users;
    }

    private final ConcurrentMap<String, Lock> locks = new ConcurrentHashMap<>();

    /** Waits until nobody else holds this id. Each that returns is followed by one {@link #unlock}. */
    void lock(String run) throws InterruptedException {
        Lock lock = Objects.requireNonNull(locks.compute(run, (id, known) -> {
            Lock used = known == null ? new Lock() : known;
            used.users++;
            return used;
        }));
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            leave(run);
            throw e;
        }
    }

    void unlock(String run) {
        Objects.requireNonNull(locks.get(run), run).unlock();
        leave(run);
    }

    private void leave(String run) {
        locks.computeIfPresent(run, (id, lock) -> --lock.users == 0 ? null : lock);
    }

    /** How many ids are held or waited for. */
    int size() {
        return locks.size();
    }
}
