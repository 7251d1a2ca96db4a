package dev.tenon.provider;

/**
 * One model behind one endpoint. Implementations must be thread-safe and keep nothing between calls that would change an answer.
 *
 * <p>A call blocks until the whole reply is there and returns it. Where {@link Call#watched()}, the provider uses the wire's streaming form and gives
 * deltas to {@link Call#delta} in order, on the calling thread; the returned reply is the same either way.
 */
@FunctionalInterface
public interface Provider {
    /**
     * Asks the model.
     *
     * @throws ProviderException what went wrong, with its kind
     * @throws dev.tenon.scope.StoppedException where the call was stopped; the connection is released
     * @throws IllegalArgumentException where the request holds what this model cannot be sent
     */
    ChatResponse chat(ChatRequest request, Call call);

    /** What is known of the model; {@link ModelInfo#UNKNOWN} where nothing is. */
    default ModelInfo info() {
        return ModelInfo.UNKNOWN;
    }

    /** This provider, with failed calls made again as the policy says. */
    default Provider retrying(Retry policy) {
        return new RetryingProvider(this, policy);
    }

    /** This provider, and where it fails in a way that another may not, the other. */
    default Provider orElse(Provider other) {
        return new FallbackProvider(this, other);
    }
}
