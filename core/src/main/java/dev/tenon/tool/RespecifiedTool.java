package dev.tenon.tool;

import dev.tenon.json.Json;
import java.util.Optional;

/** A tool with another spec. Closes what it wraps. */
@SuppressWarnings("try") // What close throws is the wrapped tool's own affair.
record RespecifiedTool(ToolSpec spec, Tool tool) implements Tool, AutoCloseable {
    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) throws Exception {
        return tool.call(arguments, context);
    }

    @Override
    public Optional<Tool> wrapped() {
        return Optional.of(tool);
    }

    @Override
    public void close() throws Exception {
        if (tool instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
