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

    /**
     * Something was told to the run from outside.
     *
     * @param name of a user's choice; names that begin with {@code tenon.} are the library's own, in a run's records
     */
    record Signalled(String name, Json payload) implements Fact {

        public Signalled {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(payload, "payload");
            if (name.startsWith("tenon.")) {
                throw new IllegalArgumentException("a signal's name must not begin with \"tenon.\", which is the"
                        + " library's own; got \"" + name + "\"");
            }
        }
    }
}
