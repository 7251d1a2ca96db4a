package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.run.Program;
import dev.tenon.run.ProgramTool;
import dev.tenon.run.Watch;
import dev.tenon.schema.Description;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.Optional;

/** An agent as a tool. Agents run it as a child run; whoever else calls it gets the text of a run of its own. */
record AgentTool(ToolSpec spec, Agent agent) implements ProgramTool, AutoCloseable {
    /** What the model gives. */
    record Task(
            @Description("what is to be done, with everything that is needed to do it")
            String request) {}

    static ToolSpec spec(String name, String description) {
        return ToolSpec.of(name, description, JsonSchema.of(Task.class)).withTimeout(ToolSpec.NO_TIMEOUT);
    }

    static RunRequest request(Json arguments) {
        return RunRequest.of(arguments.asObj().string("request").orElse(""));
    }

    /** A request as a journal holds it: what a model gave to the tool, or what a program asked. */
    static RunRequest decoded(Json input) {
        return input instanceof Json.Obj task && !task.has("message") ? request(task) : input.as(RunRequest.class);
    }

    /** The program behind a tool, under whatever other name or spec; empty where it is none. */
    static Optional<Program<?, ?>> program(Tool tool) {
        return switch (tool) {
            case ProgramTool own -> Optional.of(own.program());
            case Tool other -> other.wrapped().flatMap(AgentTool::program);
        };
    }

    @Override
    public Program<?, ?> program() {
        return agent;
    }

    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) {
        RunResult result = agent.run(request(arguments), context, Watch.NONE);
        return result.completed()
                ? ToolOutput.text(result.text())
                : ToolOutput.error("it did not complete: " + result.end().word());
    }

    @Override
    public void close() {
        agent.close();
    }
}
