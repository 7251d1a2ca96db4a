package dev.tenon.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Makes failed calls for embeddings again. */
final class RetryingEmbeddings implements EmbeddingProvider {
    private final EmbeddingProvider provider;
    private final Retry policy;

    RetryingEmbeddings(EmbeddingProvider provider, Retry policy) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        Attempts attempts = new Attempts(policy, call);
        while (true) {
            try {
                return provider.embed(request, call);
            } catch (ProviderException e) {
                Optional<Duration> pause = attempts.failed(e);
                if (pause.isEmpty()) throw e;
                attempts.again(provider.info(), e, pause.get());
            }
        }
    }
}
