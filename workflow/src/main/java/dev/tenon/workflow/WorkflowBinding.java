package dev.tenon.workflow;

import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Machine;
import dev.tenon.run.Performer;
import dev.tenon.run.Program;
import dev.tenon.run.Question;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A workflow's machine, and the names in it bound to work. Immutable. */
final class WorkflowBinding implements Binding<WorkflowRequest, WorkflowState, WorkflowResult> {
    static final String AGENT = "agent:";
    static final String WORKFLOW = "workflow:";

    private final Plan plan;
    private final WorkflowOptions options;
    private final Performer performer;
    private final Json definition;

    WorkflowBinding(Plan plan, WorkflowOptions options) {
        this.plan = plan;
        this.options = options;
        this.performer = new WorkflowPerformer(plan.registry);
        this.definition = plan.definition.json();
    }

    /** What is known of what it gives. */
    Flow gives() {
        return plan.gives;
    }

    @Override
    public String name() {
        return plan.definition.name();
    }

    @Override
    public Json definition() {
        return definition;
    }

    @Override
    public Machine<WorkflowState> machine(WorkflowRequest input) {
        return new WorkflowMachine(plan, input);
    }

    @Override
    public Performer performer(WorkflowRequest input) {
        return performer;
    }

    @Override
    public WorkflowResult result(WorkflowRequest input, Finished<WorkflowState> finished) {
        WorkflowState state = finished.state();
        Json.Obj values = state.values(plan, input.input());
        Map<String, WorkflowResult.Use> resources = new LinkedHashMap<>();
        for (int i = 0; i < plan.resources.length; i++) {
            resources.put(plan.resources[i], new WorkflowResult.Use(plan.sizes[i], state.peak[i], state.granted[i]));
        }
        return new WorkflowResult(
                finished.run(),
                finished.end(),
                values,
                finished.spent(),
                resources,
                finished.abandoned(),
                finished.took());
    }

    @Override
    public Json encode(WorkflowRequest input) {
        return Json.of(input);
    }

    @Override
    public WorkflowRequest decode(Json input) {
        return input.as(WorkflowRequest.class);
    }

    @Override
    public String id(WorkflowRequest input) {
        return input.id();
    }

    @Override
    public String session(WorkflowRequest input) {
        return input.session();
    }

    @Override
    public Limits limits(WorkflowRequest input) {
        return input.limits().isEmpty() ? Limits.NONE : input.limits().getFirst();
    }

    @Override
    public Optional<Program<?, ?>> child(String name) {
        Program<?, ?> found = name.startsWith(AGENT)
                ? plan.registry.agents().get(name.substring(AGENT.length()))
                : name.startsWith(WORKFLOW) ? plan.registry.workflows().get(name.substring(WORKFLOW.length())) : null;
        return Optional.ofNullable(found);
    }

    @Override
    public List<Interceptor> interceptors() {
        return options.interceptors();
    }

    @Override
    public List<Listener> listeners() {
        return options.listeners();
    }

    @Override
    public Function<Question, Optional<Answer>> answers() {
        return options.answers();
    }

    @Override
    public int parallelism() {
        return plan.definition.atMost();
    }

    @Override
    public @Nullable Duration timeout(WorkflowRequest input, Effect effect) {
        if (!(effect instanceof Effect.CallTool called)) {
            return null;
        }
        Tool tool = plan.registry.tools().get(called.tool());
        Duration timeout = tool == null ? ToolSpec.NO_TIMEOUT : tool.spec().timeout();
        return timeout.equals(ToolSpec.NO_TIMEOUT) ? null : timeout;
    }
}
