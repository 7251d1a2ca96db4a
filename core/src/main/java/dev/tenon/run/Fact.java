package dev.tenon.run;

import dev.tenon.json.Json;
import java.util.Objects;

/** What a machine is told. Immutable. */
public sealed interface Fact {
    /** The run begins. */
    Begun BEGUN = new Begun();

    /** The run begins. */
    record Begun() implements Fact {}

    /**
     * An effect ended.
     *
     * @param key of the effect
     */
    record Ended(String key, Outcome outcome) implements Fact {

        public Ended {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(outcome, "outcome");
        }
    }

    /** Something was told to the run from outside. */
    record Signalled(String name, Json payload) implements Fact {

        public Signalled {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(payload, "payload");
        }
    }
}
