package dev.tenon.workflow;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.run.Binding;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Scope;

/** A workflow as an agent. */
record WorkflowAgent(Workflow workflow) implements Agent {
    @Override
    public RunResult run(RunRequest request, Scope scope, Watch watch) {
        return Runner.plain().run(this, request, scope, watch);
    }

    @Override
    public Binding<RunRequest, ?, RunResult> binding() {
        return AdaptedBinding.ofRequests(workflow.binding());
    }
}
