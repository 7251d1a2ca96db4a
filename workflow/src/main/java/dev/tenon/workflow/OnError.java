package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.Objects;

/** What becomes of a step that failed for good. Immutable. */
public sealed interface OnError {
    /** What it is part of fails too. */
    OnError FAIL = new Fail();

    /** As if it had given null. */
    OnError CONTINUE = new Continue();

    /** What it is part of fails too. */
    record Fail() implements OnError {}

    /** It counts as done; its output is null and is not written to the state. */
    record Continue() implements OnError {}

    /**
     * This is its output.
     *
     * @param value a mapping, see {@link Step#input(Object)}; {@code $error} is what went wrong, with {@code code} and {@code message}
     */
    record Value(Json value) implements OnError {
        public Value {
            Objects.requireNonNull(value, "value");
        }
    }

    /** Another step runs instead, and its output is the output. Its mappings may use {@code $error}. */
    record Run(Step step) implements OnError {
        public Run {
            Objects.requireNonNull(step, "step");
        }
    }
}
