package dev.tenon.run;

import java.util.List;
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
        effects = List.copyOf(effects);
    }

    /** Nothing new is wanted. */
    public static <S> Next<S> wait(S state) {
        return new Next<>(state, List.of(), null);
    }

    /** One effect is wanted. */
    public static <S> Next<S> want(S state, Effect effect) {
        return new Next<>(state, List.of(effect), null);
    }

    /** These effects are wanted. */
    public static <S> Next<S> want(S state, List<Effect> effects) {
        return new Next<>(state, effects, null);
    }

    /** The run has ended. */
    public static <S> Next<S> end(S state, RunEnd end) {
        return new Next<>(state, List.of(), end);
    }
}
