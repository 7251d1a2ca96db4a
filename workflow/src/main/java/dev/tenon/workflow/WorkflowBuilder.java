package dev.tenon.workflow;

import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Question;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A workflow under construction. Not thread-safe; may go on after a workflow was made. */
public final class WorkflowBuilder {
    private final String name;
    private String version = "";
    private String description = "";
    private JsonSchema input = JsonSchema.ANY;
    private Json output = StepOptions.GIVEN;
    private final Map<String, StateKey> keys = new LinkedHashMap<>();
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private final Map<String, AgentDefinition> agents = new LinkedHashMap<>();
    private final List<Definition> workflows = new ArrayList<>();
    private int atMost = Definition.DEFAULT_AT_MOST;
    private Registry registry = Registry.EMPTY;
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private Function<Question, Optional<Answer>> answers = question -> Optional.empty();

    WorkflowBuilder(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** What the names in its steps mean. */
    public WorkflowBuilder registry(Registry names) {
        this.registry = Objects.requireNonNull(names, "names");
        return this;
    }

    /** For people. */
    public WorkflowBuilder version(String text) {
        this.version = Objects.requireNonNull(text, "text");
        return this;
    }

    /** What it is for: what a model is told where it is a tool. */
    public WorkflowBuilder description(String text) {
        this.description = Objects.requireNonNull(text, "text");
        return this;
    }

    /** What the input must fit. */
    public WorkflowBuilder input(JsonSchema schema) {
        this.input = Objects.requireNonNull(schema, "schema");
        return this;
    }

    /** What the input must be. */
    public WorkflowBuilder input(Class<?> type) {
        return input(JsonSchema.of(type));
    }

    /** The mapping that makes the output; without one it is what the last step gave. */
    public WorkflowBuilder output(@Nullable Object mapping) {
        this.output = Json.of(mapping);
        return this;
    }

    /** What is known of a key of the state. */
    public WorkflowBuilder key(String key, StateKey what) {
        keys.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(what, "what"));
        return this;
    }

    /** How writes to a key of the state become one value. */
    public WorkflowBuilder key(String key, Reducer reducer) {
        return key(key, StateKey.of(reducer));
    }

    /** How writes to a key of the state become one value. */
    public WorkflowBuilder key(Key<?> key, Reducer reducer) {
        Objects.requireNonNull(key, "key");
        return key(key.name(), reducer);
    }

    /** Something of which there is only so much. */
    public WorkflowBuilder resource(String resource, Resource what) {
        resources.put(Objects.requireNonNull(resource, "resource"), Objects.requireNonNull(what, "what"));
        return this;
    }

    /** An agent as data. */
    public WorkflowBuilder agent(String agent, AgentDefinition what) {
        agents.put(Objects.requireNonNull(agent, "agent"), Objects.requireNonNull(what, "what"));
        return this;
    }

    /** Another workflow, as data, that steps may run by its name. */
    public WorkflowBuilder workflow(Definition other) {
        workflows.add(Objects.requireNonNull(other, "other"));
        return this;
    }

    /** How many effects of one run at once. */
    public WorkflowBuilder atMost(int effects) {
        this.atMost = effects;
        return this;
    }

    /** Around every effect, the first outermost. */
    public WorkflowBuilder interceptor(Interceptor interceptor) {
        interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
        return this;
    }

    /** Who is told of every event of its runs. */
    public WorkflowBuilder listener(Listener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Answers questions while a run goes on; empty leaves a question open. */
    public WorkflowBuilder answers(Function<Question, Optional<Answer>> callback) {
        this.answers = Objects.requireNonNull(callback, "callback");
        return this;
    }

    /**
     * The workflow that does these steps one after the other.
     *
     * @throws WorkflowException with all that cannot be run
     */
    public Workflow sequence(Step... steps) {
        Objects.requireNonNull(steps, "steps");
        return of(new Step.Sequence(StepOptions.NONE, Arrays.asList(steps)));
    }

    /**
     * The workflow that does this step.
     *
     * @throws WorkflowException with all that cannot be run
     */
    public Workflow of(Step body) {
        return new DefinedWorkflow(define(body), registry, new WorkflowOptions(interceptors, listeners, answers));
    }

    /** The definition of the workflow that does this step, as data alone: whether it can be run is not looked at. */
    public Definition define(Step body) {
        return new Definition(
                name,
                version,
                description,
                input,
                output,
                keys,
                resources,
                agents,
                workflows,
                atMost,
                Objects.requireNonNull(body, "body"));
    }
}
