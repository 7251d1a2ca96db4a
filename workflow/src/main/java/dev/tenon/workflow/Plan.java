package dev.tenon.workflow;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.run.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A definition, made ready to run: steps in an array, expressions compiled, names looked up. What cannot be run is found here, all of it at once. Immutable and thread-safe.
 */
final class Plan {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,99}");

    final Definition definition;
    final Registry registry;
    final Node[] nodes;
    final Node root;
    final Mapping output;
    final boolean outputGiven;
    final Map<String, Reducer> reducers;
    final String[] resources;
    final int[] sizes;

    /** Nanoseconds after which a rate's unit comes back; 0 for pools. */
    final long[] periods;

    /** Sets of needs: how much of each resource. */
    final List<int[]> needs;

    final Map<String, Limits> limits;
    final List<Node> deadlined;

    private Plan(Compiler compiler, Node root) {
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

    /** @throws WorkflowException with all that cannot be run */
    static Plan of(Definition definition, Registry registry) {
        Compiler compiler = new Compiler(definition, registry);
        Node root = compiler.root();
        if (!compiler.problems.isEmpty()) {
            throw new WorkflowException(definition.name(), compiler.problems);
        }
        return new Plan(compiler, root);
    }

    /** Makes one plan. */
    private static final class Compiler {
        final Definition definition;
        final Registry registry;
        final List<Node> nodes = new ArrayList<>();
        final List<Problem> problems = new ArrayList<>();
        final Map<String, Reducer> reducers = new HashMap<>();
        final String[] resources;
        final int[] sizes;
        final long[] periods;
        final List<int[]> needs = new ArrayList<>();
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
            this.periods = new long[resources.length];
            for (int i = 0; i < resources.length; i++) {
                Resource resource = definition.resources().get(resources[i]);
                if (resource != null) {
                    sizes[i] = resource.size();
                    periods[i] =
                            resource instanceof Resource.Rate rate ? rate.per().toNanos() : 0;
                }
            }
        }

        Node root() {
            outputMapping = mapping(definition.output(), "/output");
            Inherited top = new Inherited(0, Long.MAX_VALUE, false, false);
            Node root = node(definition.body(), "", "body", "/steps", top);
            root.layered = true;
            root.saga = true;
            return root;
        }

        /** What a step takes over from those around it. */
        private record Inherited(int priority, long deadline, boolean repeated, boolean needing) {}

        // Mapping and expressions

        private void wrong(String rule, String place, String message, String hint) {
            problems.add(new Problem(rule, place, message, hint));
        }

        private Mapping mapping(Json shape, String place) {
            try {
                return Mapping.of(shape);
            } catch (TenonException e) {
                wrong("expression.syntax", place, String.valueOf(e.getMessage()), "");
                return new Mapping.Fixed(Json.NULL);
            }
        }

        private Expression expression(String text, String place) {
            Expression known = expressions.get(text);
            if (known != null) {
                return known;
            }
            try {
                Expression made = Expression.of(text);
                expressions.put(text, made);
                return made;
            } catch (TenonException e) {
                wrong("expression.syntax", place, String.valueOf(e.getMessage()), "");
                return new Expression.Never();
            }
        }

        private Expression condition(String text, String place) {
            Expression known = conditions.get(text);
            if (known != null) {
                return known;
            }
            try {
                Expression made = Expression.condition(text);
                conditions.put(text, made);
                return made;
            } catch (TenonException e) {
                wrong("expression.syntax", place, String.valueOf(e.getMessage()), "");
                return new Expression.Never();
            }
        }

        // Nodes

        private static String segment(Step step, String otherwise) {
            return step.options().name().isEmpty() ? otherwise : step.options().name();
        }

        private Node node(Step step, String above, String segment, String place, Inherited inherited) {
            StepOptions options = step.options();
            String own = segment(step, segment);
            if (!options.name().isEmpty() && !NAME.matcher(options.name()).matches()) {
                wrong(
                        "name.syntax",
                        place + "/name",
                        "a step's name is a letter and then letters, digits, '_', '.' or '-', at most 100; got \""
                                + options.name() + "\"",
                        "");
            }
            String wanted = above.isEmpty() ? own : above + "/" + own;
            String key = keys.add(wanted) ? wanted : wanted + "." + nodes.size();
            keys.add(key);
            Node node = new Node(nodes.size(), step, key, place);
            nodes.add(node);
            Policy policy = options.policy();
            node.priority = policy.priority() != 0 ? policy.priority() : inherited.priority();
            node.deadline = policy.deadline().isZero()
                    ? inherited.deadline()
                    : Math.min(policy.deadline().toNanos(), inherited.deadline());
            if (!policy.deadline().isZero()) {
                deadlined.add(node);
            }
            node.input =
                    options.input().equals(StepOptions.PREVIOUS) ? null : mapping(options.input(), place + "/input");
            node.output =
                    options.output().equals(StepOptions.GIVEN) ? null : mapping(options.output(), place + "/output");
            node.saga = policy.retry().attempts() > 1 || !(policy.onError() instanceof OnError.Fail);
            node.needs = needs(policy.needs(), place, inherited.needing());
            node.momentous =
                    node.input != null && node.input.momentous() || node.output != null && node.output.momentous();
            Inherited below = new Inherited(
                    node.priority,
                    node.deadline,
                    inherited.repeated(),
                    inherited.needing() || !policy.needs().isEmpty());
            node.executor = executor(node, step, place, below);
            node.effect = node.executor.effect();
            node.momentous |= node.executor.momentous();
            if (policy.onError() instanceof OnError.Run run) {
                node.fallback = node(run.step(), key, "else", place + "/onError/do", below);
            }
            if (policy.onError() instanceof OnError.Value value) {
                node.instead = mapping(value.value(), place + "/onError/value");
            }
            policy.compensate().forEach(undo -> node.undo = node(undo, key, "undo", place + "/compensate", below));
            node.plain = policy.equals(Policy.NONE) && node.output == null && node.schema == null && !node.momentous;
            return node;
        }

        private int needs(Map<String, Integer> wanted, String place, boolean within) {
            if (wanted.isEmpty()) {
                return -1;
            }
            if (within) {
                wrong(
                        "resource.nested",
                        place + "/needs",
                        "a step that needs something is part of one that needs something",
                        "say it at one of them: two steps that each hold what the other needs would wait forever");
            }
            int[] amounts = new int[resources.length];
            wanted.forEach((name, amount) -> {
                int at = Arrays.asList(resources).indexOf(name);
                if (at < 0) {
                    wrong(
                            "resource.unknown",
                            place + "/needs",
                            "there is no resource \"" + name + "\"",
                            "known are " + known(Arrays.asList(resources)));
                } else if (amount > sizes[at]) {
                    wrong(
                            "resource.too_much",
                            place + "/needs",
                            "it needs " + amount + " of \"" + name + "\", and there are " + sizes[at],
                            "");
                } else {
                    amounts[at] = amount;
                }
            });
            for (int i = 0; i < needs.size(); i++) {
                if (Arrays.equals(needs.get(i), amounts)) {
                    return i;
                }
            }
            needs.add(amounts);
            return needs.size() - 1;
        }

        private static String known(Iterable<String> names) {
            String all = String.join(", ", names);
            return all.isEmpty() ? "none" : all;
        }

        private Node[] children(List<Step> steps, Node parent, String place, Inherited below) {
            Node[] children = new Node[steps.size()];
            Set<String> names = new HashSet<>();
            for (int i = 0; i < children.length; i++) {
                children[i] = node(steps.get(i), parent.key, Integer.toString(i), place + "/" + i, below);
                String name = steps.get(i).options().name();
                if (!name.isEmpty() && !names.add(name)) {
                    wrong("name.twice", place + "/" + i + "/name", "two steps here are named \"" + name + "\"", "");
                }
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
                    agentNamed(agent.agent(), place + "/agent");
                    Mapping session =
                            agent.session().isEmpty() ? null : mapping(Json.of(agent.session()), place + "/session");
                    yield new Executor.AskAgent(agent, session);
                }
                case Step.Tool tool -> {
                    named("tool", tool.tool(), registry.tools(), place + "/tool");
                    yield new Executor.UseTool(tool.tool());
                }
                case Step.Function function -> {
                    named("function", function.function(), registry.functions(), place + "/function");
                    yield new Executor.DoWork(WorkflowPerformer.FUNCTION, function.function());
                }
                case Step.Script script -> {
                    named("script language", script.language(), registry.scripts(), place + "/script");
                    yield new Executor.RunScript(script.language(), script.code());
                }
                case Step.Custom custom -> {
                    named("step type", custom.step(), registry.types(), place + "/step");
                    yield new Executor.DoCustom(custom.step(), mapping(custom.settings(), place + "/with"));
                }
                case Step.Transform transform ->
                    new Executor.Compute(expression(transform.expression(), place + "/transform"));
                case Step.Sequence sequence ->
                    new Sequential(children(sequence.steps(), node, inner(place, step, "sequence"), below));
                case Step.Parallel parallel -> {
                    Node[] branches = children(parallel.branches(), node, place + "/parallel", below);
                    branch(branches);
                    conflicts(branches, place + "/parallel");
                    yield new Concurrent(branches, parallel.atMost(), parallel.failFast());
                }
                case Step.When when ->
                    new Conditional(
                            condition(when.condition(), place + "/when"),
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
                            expression(choice.value(), place + "/switch"),
                            cases,
                            null,
                            otherwise(choice.otherwise(), node, place, below));
                }
                case Step.Route route -> {
                    agentNamed(route.agent(), place + "/route");
                    Map<String, Node> choices = new LinkedHashMap<>();
                    if (route.choices().isEmpty()) {
                        wrong("route.empty", place + "/choices", "there is nothing to choose from", "");
                    }
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
                    boolean endless = loop.atMost() == 0
                            && loop.whileHolds().isEmpty()
                            && loop.until().isEmpty();
                    if (endless) {
                        wrong("loop.endless", place, "nothing ends this loop", "give it while, until or atMost");
                    }
                    yield new Looping(
                            body(loop.body(), node, "do", place + "/loop", below),
                            loop.whileHolds().isEmpty() ? null : condition(loop.whileHolds(), place + "/while"),
                            loop.until().isEmpty() ? null : condition(loop.until(), place + "/until"),
                            loop.atMost() == 0 ? Integer.MAX_VALUE : loop.atMost(),
                            loop.reason().isEmpty() ? null : loop.reason().intern());
                }
                case Step.ForEach map -> {
                    Node item = body(map.body(), node, "do", place + "/do", below);
                    branch(item);
                    yield new FanOut(
                            expression(map.items(), place + "/map"),
                            item,
                            map.atMost(),
                            map.failFast(),
                            map.reduce().isEmpty() ? null : map.reduce().getFirst());
                }
                case Step.Graph graph -> graph(node, graph, place, below);
                case Step.SubWorkflow sub -> {
                    named("workflow", sub.workflow(), registry.workflows(), place + "/workflow");
                    yield new Executor.RunWorkflow(sub.workflow());
                }
                case Step.Wait wait ->
                    switch (wait.waitFor()) {
                        case Step.Wait.Event.Elapsed elapsed -> new Executor.Pause(elapsed.duration(), null);
                        case Step.Wait.Event.Time time ->
                            new Executor.Pause(
                                    java.time.Duration.ZERO, mapping(Json.of(time.time()), place + "/wait/until"));
                        case Step.Wait.Event.Signal signal -> new Executor.Await(signal.name());
                    };
                case Step.Approval approval ->
                    new Executor.Approve(
                            mapping(Json.of(approval.question()), place + "/approval"),
                            otherwise(approval.otherwise(), node, place, below));
                case Step.Ask ask -> new Executor.AskPerson(mapping(Json.of(ask.question()), place + "/ask"));
                case Step.Handoff handoff -> {
                    if (handoff.agents().isEmpty()) {
                        wrong("handoff.empty", place + "/handoff", "there is no agent", "");
                    }
                    handoff.agents().forEach(agent -> agentNamed(agent, place + "/handoff"));
                    yield new Delegating(handoff);
                }
                case Step.Supervisor supervisor -> {
                    agentNamed(supervisor.supervisor(), place + "/supervisor");
                    if (supervisor.agents().isEmpty()) {
                        wrong("supervisor.empty", place + "/agents", "there is no agent to pick", "");
                    }
                    supervisor.agents().forEach(agent -> agentNamed(agent, place + "/agents"));
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

        private void named(String what, String name, Map<String, ?> among, String place) {
            if (!among.containsKey(name)) {
                wrong(
                        "name.unknown",
                        place,
                        "there is no " + what + " \"" + name + "\"",
                        "known are " + known(among.keySet()));
            }
        }

        private void agentNamed(String name, String place) {
            named("agent", name, registry.agents(), place);
            Agent agent = registry.agents().get(name);
            if (agent != null) {
                limits.computeIfAbsent(name, key -> agent.binding().limits(RunRequest.of("")));
            }
        }

        private Executor graph(Node node, Step.Graph graph, String place, Inherited below) {
            List<Step> steps = graph.nodes().stream().map(Step.Node::step).toList();
            Node[] children = children(steps, node, place + "/graph", below);
            branch(children);
            Map<String, Integer> byName = new HashMap<>();
            for (int i = 0; i < children.length; i++) {
                String name = steps.get(i).options().name();
                if (name.isEmpty()) {
                    wrong("graph.nameless", place + "/graph/" + i, "a step of a graph needs a name", "");
                } else {
                    byName.putIfAbsent(name, i);
                }
            }
            int[][] dependsOn = new int[children.length][];
            for (int i = 0; i < children.length; i++) {
                Set<Integer> on = new LinkedHashSet<>();
                for (String name : graph.nodes().get(i).dependsOn()) {
                    Integer other = byName.get(name);
                    if (other == null) {
                        wrong(
                                "graph.unknown",
                                place + "/graph/" + i + "/dependsOn",
                                "there is no step \"" + name + "\" in this graph",
                                "");
                    } else {
                        on.add(other);
                    }
                }
                dependsOn[i] = on.stream().mapToInt(Integer::intValue).sorted().toArray();
            }
            int[] order = Graphs.order(dependsOn);
            if (order.length < children.length) {
                List<String> circle = Graphs.circle(dependsOn).stream()
                        .map(at -> steps.get(at).options().name())
                        .toList();
                wrong(
                        "graph.cycle",
                        place + "/graph",
                        "steps depend on one another in a circle: " + String.join(" -> ", circle),
                        "");
                return Executor.NOTHING;
            }
            graphConflicts(children, dependsOn, place);
            return new GraphRun(children, dependsOn, order, graph.atMost(), graph.failFast());
        }

        // Who writes what

        private void writes(Node node, Set<String> keys) {
            if (node.as != null) {
                keys.add(node.as);
            }
            node.executor.parts(part -> writes(part, keys));
            if (node.executor instanceof Looping loop && loop.reason() != null) {
                keys.add(loop.reason());
            }
            if (node.fallback != null) {
                writes(node.fallback, keys);
            }
        }

        private void conflicts(Node[] branches, String place) {
            Map<String, Integer> writers = new HashMap<>();
            for (int i = 0; i < branches.length; i++) {
                Set<String> keys = new LinkedHashSet<>();
                writes(branches[i], keys);
                for (String key : keys) {
                    Integer other = writers.putIfAbsent(key, i);
                    if (other != null && !reducers.containsKey(key)) {
                        twice(place + "/" + i, key, Integer.toString(other), Integer.toString(i));
                    }
                }
            }
        }

        private void twice(String place, String key, String one, String other) {
            wrong(
                    "state.conflict",
                    place,
                    "steps " + one + " and " + other + " run at once and both write \"" + key + "\"",
                    "give the key a reducer, or one of them another key");
        }

        private void graphConflicts(Node[] children, int[][] dependsOn, String place) {
            Map<String, List<Integer>> writers = new LinkedHashMap<>();
            for (int i = 0; i < children.length; i++) {
                Set<String> keys = new LinkedHashSet<>();
                writes(children[i], keys);
                for (String key : keys) {
                    writers.computeIfAbsent(key, name -> new ArrayList<>()).add(i);
                }
            }
            writers.forEach((key, all) -> {
                if (all.size() > 1 && !reducers.containsKey(key)) {
                    for (int i = 1; i < all.size(); i++) {
                        for (int j = 0; j < i; j++) {
                            int one = all.get(j);
                            int other = all.get(i);
                            if (!Graphs.reaches(dependsOn, one, other) && !Graphs.reaches(dependsOn, other, one)) {
                                twice(
                                        place + "/graph/" + other,
                                        key,
                                        children[one].step.options().name(),
                                        children[other].step.options().name());
                                return;
                            }
                        }
                    }
                }
            });
        }
    }
}
