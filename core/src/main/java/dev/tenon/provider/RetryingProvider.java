package dev.tenon.provider;

import dev.tenon.error.Recovery;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

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
        boolean once = false;
        for (int attempt = 1; ; attempt++) {
            Shown shown = new Shown(call);
            try {
                return provider.chat(request, shown.attempt());
            } catch (ProviderException e) {
                boolean helps = switch (e.recovery()) {
                    case NONE, FAIL_OVER -> false;
                    case RETRY_ONCE -> !once;
                    case BACK_OFF -> !isRefusedByTheHost(e);
                };
                once |= e.recovery() == Recovery.RETRY_ONCE;
                Optional<Duration> pause = policy.pause(e, attempt);
                if (!helps || attempt >= policy.attempts() || pause.isEmpty() || pastDeadline(pause.get(), call)) {
                    throw e;
                }
                again(e, attempt, pause.get(), shown, call);
            }
        }
    }

    private void again(ProviderException failed, int attempt, Duration pause, Shown shown, Call call) {
        try {
            call.check();
            shown.discard("the call failed and is made again: " + failed.code());
            shown.cost(provider, failed);
            call.notice(new Notice.Retrying(attempt, pause, failed.failure()));
            Pause.await(pause, call);
        } catch (StoppedException e) {
            e.addSuppressed(failed);
            throw e;
        }
    }

    /** {@code x-should-retry: false}, by which OpenAI and Anthropic tell their own clients not to try again (openai-python, anthropic-sdk-python, 2026). */
    private static boolean isRefusedByTheHost(ProviderException failed) {
        return failed.reported()
                .string("x_should_retry")
                .filter("false"::equals)
                .isPresent();
    }

    private static boolean pastDeadline(Duration pause, Call call) {
        return call.remaining().map(left -> left.compareTo(pause) <= 0).orElse(false);
    }
}
