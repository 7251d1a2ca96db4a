package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Definitions as JSON, without what is as it would be anyway. {@link DefinitionReader} reads what this writes. */
final class DefinitionWriter {
    private DefinitionWriter() {}

    static Json.Obj definition(Definition definition) {
        Json.ObjBuilder out = Json.object().put("workflow", definition.name());
        text(out, "version", definition.version());
        text(out, "description", definition.description());
        schema(out, "input", definition.input());
        if (!definition.keys().isEmpty()) {
            Json.ObjBuilder keys = Json.object();
            definition.keys().forEach((name, key) -> keys.put(name, key(key)));
            out.put("keys", keys.build());
        }
        if (!definition.resources().isEmpty()) {
            Json.ObjBuilder resources = Json.object();
            definition.resources().forEach((name, resource) -> resources.put(name, resource(resource)));
            out.put("resources", resources.build());
        }
        if (!definition.agents().isEmpty()) {
            Json.ObjBuilder agents = Json.object();
            definition.agents().forEach((name, agent) -> agents.put(name, agent(agent)));
            out.put("agents", agents.build());
        }
        if (!definition.workflows().isEmpty()) {
            out.put(
                    "workflows",
                    definition.workflows().stream()
                            .map(DefinitionWriter::definition)
                            .toList());
        }
        if (definition.atMost() != Definition.DEFAULT_AT_MOST) {
            out.put("atMost", definition.atMost());
        }
        out.put("steps", body(definition.body()));
        if (!definition.output().equals(StepOptions.GIVEN)) {
            out.put("output", definition.output());
        }
        return out.build();
    }

    private static Json key(StateKey key) {
        Json.ObjBuilder out = Json.object();
        schema(out, "schema", key.schema());
        if (key.reducer() != Reducer.REPLACE) {
            out.put("reducer", word(key.reducer()));
        }
        if (!key.initial().isEmpty()) {
            out.put("initial", key.initial().getFirst());
        }
        return out.build();
    }

    private static Json agent(AgentDefinition agent) {
        Json.ObjBuilder out = Json.object().put("provider", agent.provider()).put("model", agent.model());
        text(out, "instructions", agent.instructions());
        if (!agent.tools().isEmpty()) {
            out.put("tools", agent.tools());
        }
        schema(out, "output", agent.output());
        if (!agent.settings().extra().isEmpty()) {
            out.put("settings", Json.Obj.of(agent.settings().extra()));
        }
        if (!agent.limits().equals(Limits.DEFAULT)) {
            out.put("limits", limits(agent.limits()));
        }
        return out.build();
    }

    private static Json limits(Limits limits) {
        Json.ObjBuilder out = Json.object();
        if (limits.steps() != Limits.DEFAULT.steps()) {
            out.put("steps", limits.steps());
        }
        if (limits.toolCalls() > 0) {
            out.put("toolCalls", limits.toolCalls());
        }
        out.putAll(budget(limits));
        time(out, "wallTime", limits.wallTime());
        return out.build();
    }

    private static Json resource(Resource resource) {
        return switch (resource) {
            case Resource.Pool pool -> Json.of(pool.size());
            case Resource.Rate rate ->
                Json.object()
                        .put("rate", rate.size())
                        .put("per", duration(rate.per()))
                        .build();
        };
    }

    /** One step, or the steps of a sequence that is nothing but a sequence. */
    static Json body(Step step) {
        if (step instanceof Step.Sequence sequence && sequence.options().equals(StepOptions.NONE)) {
            List<Json> steps = new ArrayList<>();
            sequence.steps().forEach(one -> steps.add(step(one)));
            return Json.Arr.of(steps);
        }
        return step(step);
    }

    static Json.Obj step(Step step) {
        Json.ObjBuilder out = Json.object();
        kind(out, step);
        options(out, step.options());
        return out.build();
    }

    private static void kind(Json.ObjBuilder out, Step step) {
        switch (step) {
            case Step.Agent agent -> {
                out.put("agent", agent.agent());
                text(out, "session", agent.session());
            }
            case Step.Tool tool -> out.put("tool", tool.tool());
            case Step.Function function -> out.put("function", function.function());
            case Step.Script script -> out.put("script", script.language()).put("code", script.code());
            case Step.Transform transform -> out.put("transform", transform.expression());
            case Step.Sequence sequence -> out.put("sequence", steps(sequence.steps()));
            case Step.Parallel parallel -> {
                out.put("parallel", steps(parallel.branches()));
                bounded(out, parallel.atMost(), parallel.failFast());
            }
            case Step.When when -> {
                out.put("when", when.condition()).put("then", body(when.then()));
                otherwise(out, when.otherwise());
            }
            case Step.Switch choice -> {
                Json.ObjBuilder cases = Json.object();
                choice.cases().forEach((is, then) -> cases.put(is, body(then)));
                out.put("switch", choice.value()).put("cases", cases.build());
                otherwise(out, choice.otherwise());
            }
            case Step.Route route -> {
                Json.ObjBuilder choices = Json.object();
                route.choices()
                        .forEach((name, choice) -> choices.put(
                                name,
                                Json.object()
                                        .put("description", choice.description())
                                        .put("do", body(choice.step()))
                                        .build()));
                out.put("route", route.agent()).put("choices", choices.build());
            }
            case Step.Loop loop -> {
                out.put("loop", body(loop.body()));
                text(out, "while", loop.whileHolds());
                text(out, "until", loop.until());
                if (loop.atMost() > 0) {
                    out.put("atMost", loop.atMost());
                }
                text(out, "reason", loop.reason());
            }
            case Step.ForEach map -> {
                out.put("map", map.items()).put("do", body(map.body()));
                bounded(out, map.atMost(), map.failFast());
                map.reduce().forEach(reducer -> out.put("reduce", word(reducer)));
            }
            case Step.Graph graph -> {
                List<Json> nodes = new ArrayList<>();
                graph.nodes().forEach(node -> nodes.add(node(node)));
                out.put("graph", Json.Arr.of(nodes));
                bounded(out, graph.atMost(), graph.failFast());
            }
            case Step.SubWorkflow sub -> out.put("workflow", sub.workflow());
            case Step.Wait wait -> out.put("wait", event(wait.waitFor()));
            case Step.Approval approval -> {
                out.put("approval", approval.question());
                otherwise(out, approval.otherwise());
            }
            case Step.Ask ask -> out.put("ask", ask.question());
            case Step.Handoff handoff -> {
                out.put("handoff", handoff.agents());
                if (handoff.atMost() != Step.Handoff.DEFAULT_AT_MOST) {
                    out.put("atMost", handoff.atMost());
                }
            }
            case Step.Supervisor supervisor -> {
                out.put("supervisor", supervisor.supervisor()).put("agents", supervisor.agents());
                if (supervisor.atMost() != Step.Supervisor.DEFAULT_AT_MOST) {
                    out.put("atMost", supervisor.atMost());
                }
            }
            case Step.Custom custom -> {
                out.put("step", custom.step());
                if (!custom.settings().isEmpty()) {
                    out.put("with", custom.settings());
                }
            }
        }
    }

    private static Json event(Step.Wait.Event event) {
        return switch (event) {
            case Step.Wait.Event.Elapsed elapsed -> Json.of(duration(elapsed.duration()));
            case Step.Wait.Event.Time time -> Json.object("until", time.time());
            case Step.Wait.Event.Signal signal -> Json.object("signal", signal.name());
        };
    }

    private static Json node(Step.Node node) {
        Json.Obj step = step(node.step());
        return node.dependsOn().isEmpty() ? step : step.with("dependsOn", node.dependsOn());
    }

    private static void bounded(Json.ObjBuilder out, int atMost, boolean failFast) {
        if (atMost > 0) {
            out.put("atMost", atMost);
        }
        if (!failFast) {
            out.put("failFast", false);
        }
    }

    private static void otherwise(Json.ObjBuilder out, List<Step> otherwise) {
        otherwise.forEach(step -> out.put("otherwise", body(step)));
    }

    private static Json.Arr steps(List<Step> steps) {
        List<Json> all = new ArrayList<>();
        steps.forEach(step -> all.add(step(step)));
        return Json.Arr.of(all);
    }

    private static void options(Json.ObjBuilder out, StepOptions options) {
        text(out, "name", options.name());
        text(out, "as", options.as());
        if (!options.input().equals(StepOptions.PREVIOUS)) {
            out.put("input", options.input());
        }
        if (!options.output().equals(StepOptions.GIVEN)) {
            out.put("output", options.output());
        }
        schema(out, "schema", options.schema());
        policy(out, options.policy());
    }

    private static void policy(Json.ObjBuilder out, Policy policy) {
        time(out, "timeout", policy.timeout());
        if (!policy.retry().equals(StepRetry.NONE)) {
            out.put("retry", retry(policy.retry()));
        }
        switch (policy.onError()) {
            case OnError.Fail fail -> {}
            case OnError.Continue goOn -> out.put("onError", "continue");
            case OnError.Value value -> out.put("onError", Json.object("value", value.value()));
            case OnError.Run run -> out.put("onError", Json.object("do", body(run.step())));
        }
        policy.compensate().forEach(undo -> out.put("compensate", body(undo)));
        if (!policy.budget().equals(Limits.NONE)) {
            out.put("budget", budget(policy.budget()));
        }
        time(out, "deadline", policy.deadline());
        if (policy.priority() != 0) {
            out.put("priority", policy.priority());
        }
        if (!policy.needs().isEmpty()) {
            Json.ObjBuilder needs = Json.object();
            for (Map.Entry<String, Integer> need : policy.needs().entrySet()) {
                needs.put(need.getKey(), need.getValue());
            }
            out.put("needs", needs.build());
        }
    }

    private static Json retry(StepRetry retry) {
        Json.ObjBuilder out = Json.object().put("attempts", retry.attempts());
        time(out, "delay", retry.delay());
        if (retry.backoff() != StepRetry.Backoff.FIXED) {
            out.put("backoff", word(retry.backoff()));
        }
        time(out, "longest", retry.longest());
        if (retry.jitter() != 0) {
            out.put("jitter", BigDecimal.valueOf(retry.jitter()));
        }
        Json.Obj written = out.build();
        return written.size() == 1 ? Json.of(retry.attempts()) : written;
    }

    private static Json.Obj budget(Limits budget) {
        Json.ObjBuilder out = Json.object();
        if (budget.inputTokens() > 0) {
            out.put("inputTokens", budget.inputTokens());
        }
        if (budget.outputTokens() > 0) {
            out.put("outputTokens", budget.outputTokens());
        }
        if (budget.usd().signum() > 0) {
            out.put("usd", budget.usd());
        }
        return out.build();
    }

    private static void text(Json.ObjBuilder out, String name, String value) {
        if (!value.isEmpty()) {
            out.put(name, value);
        }
    }

    private static void time(Json.ObjBuilder out, String name, Duration value) {
        if (!value.isZero()) {
            out.put(name, duration(value));
        }
    }

    private static void schema(Json.ObjBuilder out, String name, JsonSchema schema) {
        if (!schema.equals(JsonSchema.ANY)) {
            out.put(name, schema.json());
        }
    }

    private static String duration(Duration duration) {
        return duration.toString();
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
