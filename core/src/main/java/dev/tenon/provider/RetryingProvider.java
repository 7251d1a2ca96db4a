package dev.tenon.provider;

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
        Attempts attempts = new Attempts(policy, call);
        while (true) {
            Shown shown = new Shown(call);
            try {
                return provider.chat(request, shown.attempt());
            } catch (ProviderException e) {
                Optional<Duration> pause = attempts.failed(e);
                if (pause.isEmpty()) {
                    throw e;
                }
                discard(e, shown, call);
                attempts.again(provider.info(), e, pause.get());
            }
        }
    }

    private void discard(ProviderException failed, Shown shown, Call call) {
        try {
            call.check();
            shown.discard("the call failed and is made again: " + failed.code());
            shown.cost(provider, failed);
        } catch (StoppedException e) {
            e.addSuppressed(failed);
            throw e;
        }
    }
}
