package dev.tenon.workflow;

import dev.tenon.agent.Agent;
import dev.tenon.error.TenonException;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the names in a definition mean: agents, tools, functions, scripts, other workflows, kinds of steps. Immutable; each method makes a copy. It owns nothing: who made an agent closes it.
 */
public final class Registry {
    /** No names. */
    public static final Registry EMPTY = new Registry(
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Set.of(),
            ToolPolicy.CAREFUL,
            Models.NONE);

    private final Map<String, Agent> agents;
    private final Map<String, Tool> tools;
    private final Map<String, StepFunction> functions;
    private final Map<String, ScriptHandler> scripts;
    private final Map<String, Workflow> workflows;
    private final Map<String, StepType> types;
    private final Map<Class<?>, Object> given;
    private final Set<String> repeatable;
    private final ToolPolicy policy;
    private final Models models;

    private Registry(
            Map<String, Agent> agents,
            Map<String, Tool> tools,
            Map<String, StepFunction> functions,
            Map<String, ScriptHandler> scripts,
            Map<String, Workflow> workflows,
            Map<String, StepType> types,
            Map<Class<?>, Object> given,
            Set<String> repeatable,
            ToolPolicy policy,
            Models models) {
        this.models = models;
        this.agents = agents;
        this.tools = tools;
        this.functions = functions;
        this.scripts = scripts;
        this.workflows = workflows;
        this.types = types;
        this.given = given;
        this.repeatable = repeatable;
        this.policy = policy;
    }

    /** A copy with an agent. */
    public Registry agent(String name, Agent agent) {
        Objects.requireNonNull(name, "name");
        return new Registry(
                with("agent", agents, name, agent),
                tools,
                functions,
                scripts,
                workflows,
                types,
                given,
                repeatable,
                policy,
                models);
    }

    /** A copy with a tool, under its own name. */
    public Registry tool(Tool tool) {
        Objects.requireNonNull(tool, "tool");
        return new Registry(
                agents,
                with("tool", tools, tool.spec().name(), tool),
                functions,
                scripts,
                workflows,
                types,
                given,
                repeatable,
                policy,
                models);
    }

    /** A copy with a function. */
    public Registry function(String name, StepFunction function) {
        Objects.requireNonNull(name, "name");
        return new Registry(
                agents,
                tools,
                with("function", functions, name, function),
                scripts,
                workflows,
                types,
                given,
                repeatable,
                policy,
                models);
    }

    /** A copy with a function of a value of a type. */
    public <A> Registry function(String name, Class<A> input, StepFunction.Typed<A> function) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(function, "function");
        return function(name, new TypedFunction<>(input, JsonSchema.of(input), JsonSchema.ANY, function));
    }

    /** A copy with a function of a value of a type that gives a value of a type: what reads it is held against that before it runs. */
    public <A, B> Registry function(String name, Class<A> input, Class<B> output, StepFunction.Giving<A, B> function) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(function, "function");
        return function(name, new TypedFunction<>(input, JsonSchema.of(input), JsonSchema.of(output), function::apply));
    }

    /** A copy with what runs scripts of a language. */
    public Registry script(String language, ScriptHandler handler) {
        Objects.requireNonNull(language, "language");
        Objects.requireNonNull(handler, "handler");
        return new Registry(
                agents,
                tools,
                functions,
                with("script", scripts, language, handler),
                workflows,
                types,
                given,
                repeatable,
                policy,
                models);
    }

    /** A copy with another workflow, under its own name. */
    public Registry workflow(Workflow workflow) {
        Objects.requireNonNull(workflow, "workflow");
        return new Registry(
                agents,
                tools,
                functions,
                scripts,
                with("workflow", workflows, workflow.definition().name(), workflow),
                types,
                given,
                repeatable,
                policy,
                models);
    }

    /** A copy with a kind of step. */
    public Registry step(String name, StepType type) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        return new Registry(
                agents,
                tools,
                functions,
                scripts,
                workflows,
                with("step", types, name, type),
                given,
                repeatable,
                policy,
                models);
    }

    /** As {@link #providers(ProviderRegistry, Map)}, with the variables of this process. */
    public Registry providers(ProviderRegistry providers) {
        return providers(providers, System.getenv());
    }

    /**
     * A copy that makes the models of agents that are data. What a provider needs beside the model's name, such as its key, comes from environment variables, as
     * {@link ProviderRegistry#createFromEnv(String, Map)} reads them; it is never part of a definition.
     */
    public Registry providers(ProviderRegistry providers, Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        return new Registry(
                agents,
                tools,
                functions,
                scripts,
                workflows,
                types,
                given,
                repeatable,
                policy,
                new Models(providers, env, Map.of()));
    }

    /** A copy with a value that functions, tools, scripts and steps may ask for by its type. */
    public <T> Registry provide(Class<T> type, T value) {
        Objects.requireNonNull(type, "type");
        Map<Class<?>, Object> more = new LinkedHashMap<>(given);
        more.put(type, Objects.requireNonNull(value, "value"));
        return new Registry(
                agents,
                tools,
                functions,
                scripts,
                workflows,
                types,
                Collections.unmodifiableMap(more),
                repeatable,
                policy,
                models);
    }

    /**
     * A copy in which functions, kinds of steps and scripts of these names may be run again. When the process dies while another one runs, nobody knows whether it happened: then
     * a person is asked.
     */
    public Registry repeatable(String... names) {
        Objects.requireNonNull(names, "names");
        Set<String> more = new LinkedHashSet<>(repeatable);
        Collections.addAll(more, names);
        return new Registry(
                agents,
                tools,
                functions,
                scripts,
                workflows,
                types,
                given,
                Collections.unmodifiableSet(more),
                policy,
                models);
    }

    /**
     * A copy with what decides whether a tool that a step names may run; without one it is {@link ToolPolicy#CAREFUL}. Agents have a policy of their own. It is given no messages: a step
     * has none.
     */
    public Registry policy(ToolPolicy decides) {
        return new Registry(
                agents,
                tools,
                functions,
                scripts,
                workflows,
                types,
                given,
                repeatable,
                Objects.requireNonNull(decides, "decides"),
                models);
    }

    private static <T> Map<String, T> with(String what, Map<String, T> before, String name, T value) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + ": expected a name, got \"" + name + "\"");
        }
        Map<String, T> more = new LinkedHashMap<>(before);
        if (more.putIfAbsent(name, Objects.requireNonNull(value, what)) != null) {
            throw new IllegalArgumentException("there is a " + what + " \"" + name + "\" already");
        }
        return Collections.unmodifiableMap(more);
    }

    /** Agents by name. */
    public Map<String, Agent> agents() {
        return agents;
    }

    /** Tools by name. */
    public Map<String, Tool> tools() {
        return tools;
    }

    /** Functions by name. */
    public Map<String, StepFunction> functions() {
        return functions;
    }

    /** What runs scripts, by language. */
    public Map<String, ScriptHandler> scripts() {
        return scripts;
    }

    /** Workflows by name. */
    public Map<String, Workflow> workflows() {
        return workflows;
    }

    /** Kinds of steps by name. */
    public Map<String, StepType> types() {
        return types;
    }

    Map<Class<?>, Object> given() {
        return given;
    }

    ToolPolicy policy() {
        return policy;
    }

    /** What is known of providers of agents that are data. */
    List<FactoryInfo> factories() {
        return models.providers().factories();
    }

    /**
     * A copy with the agents and the workflows of a definition.
     *
     * @param problems is told of a provider that cannot be made
     */
    Registry with(Definition definition, Problems problems) {
        Registry more = new Registry(
                agents,
                tools,
                functions,
                scripts,
                workflows,
                types,
                given,
                repeatable,
                policy,
                models.with(definition));
        for (Map.Entry<String, AgentDefinition> agent : definition.agents().entrySet()) {
            AgentDefinition data = agent.getValue();
            Provider provider = models.make(data, "/agents/" + Problems.segment(agent.getKey()), problems);
            if (provider != null) {
                more = more.agent(agent.getKey(), agent(agent.getKey(), data, provider));
            }
        }
        return problems.none() ? more.withWorkflows(definition.workflows()) : more;
    }

    private Agent agent(String name, AgentDefinition data, Provider provider) {
        List<Tool> own = new ArrayList<>();
        for (String tool : data.tools()) {
            Tool known = tools.get(tool);
            if (known != null) {
                own.add(known);
            }
        }
        return Agent.builder(provider)
                .name(name)
                .instructions(data.instructions())
                .tools(own)
                .policy(policy)
                .settings(data.settings())
                .limits(data.limits())
                .build();
    }

    /** Those that run others come after them. */
    private Registry withWorkflows(List<Definition> all) {
        Registry more = this;
        for (Definition next : Steps.ordered(all)) {
            more = more.workflow(Workflow.of(next, more));
        }
        return more;
    }

    /**
     * What makes models of names.
     *
     * @param outputs what the answers of agents that are data must fit, by the agents' names
     */
    private record Models(ProviderRegistry providers, Map<String, String> env, Map<String, JsonSchema> outputs) {
        static final Models NONE = new Models(ProviderRegistry.empty(), Map.of(), Map.of());

        Models {
            Objects.requireNonNull(providers, "providers");
            env = Map.copyOf(Objects.requireNonNull(env, "env"));
            outputs = Map.copyOf(outputs);
        }

        Models with(Definition definition) {
            Map<String, JsonSchema> more = new LinkedHashMap<>(outputs);
            definition.agents().forEach((name, agent) -> more.put(name, agent.output()));
            return new Models(providers, env, more);
        }

        @Nullable
        Provider make(AgentDefinition agent, String place, Problems problems) {
            Map<String, String> with = new LinkedHashMap<>(env);
            with.put(agent.provider().toUpperCase(Locale.ROOT).replace('-', '_') + "_MODEL", agent.model());
            try {
                return providers.createFromEnv(agent.provider(), with);
            } catch (IllegalArgumentException | TenonException e) {
                problems.wrong(
                        Rule.PROVIDER,
                        place + "/provider",
                        "the provider \"" + agent.provider() + "\" cannot be made: " + e.getMessage(),
                        "");
                return null;
            }
        }

        /** The environment holds keys. */
        @Override
        public String toString() {
            return providers.toString();
        }
    }

    /** What an agent's answer must fit where a step does not say; {@link JsonSchema#ANY} for anything. */
    JsonSchema output(String agent) {
        return models.outputs().getOrDefault(agent, JsonSchema.ANY);
    }

    boolean repeatable(String name) {
        return repeatable.contains(name);
    }
}
