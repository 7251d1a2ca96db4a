package dev.tenon.provider;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import java.time.Duration;
import java.util.Objects;

/** Something worth telling of a call that is no part of its reply. Immutable. Models are named as {@link ModelInfo#name()} does. */
public sealed interface Notice {
    /**
     * The call is made again after a pause.
     *
     * @param by the model that failed, and is asked again
     * @param attempt the number of the attempt that failed, from 1
     */
    record Retrying(String by, int attempt, Duration pause, Failure failure) implements Notice {

        public Retrying {
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(pause, "pause");
            Objects.requireNonNull(failure, "failure");
        }
    }

    /** Another model is asked. */
    record FellBack(String from, String to, Failure failure) implements Notice {

        public FellBack {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(failure, "failure");
        }
    }

    /**
     * The answer is late, and a second request was sent beside the first.
     *
     * @param after how long the first had had
     */
    record Hedged(String from, String to, Duration after) implements Notice {

        public Hedged {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(after, "after");
        }
    }

    /**
     * Who gave the reply, where several might have; the last such notice of a call counts.
     *
     * @param cost what the reply itself cost, by the price of this model: it takes the place of {@link Provider#info()}'s
     */
    record Answered(String by, Cost cost) implements Notice {

        public Answered {
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(cost, "cost");
        }
    }

    /**
     * This was charged for and is no part of the reply: an attempt that was thrown away, the answer of a model that was outvoted.
     *
     * @param usage {@link Usage#UNREPORTED} where nobody knows, as of a request that was cancelled
     */
    record AttemptCost(String by, Usage usage, Cost cost) implements Notice {

        public AttemptCost {
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(usage, "usage");
            Objects.requireNonNull(cost, "cost");
        }
    }

    /**
     * The call waits its turn because of a {@link RateLimit}.
     *
     * @param atLeast when it may go at the soonest
     */
    record Waiting(Duration atLeast) implements Notice {

        public Waiting {
            Objects.requireNonNull(atLeast, "atLeast");
        }
    }

    /**
     * The reply is one that was given before; nothing was sent.
     *
     * @param saved what it used when it was made
     */
    record CacheHit(Usage saved) implements Notice {

        public CacheHit {
            Objects.requireNonNull(saved, "saved");
        }
    }

    /**
     * A {@link CircuitBreaker} has opened or closed.
     *
     * @param open whether calls are refused from now on
     * @param pause after which one call is let through to try; zero where it has closed
     */
    record CircuitChanged(String model, boolean open, Duration pause) implements Notice {

        public CircuitChanged {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(pause, "pause");
        }
    }

    /**
     * A model that was asked together with others did not say what was chosen.
     *
     * @param answer what it said, empty where it failed
     * @param failure why it said nothing, of code {@code ""} where it did answer
     */
    record Disagreed(String model, String answer, Failure failure) implements Notice {
        /** The failure of a model that did answer. */
        public static final Failure NONE = Failure.of("", "");

        public Disagreed {
            answer = answer == null ? "" : answer;
            failure = failure == null ? NONE : failure;
            Objects.requireNonNull(model, "model");
        }
    }

    /** A setting or a part of the request that this model cannot be sent was left out, as documented. */
    record Omitted(String what, String why) implements Notice {

        public Omitted {
            Objects.requireNonNull(what, "what");
            Objects.requireNonNull(why, "why");
        }
    }

    /**
     * Anything else, of a provider or a tool of the user's own.
     *
     * @param name dotted
     */
    record Custom(String name, Json payload) implements Notice {

        public Custom {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(payload, "payload");
        }
    }
}
