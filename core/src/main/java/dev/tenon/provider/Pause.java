package dev.tenon.provider;

import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Waiting that ends when the work does. */
final class Pause {
    private Pause() {}

    /**
     * Waits by the clock of the scope, and no longer than it lives.
     *
     * @throws StoppedException where it ended, or the thread was interrupted
     */
    static void await(Duration pause, Scope scope) {
        CountDownLatch over = new CountDownLatch(1);
        Registration alarm = scope.time().after(pause, over::countDown);
        try {
            await(over, scope);
        } finally {
            alarm.close();
        }
    }

    /** As {@link #await(Duration, Scope)}, until the latch is down; it is the waiter's own, of one count, and goes down with the scope too. */
    static void await(CountDownLatch over, Scope scope) {
        Registration stop = scope.onStop(over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            stop.close();
        }
        scope.check();
    }

    /** Keeps the interrupt, and says so. */
    static StoppedException interrupted() {
        Thread.currentThread().interrupt();
        return new StoppedException(new Stop(Stop.Kind.INTERRUPTED, "the thread of the call was interrupted"));
    }
}
