package dev.tenon.tool;

import dev.tenon.json.Json;

/** A tool of a spec and a function. */
record FunctionTool(ToolSpec spec, ContextFunction<Json.Obj> function) implements Tool {
    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) throws Exception {
        return ToolOutput.of(function.apply(arguments, context));
    }
}
