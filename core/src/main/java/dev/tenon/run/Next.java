package dev.tenon.run;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a machine wants after a fact. Immutable, but for the state.
 *
 * @param effects newly wanted, in order; what is open stays open
 * @param end how the run ended; null where it goes on
 */
public record Next<S>(
        S state, List<Effect> effects, @Nullable RunEnd end) {
    public Next {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(effects, "effects");
        effects = List.copyOf(effects);
    }

    /** Nothing new is wanted. */
    public static <S> Next<S> wait(S state) {
        Objects.requireNonNull(state, "state");
        return new Next<>(state, List.of(), null);
    }

    /** One effect is wanted. */
    public static <S> Next<S> want(S state, Effect effect) {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(effect, "effect");
        return new Next<>(state, List.of(effect), null);
    }

    /** These effects are wanted. */
    public static <S> Next<S> want(S state, List<Effect> effects) {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(effects, "effects");
        return new Next<>(state, effects, null);
    }

    /** The run has ended. */
    public static <S> Next<S> end(S state, RunEnd end) {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(end, "end");
        return new Next<>(state, List.of(), end);
    }
}
