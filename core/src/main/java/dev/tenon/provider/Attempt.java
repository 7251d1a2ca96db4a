package dev.tenon.provider;

import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One of several requests that belong to one call: on a virtual thread of its own, and over before the call is. Thread-safe. */
final class Attempt {
    /** A provider that is told to stop does so at once; one that does not is left behind, and named in the log. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Provider provider;
    private final Cancellation scope;
    private final Thread thread;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable ChatResponse reply;
    private volatile @Nullable Throwable failure;

    /**
     * An attempt that is not yet under way.
     *
     * @param scope its own, below that of the call
     * @param call of that scope
     * @param ended called on the attempt's thread when there is a reply or a failure
     */
    Attempt(Provider provider, ChatRequest request, Cancellation scope, Call call, Runnable ended) {
        this.provider = provider;
        this.scope = scope;
        this.thread = Thread.ofVirtual().name("tenon-attempt").unstarted(() -> {
            try {
                reply = provider.chat(request, call);
            } catch (Throwable e) {
                failure = e;
            } finally {
                over.countDown();
                ended.run();
            }
        });
    }

    void start() {
        thread.start();
    }

    Provider provider() {
        return provider;
    }

    /** What the model answered; null as long as it has not. */
    @Nullable
    ChatResponse reply() {
        return reply;
    }

    /** What went wrong; null as long as nothing has. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Whether there is a reply or a failure. */
    boolean ended() {
        return over.getCount() == 0;
    }

    /** Tells it to end, where it has not. */
    void cancel(String reason) {
        if (!ended()) {
            scope.cancel(reason);
            thread.interrupt();
        }
    }

    /** Waits until it has ended, and takes it out of the tree of the call. It must have been told to end. */
    void close() {
        boolean interrupted = false;
        long left = GRACE.toNanos();
        long until = System.nanoTime() + left;
        while (left > 0 && !ended()) {
            try {
                thread.join(Duration.ofNanos(left));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = until - System.nanoTime();
        }
        scope.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!ended()) {
            LoggerFactory.getLogger(Attempt.class)
                    .warn(
                            "{} does not end although it was told to {} ago; its thread is left behind",
                            provider.info().name(),
                            GRACE);
        }
    }

    /**
     * What it cost, where it may have cost anything: it is not the one whose reply is given.
     *
     * @param answered who it was that answered, where the attempt has said so
     */
    Optional<Notice> cost(Notice.@Nullable Answered answered) {
        ChatResponse whole = reply;
        if (whole != null) {
            return Optional.of(
                    answered == null
                            ? Shown.cost(provider, whole.usage())
                            : new Notice.AttemptCost(answered.by(), whole.usage(), answered.cost()));
        }
        if (failure instanceof ProviderException failed) {
            return failed.partial().map(partial -> Shown.cost(provider, partial.usage()));
        }
        return failure == null || failure instanceof StoppedException
                ? Optional.of(Shown.cost(provider, Usage.UNREPORTED))
                : Optional.empty();
    }

    /** The failure, as it was thrown. Only where there is one. */
    RuntimeException thrown() {
        Throwable thrown = failure;
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException("a provider threw a checked exception", thrown);
    }
}
