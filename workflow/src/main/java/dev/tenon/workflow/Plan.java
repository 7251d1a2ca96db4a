package dev.tenon.workflow;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.json.Json;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A definition, made ready to run: steps in an array, expressions compiled, names looked up. What cannot be run was found by the {@link Checker} before. Immutable and thread-safe.
 */
final class Plan {
    final Definition definition;
    final Registry registry;
    final Node[] nodes;
    final Node root;
    final Mapping output;
    final boolean outputGiven;
    final Map<String, Reducer> reducers;
    final String[] resources;
    final int[] sizes;

    /** After which time what was taken of a rate comes back; zero for pools. */
    final Duration[] periods;

    /** Sets of needs: how much of each resource. */
    final List<int[]> needs;

    final Map<String, Limits> limits;
    final List<Node> deadlined;

    /** What is known of what it gives. */
    final Flow gives;

    private Plan(Compiler compiler, Node root, Flow gives) {
        this.gives = gives;
        this.definition = compiler.definition;
        this.registry = compiler.registry;
        this.nodes = compiler.nodes.toArray(Node[]::new);
        this.root = root;
        this.output = compiler.outputMapping;
        this.outputGiven = definition.output().equals(StepOptions.GIVEN);
        this.reducers = compiler.reducers;
        this.resources = compiler.resources;
        this.sizes = compiler.sizes;
        this.periods = compiler.periods;
        this.needs = List.copyOf(compiler.needs);
        this.limits = compiler.limits;
        this.deadlined = List.copyOf(compiler.deadlined);
    }

    /**
     * The plan of a definition.
     *
     * @param problems what is wrong with it already
     * @throws WorkflowException with all that cannot be run
     */
    static Plan of(Definition definition, Registry registry, Problems problems) {
        Flow gives = Checker.check(definition, registry, problems);
        Registry names = problems.none() ? registry.with(definition, problems) : registry;
        if (!problems.none()) {
            throw new WorkflowException(definition.name(), problems.all());
        }
        Compiler compiler = new Compiler(definition, names);
        return new Plan(compiler, compiler.root(), gives);
    }

    /** Makes one plan. */
    private static final class Compiler {
        final Definition definition;
        final Registry registry;
        final List<Node> nodes = new ArrayList<>();
        final Map<String, Reducer> reducers = new HashMap<>();
        final String[] resources;
        final int[] sizes;
        final Duration[] periods;
        final List<int[]> needs = new ArrayList<>();
        private final Map<String, Integer> resourcesByName = new HashMap<>();
        private final Map<Map<Integer, Integer>, Integer> needsByAmounts = new HashMap<>();
        final Map<String, Limits> limits = new HashMap<>();
        final List<Node> deadlined = new ArrayList<>();
        private final Set<String> keys = new HashSet<>();
        private final Map<String, Expression> expressions = new HashMap<>();
        private final Map<String, Expression> conditions = new HashMap<>();
        Mapping outputMapping = new Mapping.Fixed(Json.NULL);

        Compiler(Definition definition, Registry registry) {
            this.definition = definition;
            this.registry = registry;
            definition.keys().forEach((name, key) -> {
                if (key.reducer() != Reducer.REPLACE) {
                    reducers.put(name, key.reducer());
                }
            });
            this.resources = definition.resources().keySet().toArray(String[]::new);
            this.sizes = new int[resources.length];
            this.periods = new Duration[resources.length];
            for (int i = 0; i < resources.length; i++) {
                resourcesByName.put(resources[i], i);
                Resource resource = definition.resources().get(resources[i]);
                if (resource != null) {
                    sizes[i] = resource.size();
                    periods[i] = resource instanceof Resource.Rate rate ? rate.per() : Duration.ZERO;
                }
            }
        }

        Node root() {
            outputMapping = Mapping.of(definition.output());
            Inherited top = new Inherited(0, NEVER);
            Node root = node(definition.body(), "", "body", "/steps", top);
            root.layered = true;
            root.saga = true;
            return root;
        }

        /** What a step takes over from those around it. */
        private record Inherited(int priority, Duration deadline) {}

        /** Later than any deadline. */
        private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

        // Mapping and expressions

        private Expression expression(String text) {
            return expressions.computeIfAbsent(text, Expression::of);
        }

        private Expression condition(String text) {
            return conditions.computeIfAbsent(text, Expression::condition);
        }

        // Nodes

        private static String segment(Step step, String otherwise) {
            return step.options().name().isEmpty() ? otherwise : step.options().name();
        }

        private Node node(Step written, String above, String segment, String place, Inherited inherited) {
            Step step = effective(written);
            StepOptions options = step.options();
            String own = segment(step, segment);
            String wanted = above.isEmpty() ? own : above + "/" + own;
            String key = keys.add(wanted) ? wanted : wanted + "." + nodes.size();
            keys.add(key);
            Node node = new Node(nodes.size(), step, key, place);
            nodes.add(node);
            Policy policy = options.policy();
            node.priority = policy.priority() != 0 ? policy.priority() : inherited.priority();
            node.deadline = policy.deadline().isZero() || policy.deadline().compareTo(inherited.deadline()) > 0
                    ? inherited.deadline()
                    : policy.deadline();
            if (!policy.deadline().isZero()) {
                deadlined.add(node);
            }
            node.input = options.input().equals(StepOptions.PREVIOUS) ? null : Mapping.of(options.input());
            node.output = options.output().equals(StepOptions.GIVEN) ? null : Mapping.of(options.output());
            node.saga = policy.retry().attempts() > 1 || !(policy.onError() instanceof OnError.Fail);
            node.needs = needs(policy.needs());
            node.momentous =
                    node.input != null && node.input.momentous() || node.output != null && node.output.momentous();
            Inherited below = new Inherited(node.priority, node.deadline);
            node.executor = executor(node, step, place, below);
            node.effect = node.executor.effect();
            node.momentous |= node.executor.momentous();
            if (policy.onError() instanceof OnError.Run run) {
                node.fallback = node(run.step(), key, "else", place + "/onError/do", below);
            }
            if (policy.onError() instanceof OnError.Value value) {
                node.instead = Mapping.of(value.value());
            }
            policy.compensate().forEach(undo -> node.undo = node(undo, key, "undo", place + "/compensate", below));
            node.plain = policy.equals(Policy.NONE) && node.output == null && node.schema == null && !node.momentous;
            return node;
        }

        /** An agent that is data may say what its answer must fit; a step that says so itself goes before. */
        private Step effective(Step step) {
            if (!(step instanceof Step.Agent asked) || !step.options().schema().equals(JsonSchema.ANY)) {
                return step;
            }
            JsonSchema output = registry.output(asked.agent());
            return output.equals(JsonSchema.ANY) ? step : step.schema(output);
        }

        private int needs(Map<String, Integer> wanted) {
            if (wanted.isEmpty()) {
                return -1;
            }
            Map<Integer, Integer> amounts = new TreeMap<>();
            wanted.forEach((name, amount) -> {
                Integer resource = resourcesByName.get(name);
                if (resource != null) {
                    amounts.put(resource, amount);
                }
            });
            return needsByAmounts.computeIfAbsent(amounts, fresh -> {
                int[] each = new int[resources.length];
                amounts.forEach((resource, amount) -> each[resource] = amount);
                needs.add(each);
                return needs.size() - 1;
            });
        }

        private Node[] children(List<Step> steps, Node parent, String place, Inherited below) {
            Node[] children = new Node[steps.size()];
            for (int i = 0; i < children.length; i++) {
                children[i] = node(steps.get(i), parent.key, Integer.toString(i), place + "/" + i, below);
            }
            return children;
        }

        /** The place of a body: an array where it is nothing but a sequence. */
        private Node body(Step step, Node parent, String segment, String place, Inherited below) {
            return node(step, parent.key, segment, place, below);
        }

        private static void branch(Node... nodes) {
            for (Node node : nodes) {
                node.branch = true;
                node.layered = !(node.executor instanceof Executor.Leaf) || !node.plain;
            }
        }

        private Executor executor(Node node, Step step, String place, Inherited below) {
            return switch (step) {
                case Step.Agent agent -> {
                    limits(agent.agent());
                    Mapping session = agent.session().isEmpty() ? null : Mapping.of(Json.of(agent.session()));
                    yield new Executor.AskAgent(agent, session);
                }
                case Step.Tool tool -> {
                    Tool known = registry.tools().get(tool.tool());
                    yield new Executor.UseTool(tool.tool(), known == null ? null : known.spec());
                }
                case Step.Function function -> {
                    yield new Executor.DoWork(WorkflowPerformer.FUNCTION, function.function());
                }
                case Step.Script script -> {
                    yield new Executor.RunScript(script.language(), script.code());
                }
                case Step.Custom custom -> {
                    yield new Executor.DoCustom(custom.step(), Mapping.of(custom.settings()));
                }
                case Step.Transform transform -> new Executor.Compute(expression(transform.expression()));
                case Step.Sequence sequence ->
                    new Sequential(children(sequence.steps(), node, inner(place, step, "sequence"), below));
                case Step.Parallel parallel -> {
                    Node[] branches = children(parallel.branches(), node, place + "/parallel", below);
                    branch(branches);
                    yield new Concurrent(branches, parallel.atMost(), parallel.failFast());
                }
                case Step.When when ->
                    new Conditional(
                            condition(when.condition()),
                            null,
                            Map.of(),
                            body(when.then(), node, "then", place + "/then", below),
                            otherwise(when.otherwise(), node, place, below));
                case Step.Switch choice -> {
                    Map<String, Node> cases = new LinkedHashMap<>();
                    int at = 0;
                    for (Map.Entry<String, Step> one : choice.cases().entrySet()) {
                        cases.put(
                                one.getKey(),
                                body(one.getValue(), node, "case" + at++, place + "/cases/" + one.getKey(), below));
                    }
                    yield new Conditional(
                            null,
                            expression(choice.value()),
                            cases,
                            null,
                            otherwise(choice.otherwise(), node, place, below));
                }
                case Step.Route route -> {
                    limits(route.agent());
                    Map<String, Node> choices = new LinkedHashMap<>();
                    int at = 0;
                    for (Map.Entry<String, Step.Choice> one : route.choices().entrySet()) {
                        choices.put(
                                one.getKey(),
                                body(
                                        one.getValue().step(),
                                        node,
                                        "choice" + at++,
                                        place + "/choices/" + one.getKey() + "/do",
                                        below));
                    }
                    yield new Routing(route, choices);
                }
                case Step.Loop loop -> {
                    yield new Looping(
                            body(loop.body(), node, "do", place + "/loop", below),
                            loop.whileHolds().isEmpty() ? null : condition(loop.whileHolds()),
                            loop.until().isEmpty() ? null : condition(loop.until()),
                            loop.atMost() == 0 ? Integer.MAX_VALUE : loop.atMost(),
                            loop.reason().isEmpty() ? null : loop.reason().intern());
                }
                case Step.ForEach map -> {
                    Node item = body(map.body(), node, "do", place + "/do", below);
                    branch(item);
                    yield new FanOut(
                            expression(map.items()),
                            item,
                            map.atMost(),
                            map.failFast(),
                            map.reduce().isEmpty() ? null : map.reduce().getFirst());
                }
                case Step.Graph graph -> graph(node, graph, place, below);
                case Step.SubWorkflow sub -> {
                    yield new Executor.RunWorkflow(sub.workflow());
                }
                case Step.Wait wait ->
                    switch (wait.waitFor()) {
                        case Step.Wait.Event.Elapsed elapsed -> new Executor.Pause(elapsed.duration(), null);
                        case Step.Wait.Event.Time time ->
                            new Executor.Pause(Duration.ZERO, Mapping.of(Json.of(time.time())));
                        case Step.Wait.Event.Signal signal -> new Executor.Await(signal.name());
                    };
                case Step.Approval approval ->
                    new Executor.Approve(
                            Mapping.of(Json.of(approval.question())),
                            otherwise(approval.otherwise(), node, place, below));
                case Step.Ask ask -> new Executor.AskPerson(Mapping.of(Json.of(ask.question())));
                case Step.Handoff handoff -> {
                    handoff.agents().forEach(agent -> limits(agent));
                    yield new Delegating(handoff);
                }
                case Step.Supervisor supervisor -> {
                    limits(supervisor.supervisor());
                    supervisor.agents().forEach(agent -> limits(agent));
                    yield new Delegating(supervisor);
                }
            };
        }

        private static String inner(String place, Step step, String member) {
            return step.options().equals(StepOptions.NONE) ? place : place + "/" + member;
        }

        private @Nullable Node otherwise(List<Step> otherwise, Node node, String place, Inherited below) {
            return otherwise.isEmpty()
                    ? null
                    : body(otherwise.getFirst(), node, "otherwise", place + "/otherwise", below);
        }

        private void limits(String agent) {
            Agent known = registry.agents().get(agent);
            if (known != null) {
                limits.computeIfAbsent(agent, key -> known.binding().limits(RunRequest.of("")));
            }
        }

        private Executor graph(Node node, Step.Graph graph, String place, Inherited below) {
            List<Step> steps = graph.nodes().stream().map(Step.Node::step).toList();
            Node[] children = children(steps, node, place + "/graph", below);
            branch(children);
            Map<String, Integer> byName = new HashMap<>();
            for (int i = 0; i < children.length; i++) {
                String name = steps.get(i).options().name();
                byName.put(name, i);
            }
            int[][] dependsOn = new int[children.length][];
            for (int i = 0; i < children.length; i++) {
                Set<Integer> on = new LinkedHashSet<>();
                for (String name : graph.nodes().get(i).dependsOn()) {
                    Integer other = byName.get(name);
                    if (other != null) {
                        on.add(other);
                    }
                }
                dependsOn[i] = on.stream().mapToInt(Integer::intValue).sorted().toArray();
            }
            int[] order = Graphs.order(dependsOn);
            return new GraphRun(children, dependsOn, order, graph.atMost(), graph.failFast());
        }
    }
}
