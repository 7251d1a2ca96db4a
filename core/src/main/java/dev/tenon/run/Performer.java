package dev.tenon.run;

import dev.tenon.provider.Call;
import java.util.Objects;

/** Does what a machine wants. Implementations must be thread-safe: effects of one run are performed in parallel. */
public interface Performer {
    /**
     * Performs an effect and says what came of it. Blocks. What it throws ends the effect {@link Outcome.Failed}, or {@link Outcome.Stopped} where the call was
     * stopped.
     */
    Outcome perform(Effect effect, EffectCall call);

    /**
     * What to do with an effect that had begun when the process died. The default for whatever may be done again.
     */
    default Doubt doubt(Effect effect, EffectCall call) {
        Objects.requireNonNull(effect, "effect");
        Objects.requireNonNull(call, "call");
        return Doubt.AGAIN;
    }

    /** What to do with an effect of which it is not known whether it happened. Immutable. */
    sealed interface Doubt {
        /** It is performed again. */
        Doubt AGAIN = new Again();

        /** It is performed again. */
        record Again() implements Doubt {}

        /** This came of it. */
        record Settled(Outcome outcome) implements Doubt {

            public Settled {
                Objects.requireNonNull(outcome, "outcome");
            }
        }

        /** A person is asked. */
        record Ask(String reason) implements Doubt {

            public Ask {
                Objects.requireNonNull(reason, "reason");
            }
        }
    }

    /** The life of one effect: its scope, where deltas and notices go, and the run it is part of. {@link #id()} is run, {@code /} and key. */
    interface EffectCall extends Call {
        /** The run's id. */
        String run();

        /**
         * Runs a program as part of this effect, on this thread, to its end or to rest: below the run's limits and journal, told to who listens to the run. Its id is {@link #id()}, {@code /}
         * and the name, so that the effect that is performed again after a crash finds it.
         *
         * @param name unique among the programs of this effect, and the same when it is performed again
         */
        <I, S, R> Binding.Finished<S> child(String name, Binding<I, S, R> program, I input);
    }
}
