package dev.tenon.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.LoggerFactory;

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

    /**
     * This provider, with failed calls made again as the policy says: by the kind of the failure, after the time the provider asks for or one that grows, and never past
     * the deadline. A watcher that has seen deltas of the failed attempt gets {@link Delta.Discarded} first; each attempt is told by a {@link Notice.Retrying}.
     */
    default Provider retrying(Retry policy) {
        return new RetryingProvider(this, policy);
    }

    /**
     * This provider, and where it fails in a way that another may not, the other: not where the request is wrong or was filtered. Deltas that were shown are discarded
     * first; {@link Notice.FellBack} tells that it happened and {@link Notice.Answered} who answered. When the other fails too, its failure has the first one suppressed.
     */
    default Provider orElse(Provider other) {
        Objects.requireNonNull(other, "other");
        return new FallbackProvider(this, other);
    }

    /**
     * This provider, asked a second time where it is late: the first reply wins, the other request is cancelled and its cost told by a {@link Notice.AttemptCost}. A
     * watcher sees deltas of one of the two; before it sees those of the other, {@link Delta.Discarded}. When the first fails before it is late, the call fails.
     *
     * <p>The provider is called on other threads than the caller's. What it learns it keeps: make one and use it for all calls.
     */
    default Provider hedged(Hedge policy) {
        return new HedgedProvider(this, this, policy);
    }

    /** As {@link #hedged(Hedge)}, with the second request sent elsewhere: to another region, or to another model. */
    default Provider hedged(Hedge policy, Provider second) {
        return new HedgedProvider(this, second, policy);
    }

    /** This provider, with no more requests and tokens a minute than the limit lets go, all who share it together. The others wait. */
    default Provider rateLimited(RateLimit limit) {
        return new RateLimitedProvider(this, limit);
    }

    /** This provider, left alone for a while when the breaker has seen it fail too often: then calls fail at once, as overloaded. */
    default Provider circuitBreaker(CircuitBreaker breaker) {
        return new BreakingProvider(this, breaker);
    }

    /**
     * This provider, where the same request to the same model was not answered before: then that reply is given again, with its deltas where somebody watches, and with
     * {@link Usage#ZERO}, because nothing was used. {@link Notice.CacheHit} tells it.
     */
    default Provider cached(ResponseCache cache) {
        return new CachedProvider(this, cache);
    }

    /** This provider, with a line in the log for each call and for what happens on the way. Texts are logged only where they are asked for, keys never. */
    default Provider logged(CallLog log) {
        Objects.requireNonNull(log, "log");
        return new LoggedProvider(this, LoggerFactory.getLogger(log.logger()), log.content());
    }

    /**
     * Several models as one: all are asked at the same time, and one answer is chosen when all have ended; more than half must have answered. {@link Notice.Answered}
     * tells whose it is, {@link Notice.Disagreed} who said something else or failed, {@link Notice.AttemptCost} what each of the others cost. A watcher gets the
     * deltas of the chosen answer when it is chosen.
     */
    static Provider consensus(Consensus how, Provider first, Provider second, Provider... more) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        Objects.requireNonNull(more, "more");
        List<Provider> members = new ArrayList<>(List.of(first, second));
        members.addAll(List.of(more));
        return new ConsensusProvider(how, members);
    }
}
