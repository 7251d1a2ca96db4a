package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.provider.ModelSettings;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Definitions as Java, in the words of {@link WorkflowBuilder} and {@link Step}, without what is as it would be anyway. */
final class JavaWriter {
    private JavaWriter() {}

    static String definition(Definition definition) {
        return definition(definition, "");
    }

    private static String definition(Definition definition, String indent) {
        String deeper = indent + "        ";
        StringBuilder out = new StringBuilder("Workflow.named(" + text(definition.name()) + ")");
        String next = "\n" + deeper + ".";
        text(out, next + "version", definition.version());
        text(out, next + "description", definition.description());
        if (!definition.input().equals(JsonSchema.ANY)) {
            out.append(next).append("input(").append(schema(definition.input())).append(')');
        }
        if (!definition.output().equals(StepOptions.GIVEN)) {
            out.append(next)
                    .append("output(")
                    .append(mapping(definition.output()))
                    .append(')');
        }
        definition.keys().forEach((name, key) -> out.append(next).append("key(" + text(name) + ", " + key(key) + ")"));
        definition
                .resources()
                .forEach((name, resource) ->
                        out.append(next).append("resource(" + text(name) + ", " + resource(resource) + ")"));
        definition
                .agents()
                .forEach((name, agent) -> out.append(next)
                        .append("agent(" + text(name) + ", " + agent(agent, deeper + "        ") + ")"));
        definition.workflows().forEach(other -> out.append(next).append("workflow(" + definition(other, deeper) + ")"));
        if (definition.atMost() != Definition.DEFAULT_AT_MOST) {
            out.append(next).append("atMost(").append(definition.atMost()).append(')');
        }
        return out.append(next)
                .append("define(")
                .append(step(definition.body(), deeper))
                .append(')')
                .toString();
    }

    private static String key(StateKey key) {
        return "new StateKey(" + schema(key.schema()) + ", Reducer."
                + key.reducer().name() + ", List.of("
                + String.join("", key.initial().stream().map(JavaWriter::json).toList()) + "))";
    }

    private static String resource(Resource resource) {
        return switch (resource) {
            case Resource.Pool pool -> "new Resource.Pool(" + pool.size() + ")";
            case Resource.Rate rate -> "new Resource.Rate(" + rate.size() + ", " + duration(rate.per()) + ")";
        };
    }

    private static String agent(AgentDefinition agent, String indent) {
        String next = "\n" + indent + ".";
        StringBuilder out =
                new StringBuilder("AgentDefinition.of(" + text(agent.provider()) + ", " + text(agent.model()) + ")");
        text(out, next + "instructions", agent.instructions());
        if (!agent.tools().isEmpty()) {
            out.append(next).append("tools(").append(texts(agent.tools())).append(')');
        }
        if (!agent.output().equals(JsonSchema.ANY)) {
            out.append(next).append("output(").append(schema(agent.output())).append(')');
        }
        if (!agent.settings().equals(ModelSettings.NONE)) {
            out.append(next).append("settings(ModelSettings.NONE");
            agent.settings()
                    .extra()
                    .forEach((name, value) -> out.append(".with(" + text(name) + ", " + json(value) + ")"));
            out.append(')');
        }
        if (!agent.limits().equals(Limits.DEFAULT)) {
            out.append(next).append("limits(").append(limits(agent.limits())).append(')');
        }
        return out.toString();
    }

    private static String limits(Limits limits) {
        return "new Limits(" + limits.steps() + ", " + limits.toolCalls() + ", " + limits.inputTokens() + "L, "
                + limits.outputTokens() + "L, new BigDecimal("
                + text(limits.usd().toString()) + "), "
                + duration(limits.wallTime()) + ")";
    }

    // Steps

    private static String step(Step step, String indent) {
        return step(step, indent, true);
    }

    private static String step(Step step, String indent, boolean named) {
        StringBuilder out = new StringBuilder("Step.");
        kind(out, step, indent);
        options(out, step.options(), indent, named);
        return out.toString();
    }

    private static void kind(StringBuilder out, Step step, String indent) {
        switch (step) {
            case Step.Agent agent -> {
                out.append("agent(").append(text(agent.agent())).append(')');
                text(out, ".session", agent.session());
            }
            case Step.Tool tool -> out.append("tool(").append(text(tool.tool())).append(')');
            case Step.Function function ->
                out.append("function(").append(text(function.function())).append(')');
            case Step.Script script ->
                out.append("script(")
                        .append(texts(List.of(script.language(), script.code())))
                        .append(')');
            case Step.Transform transform ->
                out.append("transform(").append(text(transform.expression())).append(')');
            case Step.Sequence sequence ->
                out.append("sequence(").append(steps(sequence.steps(), indent)).append(')');
            case Step.Parallel parallel -> {
                out.append("parallel(")
                        .append(steps(parallel.branches(), indent))
                        .append(')');
                bounded(out, parallel.atMost(), parallel.failFast());
            }
            case Step.When when -> {
                out.append("when(").append(text(when.condition())).append(", ");
                out.append(body(when.then(), indent)).append(')');
                otherwise(out, when.otherwise(), indent);
            }
            case Step.Switch choice -> {
                out.append("choose(").append(text(choice.value())).append(')');
                choice.cases()
                        .forEach((is, then) -> out.append(
                                next(indent) + "on(" + text(is) + ", " + body(then, indent + "        ") + ")"));
                otherwise(out, choice.otherwise(), indent);
            }
            case Step.Route route -> {
                out.append("route(").append(text(route.agent())).append(')');
                route.choices()
                        .forEach((name, choice) -> out.append(next(indent) + "choice("
                                + texts(List.of(name, choice.description())) + ", "
                                + body(choice.step(), indent + "        ") + ")"));
            }
            case Step.Loop loop -> {
                out.append("loop(").append(body(loop.body(), indent)).append(')');
                text(out, ".whileHolds", loop.whileHolds());
                text(out, ".until", loop.until());
                bounded(out, loop.atMost(), true);
                text(out, ".reason", loop.reason());
            }
            case Step.ForEach map -> {
                out.append("map(").append(text(map.items())).append(", ");
                out.append(body(map.body(), indent)).append(')');
                bounded(out, map.atMost(), map.failFast());
                map.reduce().forEach(reducer -> out.append(".reduce(Reducer." + reducer.name() + ")"));
            }
            case Step.Graph graph -> {
                List<String> nodes = new ArrayList<>();
                graph.nodes().forEach(node -> nodes.add(node(node, indent)));
                out.append("graph(").append(lines(nodes, indent)).append(')');
                bounded(out, graph.atMost(), graph.failFast());
            }
            case Step.SubWorkflow sub ->
                out.append("workflow(").append(text(sub.workflow())).append(')');
            case Step.Wait wait -> out.append(wait(wait.waitFor()));
            case Step.Approval approval -> {
                out.append("approval(").append(text(approval.question())).append(')');
                otherwise(out, approval.otherwise(), indent);
            }
            case Step.Ask ask -> out.append("ask(").append(text(ask.question())).append(')');
            case Step.Handoff handoff -> {
                out.append("handoff(").append(texts(handoff.agents())).append(')');
                bounded(out, handoff.atMost() == Step.Handoff.DEFAULT_AT_MOST ? 0 : handoff.atMost(), true);
            }
            case Step.Supervisor supervisor -> {
                List<String> all = new ArrayList<>(List.of(supervisor.supervisor()));
                all.addAll(supervisor.agents());
                out.append("supervisor(").append(texts(all)).append(')');
                bounded(out, supervisor.atMost() == Step.Supervisor.DEFAULT_AT_MOST ? 0 : supervisor.atMost(), true);
            }
            case Step.Custom custom ->
                out.append("custom(" + text(custom.step()) + ", " + json(custom.settings()) + ".asObj())");
        }
    }

    private static String wait(Step.Wait.Event event) {
        return switch (event) {
            case Step.Wait.Event.Elapsed elapsed -> "sleep(" + duration(elapsed.duration()) + ")";
            case Step.Wait.Event.Time time -> "sleepUntil(" + text(time.time()) + ")";
            case Step.Wait.Event.Signal signal -> "awaitSignal(" + text(signal.name()) + ")";
        };
    }

    private static String node(Step.Node node, String indent) {
        String name = node.step().options().name();
        String deeper = indent + "        ";
        if (name.isEmpty()) {
            return "new Step.Node(" + step(node.step(), deeper) + ", List.of(" + texts(node.dependsOn()) + "))";
        }
        return "Step.Node.of(" + text(name) + ", " + step(node.step(), deeper, false)
                + (node.dependsOn().isEmpty() ? "" : ", " + texts(node.dependsOn())) + ")";
    }

    /** Steps as the arguments of a method that makes a sequence of several. */
    private static String body(Step step, String indent) {
        return step instanceof Step.Sequence sequence
                        && Steps.bare(sequence)
                        && sequence.steps().size() > 1
                ? steps(sequence.steps(), indent)
                : step(step, indent + "        ");
    }

    private static String steps(List<Step> steps, String indent) {
        return lines(steps.stream().map(step -> step(step, indent + "        ")).toList(), indent);
    }

    private static String lines(List<String> arguments, String indent) {
        return arguments.isEmpty()
                ? ""
                : "\n" + indent + "        " + String.join(",\n" + indent + "        ", arguments);
    }

    private static String next(String indent) {
        return "\n" + indent + "        .";
    }

    private static void otherwise(StringBuilder out, List<Step> otherwise, String indent) {
        otherwise.forEach(step -> out.append(next(indent) + "otherwise(" + body(step, indent + "        ") + ")"));
    }

    private static void bounded(StringBuilder out, int atMost, boolean failFast) {
        if (atMost > 0) {
            out.append(".atMost(").append(atMost).append(')');
        }
        if (!failFast) {
            out.append(".collect()");
        }
    }

    private static void options(StringBuilder out, StepOptions options, String indent, boolean named) {
        if (named) {
            text(out, ".named", options.name());
        }
        text(out, ".as", options.as());
        if (!options.input().equals(StepOptions.PREVIOUS)) {
            out.append(".input(").append(mapping(options.input())).append(')');
        }
        if (!options.output().equals(StepOptions.GIVEN)) {
            out.append(".output(").append(mapping(options.output())).append(')');
        }
        if (!options.schema().equals(JsonSchema.ANY)) {
            out.append(".schema(").append(schema(options.schema())).append(')');
        }
        policy(out, options.policy(), indent);
    }

    private static void policy(StringBuilder out, Policy policy, String indent) {
        time(out, ".timeout", policy.timeout());
        if (!policy.retry().equals(StepRetry.NONE)) {
            out.append(".retry(").append(retry(policy.retry())).append(')');
        }
        switch (policy.onError()) {
            case OnError.Fail fail -> {}
            case OnError.Continue goOn -> out.append(".onError(OnError.CONTINUE)");
            case OnError.Value value ->
                out.append(".orElseGive(").append(mapping(value.value())).append(')');
            case OnError.Run run -> out.append(next(indent) + "orElse(" + body(run.step(), indent + "        ") + ")");
        }
        policy.compensate()
                .forEach(undo -> out.append(next(indent) + "compensate(" + body(undo, indent + "        ") + ")"));
        if (!policy.budget().equals(Limits.NONE)) {
            out.append(".budget(").append(limits(policy.budget())).append(')');
        }
        time(out, ".deadline", policy.deadline());
        if (policy.priority() != 0) {
            out.append(".priority(").append(policy.priority()).append(')');
        }
        policy.needs().forEach((name, amount) -> out.append(".needs(" + text(name) + ", " + amount + ")"));
    }

    private static String retry(StepRetry retry) {
        return retry.equals(StepRetry.attempts(retry.attempts()))
                ? Integer.toString(retry.attempts())
                : "new StepRetry(" + retry.attempts() + ", " + duration(retry.delay()) + ", StepRetry.Backoff."
                        + retry.backoff().name() + ", " + duration(retry.longest()) + ", " + retry.jitter() + ")";
    }

    // Values

    private static void text(StringBuilder out, String method, String value) {
        if (!value.isEmpty()) {
            out.append(method).append('(').append(text(value)).append(')');
        }
    }

    private static void time(StringBuilder out, String method, Duration value) {
        if (!value.isZero()) {
            out.append(method).append('(').append(duration(value)).append(')');
        }
    }

    private static String duration(Duration duration) {
        return duration.isZero() ? "Duration.ZERO" : "Duration.parse(" + text(duration.toString()) + ")";
    }

    private static String schema(JsonSchema schema) {
        return schema.equals(JsonSchema.ANY)
                ? "JsonSchema.ANY"
                : "JsonSchema.parse(" + text(schema.json().toString()) + ")";
    }

    private static String mapping(Json value) {
        return value instanceof Json.Str text ? text(text.value()) : json(value);
    }

    private static String json(Json value) {
        return "Json.parse(" + text(value.toString()) + ")";
    }

    private static String texts(List<String> values) {
        return String.join(", ", values.stream().map(JavaWriter::text).toList());
    }

    /** A literal of plain ASCII, so that it means the same in a file of any encoding. */
    private static String text(String value) {
        StringBuilder literal = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> literal.append("\\\"");
                case '\\' -> literal.append("\\\\");
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\t' -> literal.append("\\t");
                default -> {
                    if (c >= ' ' && c <= '~') {
                        literal.append(c);
                    } else {
                        literal.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        return literal.append('"').toString();
    }
}
