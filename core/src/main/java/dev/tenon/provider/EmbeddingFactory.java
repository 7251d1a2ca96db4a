package dev.tenon.provider;

/**
 * Makes models of embeddings from a configuration: what a {@link ProviderFactory} implements besides where its host has them, with the same configuration.
 * Implementations must be thread-safe.
 *
 * @param <C> as of the {@link ProviderFactory}
 */
@FunctionalInterface
public interface EmbeddingFactory<C> {
    /**
     * A model of embeddings. Nothing is sent.
     *
     * @throws IllegalArgumentException where the configuration describes none; its message has no secret
     */
    EmbeddingProvider createEmbeddings(C config);
}
