package dev.tenon.run;

import dev.tenon.provider.Call;

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
        return Doubt.AGAIN;
    }

    /** What to do with an effect of which it is not known whether it happened. Immutable. */
    sealed interface Doubt {
        /** It is performed again. */
        Doubt AGAIN = new Again();

        /** It is performed again. */
        record Again() implements Doubt {}

        /** This came of it. */
        record Settled(Outcome outcome) implements Doubt {}

        /** A person is asked. */
        record Ask(String reason) implements Doubt {}
    }

    /** The life of one effect: its scope, where deltas and notices go, and the run it is part of. {@link #id()} is run, {@code /} and key. */
    interface EffectCall extends Call {
        /** The run's id. */
        String run();
    }
}
