package dev.tenon.tool;

import dev.tenon.json.Json;
import java.util.Objects;

/** A tool of a spec and a function. */
record FunctionTool(ToolSpec spec, ContextFunction<Json.Obj> function) implements Tool {
    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) throws Exception {
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(context, "context");
        return ToolOutput.of(function.apply(arguments, context));
    }
}
