package dev.tenon.provider;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import java.time.Duration;

/** Something worth telling of a call that is no part of its reply. Immutable. */
public sealed interface Notice {
    /**
     * The call is made again after a pause.
     *
     * @param attempt the number of the attempt that failed, from 1
     */
    record Retrying(int attempt, Duration pause, Failure failure) implements Notice {}

    /** Another model is asked. */
    record FellBack(String from, String to, Failure failure) implements Notice {}

    /** An attempt that was thrown away was charged for. */
    record AttemptCost(Usage usage) implements Notice {}

    /** A setting or a part of the request that this model cannot be sent was left out, as documented. */
    record Omitted(String what, String why) implements Notice {}

    /**
     * Anything else, of a provider or a tool of the user's own.
     *
     * @param name dotted
     */
    record Custom(String name, Json payload) implements Notice {}
}
