package dev.tenon.tool;

import dev.tenon.json.Json;
import java.util.Objects;

/** What a policy says of a call. Immutable. */
public sealed interface ToolDecision {
    /** The call runs. */
    ToolDecision RUN = new Run();

    /** The call runs. */
    record Run() implements ToolDecision {}

    /**
     * A person is asked first; the run rests until there is an answer.
     *
     * @param reason for that person
     */
    record Ask(String reason) implements ToolDecision {

        public Ask {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * The call does not run.
     *
     * @param message for the model: why, and what is allowed
     */
    record Deny(String message) implements ToolDecision {

        public Deny {
            Objects.requireNonNull(message, "message");
        }
    }

    /** The call runs with other arguments. They are validated like the model's. */
    record Rewrite(Json.Obj arguments) implements ToolDecision {

        public Rewrite {
            Objects.requireNonNull(arguments, "arguments");
        }
    }

    /** The call runs elsewhere; the run rests until its result is given. */
    record Defer(String reason) implements ToolDecision {

        public Defer {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
