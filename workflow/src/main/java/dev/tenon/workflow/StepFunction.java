package dev.tenon.workflow;

import dev.tenon.json.Json;
import org.jspecify.annotations.Nullable;

/** A Java function that a {@link Step.Function} calls. Implementations must be thread-safe. */
@FunctionalInterface
public interface StepFunction {
    /**
     * Gives the step's output. Blocks. What it throws fails the step.
     *
     * @return null counts as {@link Json#NULL}
     */
    @Nullable
    Json apply(Json input, StepContext context) throws Exception;

    /**
     * A function of typed values.
     *
     * @param <A> the input
     */
    @FunctionalInterface
    interface Typed<A> {
        /** Gives the output; its JSON form is the step's. */
        @Nullable
        Object apply(A input) throws Exception;
    }
}
