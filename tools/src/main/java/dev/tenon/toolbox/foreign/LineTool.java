package dev.tenon.toolbox.foreign;

import dev.tenon.json.Json;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;

/** One of the tools of a process. Closes them all. */
record LineTool(ToolSpec spec, LineProcess process, LineTools owner) implements Tool, AutoCloseable {
    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) throws InterruptedException {
        return process.call(spec, arguments, context);
    }

    @Override
    public void close() {
        owner.close();
    }

    @Override
    public String toString() {
        return "LineTool[" + spec.name() + "]";
    }
}
