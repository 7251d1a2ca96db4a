package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;

/** A function of a value of a type. Immutable. */
record TypedFunction<A>(Class<A> type, JsonSchema input, JsonSchema output, StepFunction.Typed<A> function)
        implements StepFunction {
    @Override
    public Json apply(Json given, StepContext context) throws Exception {
        return Json.of(function.apply(given.as(type)));
    }
}
