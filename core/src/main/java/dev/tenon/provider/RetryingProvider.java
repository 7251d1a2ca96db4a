package dev.tenon.provider;

import dev.tenon.scope.Registration;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/** Makes failed calls again. After a delta was given, the watcher is told first that it counts no more. */
final class RetryingProvider implements Provider {
    private final Provider provider;
    private final Retry policy;

    RetryingProvider(Provider provider, Retry policy) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        for (int attempt = 1; ; attempt++) {
            SeenCall seen = new SeenCall(call);
            try {
                return provider.chat(request, seen);
            } catch (ProviderException e) {
                Optional<Duration> pause = pause(e, attempt);
                if (pause.isEmpty() || pastDeadline(pause.get(), call)) {
                    throw e;
                }
                seen.discard("the call failed and is made again: " + e.code());
                e.partial().ifPresent(partial -> call.notice(new Notice.AttemptCost(partial.usage())));
                call.notice(new Notice.Retrying(attempt, pause.get(), e.failure()));
                await(pause.get(), call, e);
            }
        }
    }

    private Optional<Duration> pause(ProviderException e, int attempt) {
        int allowed = switch (e.recovery()) {
            case NONE, FAIL_OVER -> 1;
            case RETRY_ONCE -> Math.min(2, policy.attempts());
            case BACK_OFF -> policy.attempts();
        };
        if (attempt >= allowed) {
            return Optional.empty();
        }
        if (e.retryAfter().isPresent()) {
            return e.retryAfter().filter(wait -> wait.compareTo(policy.maxDelay()) <= 0);
        }
        long longest =
                Math.min(policy.maxDelay().toMillis(), policy.firstDelay().toMillis() << Math.min(attempt - 1, 20));
        long half = longest / 2;
        return Optional.of(Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(longest - half + 1)));
    }

    private static boolean pastDeadline(Duration pause, Call call) {
        return call.remaining().map(left -> left.compareTo(pause) <= 0).orElse(false);
    }

    /** Waits by the call's clock, and no longer than the call lives. */
    private static void await(Duration pause, Call call, ProviderException failed) {
        CountDownLatch over = new CountDownLatch(1);
        Registration alarm = call.time().after(pause, over::countDown);
        Registration stop = call.onStop(over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed;
        } finally {
            alarm.close();
            stop.close();
        }
        call.check();
    }
}
