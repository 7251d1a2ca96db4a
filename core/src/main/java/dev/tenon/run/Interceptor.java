package dev.tenon.run;

import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.run.Performer.EffectCall;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Stands around every effect when it is performed: it can change what goes in and what comes out, answer by itself, or refuse. Not asked on replay. Implementations must
 * be thread-safe.
 *
 * <p>What it returns must be an outcome of that kind of effect. It proceeds once at most. What it throws ends the effect {@link Outcome.Failed}, and so the run; but {@link Resting} must pass.
 */
@FunctionalInterface
public interface Interceptor {
    /** Performs an effect, as a rule by {@code chain.proceed(effect)}. */
    Outcome around(Effect effect, EffectCall call, Chain chain);

    /** What comes after this interceptor. */
    @FunctionalInterface
    interface Chain {
        /**
         * Goes on with an effect of the same kind and key.
         *
         * @throws IllegalStateException where it was called before, or the effect is of another kind or key
         */
        Outcome proceed(Effect effect);
    }

    /** Thrown by {@link Chain#proceed} where a child run came to rest: its effect has no outcome yet, and is performed again when the run goes on. */
    final class Resting extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient RunEnd.Paused paused;

        Resting(RunEnd.Paused paused) {
            super("a child run rests", null, false, false);
            this.paused = paused;
        }

        /** How the child rests. */
        public RunEnd.Paused paused() {
            return paused;
        }
    }

    /** Changes every request to a model before it is sent. */
    static Interceptor beforeModel(UnaryOperator<ChatRequest> change) {
        Objects.requireNonNull(change, "change");
        return (effect, call, chain) -> effect instanceof Effect.CallModel model
                ? chain.proceed(new Effect.CallModel(model.key(), model.purpose(), change.apply(model.request())))
                : chain.proceed(effect);
    }

    /** Changes every reply of a model before it is read. */
    static Interceptor afterModel(BiFunction<ChatRequest, ChatResponse, ChatResponse> change) {
        Objects.requireNonNull(change, "change");
        return (effect, call, chain) -> {
            Outcome outcome = chain.proceed(effect);
            return effect instanceof Effect.CallModel model && outcome instanceof Outcome.Replied replied
                    ? new Outcome.Replied(
                            change.apply(model.request(), replied.response()),
                            replied.cost(),
                            replied.lost(),
                            replied.lostCost())
                    : outcome;
        };
    }

    /** Changes every tool call before it runs. Arguments are not validated again. */
    static Interceptor beforeTool(UnaryOperator<Effect.CallTool> change) {
        Objects.requireNonNull(change, "change");
        return (effect, call, chain) ->
                chain.proceed(effect instanceof Effect.CallTool tool ? change.apply(tool) : effect);
    }

    /** Changes every result of a tool before the model sees it. */
    static Interceptor afterTool(BiFunction<Effect.CallTool, Outcome.Returned, Outcome.Returned> change) {
        Objects.requireNonNull(change, "change");
        return (effect, call, chain) -> {
            Outcome outcome = chain.proceed(effect);
            return effect instanceof Effect.CallTool tool && outcome instanceof Outcome.Returned returned
                    ? change.apply(tool, returned)
                    : outcome;
        };
    }
}
