package dev.tenon.workflow;

import dev.tenon.json.Json;
import org.jspecify.annotations.Nullable;

/** A kind of step of a user's own, that {@link Step#custom} names. Implementations must be thread-safe. */
@FunctionalInterface
public interface StepType {
    /**
     * Gives the step's output. Blocks. What it throws fails the step.
     *
     * @param settings of the step, with the expressions in them put in
     */
    @Nullable
    Json run(Json.Obj settings, Json input, StepContext context) throws Exception;
}
