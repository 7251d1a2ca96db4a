package dev.tenon.provider;

import dev.tenon.scope.Cancellation;
import dev.tenon.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Calls made on a thread of their own, by a clock that the test moves, with what they told. */
final class Watched {
    final VirtualClock clock;
    final Cancellation stop;
    final List<Delta> deltas = new CopyOnWriteArrayList<>();
    final List<Notice> notices = new CopyOnWriteArrayList<>();

    Watched() {
        this(new VirtualClock());
    }

    Watched(VirtualClock clock) {
        this(clock, new Cancellation(clock));
    }

    Watched(VirtualClock clock, Cancellation stop) {
        this.clock = clock;
        this.stop = stop;
    }

    static Watched withDeadline(VirtualClock clock, Duration deadline) {
        return new Watched(clock, Cancellation.below(new Cancellation(clock), "", deadline));
    }

    /** A call that is watched. */
    Call call() {
        return Call.watched(stop, deltas::add, notices::add);
    }

    /** A call whose notices are kept, and nobody watches. */
    Call unwatched() {
        return new ScopedCall(stop, false, deltas::add, notices::add);
    }

    /** The notices of one kind, in order. */
    <T extends Notice> List<T> told(Class<T> kind) {
        return notices.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static Under under(Provider provider, Call call) {
        return under(() -> provider.chat(ChatRequest.of("Hello?"), call));
    }

    static Under under(Callable<ChatResponse> work) {
        FutureTask<ChatResponse> task = new FutureTask<>(work);
        return new Under(task, Thread.ofVirtual().start(task));
    }

    /** A call under way. */
    record Under(FutureTask<ChatResponse> task, Thread thread) {
        /** Blocks until the call waits for something, or is over. A lock is nothing to wait for: who holds it goes on. */
        Under waiting() {
            while (!task.isDone() && (thread.getState() != Thread.State.WAITING || wantsLock())) Thread.onSpinWait();
            return this;
        }

        private boolean wantsLock() {
            Object blocker = LockSupport.getBlocker(thread);
            return blocker != null && blocker.getClass().getName().startsWith(ReentrantLock.class.getName());
        }

        ChatResponse reply() throws InterruptedException {
            try {
                return task.get();
            } catch (ExecutionException e) {
                throw new AssertionError("the call failed", e.getCause());
            }
        }

        String text() throws InterruptedException {
            return reply().text();
        }

        Throwable failure() throws InterruptedException {
            try {
                throw new AssertionError("expected a failure, got " + task.get());
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }
    }
}
