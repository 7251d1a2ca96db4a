package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
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

    /** What its input must fit, as far as it says: a definition is held against it before it runs. */
    default JsonSchema input() {
        return JsonSchema.ANY;
    }

    /**
     * What its output fits, as far as it says: what reads the output in a definition is held against it before it runs. A promise, which is not looked at when it runs; that does a step's own {@code
     * schema}.
     */
    default JsonSchema output() {
        return JsonSchema.ANY;
    }

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

    /**
     * A function of typed values whose output has a type, too.
     *
     * @param <A> the input
     * @param <B> the output
     */
    @FunctionalInterface
    interface Giving<A, B> {
        /** Gives the output; its JSON form is the step's. */
        B apply(A input) throws Exception;
    }
}
