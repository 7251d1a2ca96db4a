package dev.tenon.workflow;

import dev.tenon.run.Binding;
import org.jspecify.annotations.Nullable;

/** A definition and what its names mean. Immutable. */
final class DefinedWorkflow implements Workflow {
    private final Definition definition;
    private final Registry registry;
    private final WorkflowOptions options;
    private final WorkflowBinding binding;
    private final int below;

    DefinedWorkflow(Definition definition, Registry registry, WorkflowOptions options) {
        this(definition, registry, options, new Problems());
    }

    /** @param problems what is known to be wrong with the definition */
    DefinedWorkflow(Definition definition, Registry registry, WorkflowOptions options, Problems problems) {
        this.definition = definition;
        this.registry = registry;
        this.options = options;
        Plan plan = Plan.of(definition, registry, problems);
        this.binding = new WorkflowBinding(plan, options);
        this.below =
                Steps.below(definition, name -> below(plan.registry.workflows().get(name)));
    }

    /** Another definition with the same names. */
    DefinedWorkflow as(Definition other) {
        return new DefinedWorkflow(other, registry, options);
    }

    /** How deep a workflow runs others, as far as that is known. */
    static int below(@Nullable Workflow workflow) {
        return workflow instanceof DefinedWorkflow own ? own.below : 0;
    }

    /** What is known of what it gives. */
    Flow gives() {
        return binding.gives();
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
