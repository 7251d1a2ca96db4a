package dev.tenon.provider;

import java.util.Objects;

/**
 * One model that makes embeddings of texts. Implementations must be thread-safe.
 *
 * <p>A call blocks until all embeddings are there. One of a host sends as many texts in a request as the host takes, one request after the other.
 */
@FunctionalInterface
public interface EmbeddingProvider {
    /**
     * Makes embeddings. Of no texts it makes none, and sends nothing.
     *
     * @param call its life, and where it is told what happens on the way; it gets no deltas
     * @throws ProviderException what went wrong, with its kind: then there are no embeddings, also where some texts had been sent before
     * @throws dev.tenon.scope.StoppedException where the call was stopped
     * @throws IllegalArgumentException where the request holds what this model cannot be sent
     */
    EmbeddingResponse embed(EmbeddingRequest request, Call call);

    /** What is known of the model; {@link ModelInfo#UNKNOWN} where nothing is. Its window is that of one text. */
    default ModelInfo info() {
        return ModelInfo.UNKNOWN;
    }

    /** The embedding of one text that is to find others. */
    default Embedding query(String text) {
        Objects.requireNonNull(text, "text");
        return embed(EmbeddingRequest.query(text), Call.unwatched())
                .embeddings()
                .get(0);
    }

    /**
     * This provider, with no more texts in a request than these: the requests go one after the other. A retry within is one of a single request.
     *
     * @param texts at least 1
     */
    default EmbeddingProvider inBatches(int texts) {
        return new BatchedEmbeddings(this, texts);
    }

    /** This provider, with failed calls made again as the policy says, see {@link Provider#retrying}. Where it sends several requests, only that which failed. */
    default EmbeddingProvider retrying(Retry policy) {
        return new RetryingEmbeddings(this, policy);
    }
}
