package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.run.Program;
import dev.tenon.run.ProgramTool;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;

/** A workflow as a tool. */
record WorkflowTool(Workflow workflow) implements ProgramTool {
    private static final JsonSchema OBJECT = JsonSchema.parse("{\"type\":\"object\"}");

    @Override
    public ToolSpec spec() {
        Definition definition = workflow.definition();
        return ToolSpec.of(
                        definition.name(),
                        definition.description(),
                        definition.input().equals(JsonSchema.ANY) ? OBJECT : definition.input())
                .withTimeout(ToolSpec.NO_TIMEOUT);
    }

    @Override
    public Program<?, ?> program() {
        Program<WorkflowRequest, WorkflowResult> adapted = () -> AdaptedBinding.ofArguments(workflow.binding());
        return adapted;
    }

    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) {
        WorkflowResult result = Runner.plain().run(workflow, WorkflowRequest.of(arguments), context, Watch.NONE);
        return result.completed()
                ? ToolOutput.of(result.output())
                : ToolOutput.error("it did not complete: " + result.end().word());
    }
}
