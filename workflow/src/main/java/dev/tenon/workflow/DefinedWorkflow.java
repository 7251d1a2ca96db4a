package dev.tenon.workflow;

import dev.tenon.run.Binding;

/** A definition and what its names mean. Immutable. */
final class DefinedWorkflow implements Workflow {
    private final Definition definition;
    private final WorkflowBinding binding;

    DefinedWorkflow(Definition definition, Registry registry, WorkflowOptions options) {
        this.definition = definition;
        this.binding = new WorkflowBinding(Plan.of(definition, registry), options);
    }

    @Override
    public Definition definition() {
        return definition;
    }

    @Override
    public Binding<WorkflowRequest, ?, WorkflowResult> binding() {
        return binding;
    }

    @Override
    public String toString() {
        return "Workflow[" + definition.name() + "]";
    }
}
