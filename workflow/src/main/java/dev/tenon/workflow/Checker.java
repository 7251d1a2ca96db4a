package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Shape;
import dev.tenon.tool.NearNames;
import dev.tenon.tool.Tool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a definition against what its names mean, without running anything: every {@link Rule} but those of the structure. The steps are gone through in the order in which they would run, with what is
 * known of the state and of what each step gives. Nothing is told that might be right: of what is not known (an input without a schema, the output of a function that does not say it) nothing is said. Linear in
 * steps. Not thread-safe.
 */
final class Checker {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,99}");
    /** Variables that are the same each time a loop goes round. */
    private static final Set<String> STEADY = Set.of("input", "item", "index");

    private final Definition definition;
    private final Names names;
    private final Problems problems;
    private final String root;
    private final Flow input;

    /** Keys that any step writes, and where. */
    private final Map<String, String> written = new LinkedHashMap<>();

    private final Expressions expressions;
    private boolean undoing;

    /**
     * What names mean here: those of the registry, and those of the definition and of what it is in.
     *
     * @param within the names of the workflows that it is in
     * @param outputs what is known of what workflows of definitions give, by the definition itself and not by what it says
     * @param depths how deep those run others
     */
    private record Names(
            Registry registry,
            Map<String, AgentDefinition> agents,
            Map<String, Definition> workflows,
            Set<String> allAgents,
            Set<String> allWorkflows,
            List<String> within,
            Map<Definition, Flow> outputs,
            Map<Definition, Integer> depths) {
        /** Those of the registry. */
        Names(Registry registry) {
            this(
                    registry,
                    Map.of(),
                    Map.of(),
                    registry.agents().keySet(),
                    registry.workflows().keySet(),
                    List.of(),
                    new IdentityHashMap<>(),
                    new IdentityHashMap<>());
        }

        /** Those, and what a definition adds. Without a copy of what it adds nothing to: it may be one of thousands. */
        Names in(Definition definition) {
            Map<String, AgentDefinition> moreAgents = agents;
            Set<String> moreAgentNames = allAgents;
            if (!definition.agents().isEmpty()) {
                moreAgents = new LinkedHashMap<>(agents);
                moreAgents.putAll(definition.agents());
                moreAgentNames = joined(registry.agents().keySet(), moreAgents.keySet());
            }
            Map<String, Definition> moreWorkflows = workflows;
            Set<String> moreWorkflowNames = allWorkflows;
            if (!definition.workflows().isEmpty()) {
                moreWorkflows = new LinkedHashMap<>(workflows);
                for (Definition other : definition.workflows()) {
                    moreWorkflows.put(other.name(), other);
                }
                moreWorkflowNames = joined(registry.workflows().keySet(), moreWorkflows.keySet());
            }
            List<String> inside = new ArrayList<>(within);
            inside.add(definition.name());
            return new Names(
                    registry, moreAgents, moreWorkflows, moreAgentNames, moreWorkflowNames, inside, outputs, depths);
        }

        /** How deep a workflow runs others; of one that runs itself, which is told elsewhere, nothing is known. */
        int below(String workflow) {
            Definition local = workflows.get(workflow);
            return local != null
                    ? depths.getOrDefault(local, 0)
                    : DefinedWorkflow.below(registry.workflows().get(workflow));
        }

        /** What is known of what a workflow gives; of one that runs itself, which is told elsewhere, nothing. */
        Flow outputOf(String workflow) {
            Definition local = workflows.get(workflow);
            return local != null
                    ? outputs.getOrDefault(local, Flow.UNKNOWN)
                    : registry.workflows().get(workflow) instanceof DefinedWorkflow own ? own.gives() : Flow.UNKNOWN;
        }

        private static Set<String> joined(Collection<String> some, Collection<String> others) {
            Set<String> all = new LinkedHashSet<>(some);
            all.addAll(others);
            return all;
        }

        @Nullable
        JsonSchema inputOf(String workflow) {
            Definition local = workflows.get(workflow);
            Workflow known = registry.workflows().get(workflow);
            return local != null
                    ? local.input()
                    : known != null ? known.definition().input() : null;
        }
    }

    private Checker(Definition definition, Names names, String root, Problems problems) {
        this.definition = definition;
        this.names = names;
        this.root = root;
        this.problems = problems;
        this.input = Flow.of(definition.input());
        // What could not be read may have been what names a key.
        boolean open = input.names().isEmpty() || !problems.none();
        this.expressions = new Expressions(input, open, written, problems);
    }

    /** Notes all that is wrong, and says what is known of what it gives. */
    static Flow check(Definition definition, Registry registry, Problems problems) {
        Names none = new Names(registry);
        outputs(definition, none.in(definition));
        return check(definition, none, "", problems);
    }

    /** Finds out what the workflows in a definition give, and how deep they go, each after those that it runs. What is wrong with them is told when they are checked. */
    private static void outputs(Definition definition, Names names) {
        for (Definition other : Steps.ordered(definition.workflows())) {
            Names inside = names.in(other);
            outputs(other, inside);
            names.depths().put(other, Steps.below(other, inside::below));
            names.outputs().put(other, new Checker(other, inside, "", new Problems()).check(names));
        }
    }

    private static Flow check(Definition definition, Names above, String root, Problems problems) {
        Names names = above.in(definition);
        Flow gives = new Checker(definition, names, root, problems).check(above);
        for (int i = 0; i < definition.workflows().size(); i++) {
            check(definition.workflows().get(i), names, root + "/workflows/" + i, problems);
        }
        return gives;
    }

    private Flow check(Names above) {
        agents(above);
        workflows(above);
        Steps.writes(definition.body(), root + "/steps", true, written);
        Keys scope = new Keys(null, input, Set.of("last", "input"), false);
        input.names().ifPresent(known -> known.forEach(name -> scope.put(name, input.member(name))));
        definition.keys().forEach((name, key) -> {
            if (!key.initial().isEmpty()) {
                scope.put(name, declared(name, Flow.UNKNOWN));
            }
        });
        Flow given = body(definition.body(), root + "/steps", scope);
        return definition.output().equals(StepOptions.GIVEN)
                ? given
                : expressions.mapping(definition.output(), root + "/output", scope.with("output", given));
    }

    // Names

    private void agents(Names above) {
        definition.agents().forEach((name, agent) -> {
            String place = root + "/agents/" + Problems.segment(name);
            if (above.allAgents().contains(name)) {
                problems.wrongName(Rule.NAME_TWICE, place, "there is an agent \"" + name + "\" already", "");
            }
            List<String> providers =
                    names.registry().factories().stream().map(FactoryInfo::name).toList();
            if (!providers.contains(agent.provider()) && !problems.touch(place)) {
                problems.wrong(
                        Rule.NAME_UNKNOWN,
                        place + "/provider",
                        "there is no provider \"" + agent.provider() + "\"",
                        providers.isEmpty()
                                ? "give the registry some with providers(ProviderRegistry.discover())"
                                : Problems.near(agent.provider(), providers));
            }
            for (int i = 0; i < agent.tools().size(); i++) {
                known("tool", agent.tools().get(i), names.registry().tools().keySet(), place + "/tools/" + i);
            }
        });
    }

    private void workflows(Names above) {
        List<Definition> all = definition.workflows();
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            String name = all.get(i).name();
            if (above.allWorkflows().contains(name) || byName.putIfAbsent(name, i) != null) {
                problems.wrong(
                        Rule.NAME_TWICE,
                        root + "/workflows/" + i + "/workflow",
                        "there is a workflow \"" + name + "\" already",
                        "");
            }
        }
        int[][] runs = Steps.runs(all);
        if (Graphs.order(runs).length < runs.length) {
            List<String> circle =
                    Graphs.circle(runs).stream().map(at -> all.get(at).name()).toList();
            Integer first = byName.get(circle.getFirst());
            problems.wrong(
                    Rule.WORKFLOW_CYCLE,
                    root + "/workflows/" + first + "/workflow",
                    "workflows run one another in a circle: " + String.join(" -> ", circle),
                    "repeat with a loop");
        }
    }

    private void known(String what, String name, Collection<String> among, String place) {
        if (among.contains(name) || Json.of(name).equals(Form.Name.UNREAD)) {
            return;
        }
        if (undoing) {
            problems.wrong(
                    Rule.COMPENSATION,
                    place,
                    "what undoes it cannot run: there is no " + what + " \"" + name + "\"",
                    Problems.near(name, among));
        } else {
            problems.wrong(
                    Rule.NAME_UNKNOWN, place, "there is no " + what + " \"" + name + "\"", Problems.near(name, among));
        }
    }

    private void agent(String name, String place) {
        known("agent", name, names.allAgents(), place);
    }

    private void agents(List<String> all, String place) {
        if (all.isEmpty() && !problems.touch(place)) {
            problems.wrong(Rule.NOTHING_TO_CHOOSE, place, "there is no agent", "name at least one");
        }
        for (int i = 0; i < all.size(); i++) {
            agent(all.get(i), place + "/" + i);
        }
    }

    private void siblings(List<Step> steps, String place) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            String name = steps.get(i).options().name();
            if (!name.isEmpty() && seen.putIfAbsent(name, i) != null) {
                problems.wrong(
                        Rule.NAME_TWICE,
                        place + "/" + i + "/name",
                        "two steps here are named \"" + name + "\"",
                        "give one of them another name");
            }
        }
    }

    // What is known where

    private Flow declared(String key, Flow given) {
        StateKey known = definition.keys().get(key);
        return known == null
                ? given
                : !known.schema().equals(JsonSchema.ANY)
                        ? Flow.of(known.schema())
                        : known.reducer() == Reducer.REPLACE ? given : Flow.UNKNOWN;
    }

    private boolean joins(String key) {
        StateKey known = definition.keys().get(key);
        return known != null && known.reducer() != Reducer.REPLACE;
    }

    // Steps

    /** A step, or the steps of a sequence that is nothing but one, which stand in an array. */
    private Flow body(Step step, String place, Keys scope) {
        if (step instanceof Step.Sequence sequence && sequence.options().equals(StepOptions.NONE)) {
            return sequence(sequence.steps(), place, scope);
        }
        return step(step, place, scope);
    }

    private Flow sequence(List<Step> steps, String place, Keys scope) {
        siblings(steps, place);
        for (int i = 0; i < steps.size(); i++) {
            scope.last = step(steps.get(i), place + "/" + i, scope);
        }
        return scope.last;
    }

    private Flow step(Step step, String place, Keys scope) {
        StepOptions options = step.options();
        Policy policy = options.policy();
        if (!options.name().isEmpty() && !NAME.matcher(options.name()).matches()) {
            problems.wrong(
                    Rule.NAME_SYNTAX,
                    place + "/name",
                    "expected a letter and then letters, digits, '_', '.' or '-', at most 100, got \"" + options.name()
                            + "\"",
                    "");
        }
        needs(policy.needs(), place);
        String around = holder;
        if (!policy.needs().isEmpty()) {
            holder = place;
        }
        Flow before = scope.last;
        Flow taken = options.input().equals(StepOptions.PREVIOUS)
                ? before
                : expressions.mapping(options.input(), place + "/input", scope);
        String inputPlace = options.input().equals(StepOptions.PREVIOUS) ? place : place + "/input";
        scope.last = taken;
        Flow given = parts(step, place, scope, taken, inputPlace);
        scope.last = before;
        if (!options.schema().equals(JsonSchema.ANY)) {
            given = Flow.of(options.schema());
        }
        if (!options.output().equals(StepOptions.GIVEN)) {
            given = expressions.mapping(options.output(), place + "/output", scope.with("output", given));
        }
        given = failures(policy.onError(), place, scope, given);
        for (Step undo : policy.compensate()) {
            undo(undo, place + "/compensate", scope.with("output", given).with("error", Flow.UNKNOWN));
        }
        if (!options.as().isEmpty()) {
            write(options.as(), given, place + "/as", scope);
        }
        holder = around;
        return given;
    }

    private void write(String key, Flow given, String place, Keys scope) {
        StateKey known = definition.keys().get(key);
        if (known != null
                && known.reducer() == Reducer.REPLACE
                && !known.schema().equals(JsonSchema.ANY)) {
            given.mismatch(known.schema().shape())
                    .ifPresent(why -> problems.wrong(
                            Rule.TYPE,
                            place,
                            "what the step gives does not fit the key \"" + key + "\": " + why,
                            "see /keys" + "/" + Problems.segment(key) + "/schema"));
        }
        scope.put(key, declared(key, given));
    }

    private Flow failures(OnError onError, String place, Keys scope, Flow given) {
        return switch (onError) {
            case OnError.Fail fail -> given;
            case OnError.Continue goOn -> Flow.UNKNOWN;
            case OnError.Value value -> {
                expressions.mapping(value.value(), place + "/onError/value", scope.with("error", Flow.UNKNOWN));
                yield Flow.UNKNOWN;
            }
            case OnError.Run run -> {
                Keys instead = scope.anyTime().with("error", Flow.UNKNOWN);
                body(run.step(), place + "/onError/do", instead);
                scope.maybe(instead);
                yield Flow.UNKNOWN;
            }
        };
    }

    private void undo(Step undo, String place, Keys scope) {
        boolean before = undoing;
        undoing = true;
        if (undo instanceof Step.Sequence sequence && sequence.steps().isEmpty()) {
            problems.wrong(
                    Rule.COMPENSATION, place, "nothing undoes it: there are no steps", "leave \"compensate\" out");
        }
        body(undo, place, scope.anyTime());
        undoing = before;
    }

    private void needs(Map<String, Integer> needs, String place) {
        needs.forEach((name, amount) -> {
            Resource resource = definition.resources().get(name);
            String at = place + "/needs/" + Problems.segment(name);
            if (resource == null) {
                problems.wrongName(
                        Rule.RESOURCE_UNKNOWN,
                        at,
                        "there is no resource \"" + name + "\"",
                        Problems.near(name, definition.resources().keySet()));
            } else if (amount > resource.size()) {
                problems.wrong(
                        Rule.RESOURCE_TOO_MUCH,
                        at,
                        "it needs " + amount + " of \"" + name + "\", and there are " + resource.size(),
                        "");
            }
        });
        if (!needs.isEmpty()) {
            if (!holder.isEmpty()) {
                problems.wrongName(
                        Rule.RESOURCE_NESTED,
                        place + "/needs",
                        "a step that needs something is part of one that needs something",
                        "say it at one of them: two steps that each hold what the other needs would wait forever");
            }
        }
    }

    /** The place of the step around that holds something; empty where none does. */
    private String holder = "";

    private Flow parts(Step step, String place, Keys scope, Flow taken, String inputPlace) {
        return switch (step) {
            case Step.Agent agent -> {
                agent(agent.agent(), place + "/agent");
                if (!agent.session().isEmpty()) {
                    expressions.mapping(Json.of(agent.session()), place + "/session", scope);
                }
                AgentDefinition data = names.agents().get(agent.agent());
                yield data == null || data.output().equals(JsonSchema.ANY) ? Flow.TEXT : Flow.of(data.output());
            }
            case Step.Tool tool -> {
                known("tool", tool.tool(), names.registry().tools().keySet(), place + "/tool");
                Tool found = names.registry().tools().get(tool.tool());
                if (found != null) {
                    // A tool without input has no arguments.
                    Flow arguments = taken.equals(new Flow.Fixed(Json.NULL)) ? new Flow.Fixed(Json.Obj.EMPTY) : taken;
                    fits(arguments, found.spec().parameters(), "the tool \"" + tool.tool() + "\"", inputPlace, false);
                }
                yield found == null ? Flow.UNKNOWN : Flow.of(found.spec().output());
            }
            case Step.Function function -> {
                known(
                        "function",
                        function.function(),
                        names.registry().functions().keySet(),
                        place + "/function");
                StepFunction found = names.registry().functions().get(function.function());
                if (found != null) {
                    fits(taken, found.input(), "the function \"" + function.function() + "\"", inputPlace, true);
                }
                yield found == null ? Flow.UNKNOWN : Flow.of(found.output());
            }
            case Step.Script script -> {
                known(
                        "script language",
                        script.language(),
                        names.registry().scripts().keySet(),
                        place + "/script");
                yield Flow.UNKNOWN;
            }
            case Step.Custom custom -> {
                known("step type", custom.step(), names.registry().types().keySet(), place + "/step");
                expressions.mapping(custom.settings(), place + "/with", scope);
                yield Flow.UNKNOWN;
            }
            case Step.Transform transform ->
                expressions.expression(transform.expression(), place + "/transform", 0, scope, false);
            case Step.Sequence sequence -> sequence(sequence.steps(), place + "/sequence", scope);
            case Step.Parallel parallel -> parallel(parallel, place + "/parallel", scope);
            case Step.When when -> when(when, place, scope);
            case Step.Switch choice -> choice(choice, place, scope);
            case Step.Route route -> route(route, place, scope);
            case Step.Loop loop -> loop(loop, place, scope);
            case Step.ForEach map -> map(map, place, scope);
            case Step.Graph graph -> graph(graph, place + "/graph", scope);
            case Step.SubWorkflow sub -> {
                sub(sub.workflow(), place + "/workflow");
                JsonSchema wanted = names.inputOf(sub.workflow());
                if (wanted != null) {
                    fits(taken, wanted, "the workflow \"" + sub.workflow() + "\"", inputPlace, false);
                }
                yield names.outputOf(sub.workflow());
            }
            case Step.Wait wait -> {
                if (wait.waitFor() instanceof Step.Wait.Event.Time time) {
                    expressions.mapping(Json.of(time.time()), place + "/wait/until", scope);
                }
                yield Flow.UNKNOWN;
            }
            case Step.Approval approval -> {
                expressions.mapping(Json.of(approval.question()), place + "/approval", scope);
                Flow otherwise = otherwise(approval.otherwise(), place, scope);
                yield approval.otherwise().isEmpty() ? Flow.BOOLEAN : Flow.either(Flow.BOOLEAN, otherwise);
            }
            case Step.Ask ask -> {
                expressions.mapping(Json.of(ask.question()), place + "/ask", scope);
                yield Flow.UNKNOWN;
            }
            case Step.Handoff handoff -> {
                agents(handoff.agents(), place + "/handoff");
                yield Flow.TEXT;
            }
            case Step.Supervisor supervisor -> {
                agent(supervisor.supervisor(), place + "/supervisor");
                agents(supervisor.agents(), place + "/agents");
                yield Flow.TEXT;
            }
        };
    }

    private void sub(String name, String place) {
        if (names.within().contains(name) && !names.allWorkflows().contains(name)) {
            problems.wrong(
                    Rule.WORKFLOW_CYCLE,
                    place,
                    "a workflow cannot run itself, or one that it is part of, got \"" + name + "\"",
                    "repeat with a loop");
            return;
        }
        if (names.below(name) == Definition.MOST_NESTED) {
            problems.wrong(
                    Rule.WORKFLOW_TOO_DEEP,
                    place,
                    "workflows run one another more than " + Definition.MOST_NESTED + " deep",
                    "run some of them one after the other");
        }
        known("workflow", name, names.allWorkflows(), place);
    }

    /** @param more whether it takes no notice of members that it does not know */
    private void fits(Flow given, JsonSchema wanted, String who, String place, boolean more) {
        if (wanted.equals(JsonSchema.ANY)) {
            return;
        }
        Shape shape = wanted.shape();
        Optional<String> mismatch = more ? given.mismatchButForMore(shape) : given.mismatch(shape);
        mismatch.ifPresent(why -> problems.wrong(
                Rule.TYPE,
                place,
                "the input does not fit " + who + ": " + why,
                place.endsWith("/input") ? "" : "say with \"input\" what it is given"));
    }

    private Flow otherwise(List<Step> otherwise, String place, Keys scope) {
        if (otherwise.isEmpty()) {
            return scope.last;
        }
        Keys branch = scope.branch();
        Flow given = body(otherwise.getFirst(), place + "/otherwise", branch);
        scope.maybe(branch);
        return given;
    }

    // Patterns

    private Flow parallel(Step.Parallel parallel, String place, Keys scope) {
        siblings(parallel.branches(), place);
        Map<String, Integer> writers = new HashMap<>();
        List<Flow> given = new ArrayList<>();
        List<Keys> branches = new ArrayList<>();
        for (int i = 0; i < parallel.branches().size(); i++) {
            Step branch = parallel.branches().get(i);
            Map<String, String> keys = new LinkedHashMap<>();
            Steps.writes(branch, place + "/" + i, false, keys);
            for (Map.Entry<String, String> write : keys.entrySet()) {
                Integer other = writers.putIfAbsent(write.getKey(), i);
                if (other != null && !joins(write.getKey())) {
                    conflict(write, label(parallel.branches().get(other), other), label(branch, i));
                }
            }
            Keys own = scope.branch();
            given.add(step(branch, place + "/" + i, own));
            branches.add(own);
        }
        branches.forEach(scope::maybe);
        return new Flow.Items(given);
    }

    private static String label(Step step, int index) {
        return step.options().name().isEmpty()
                ? Integer.toString(index)
                : "\"" + step.options().name() + "\"";
    }

    private void conflict(Map.Entry<String, String> write, String one, String other) {
        problems.wrong(
                Rule.CONFLICT,
                write.getValue(),
                "steps " + one + " and " + other + " run at once and both write \"" + write.getKey() + "\"",
                "give the key a reducer, or one of them another key");
    }

    private Flow when(Step.When when, String place, Keys scope) {
        expressions.expression(when.condition(), place + "/when", 0, scope, true);
        Json always = Expressions.literal(when.condition());
        boolean never = always != null && !Expression.truth(always);
        if (never) {
            unreachable(place + "/then", "the condition never holds");
        }
        if (always != null && !never && !when.otherwise().isEmpty()) {
            unreachable(place + "/otherwise", "the condition always holds");
        }
        Keys then = scope.branch();
        Flow given = body(when.then(), place + "/then", then);
        Flow other = otherwise(when.otherwise(), place, scope);
        scope.maybe(then);
        return Flow.either(given, other);
    }

    private Flow choice(Step.Switch choice, String place, Keys scope) {
        Flow value = expressions.expression(choice.value(), place + "/switch", 0, scope, false);
        if (choice.cases().isEmpty() && !problems.touch(place)) {
            problems.wrong(Rule.NOTHING_TO_CHOOSE, place + "/cases", "there is no case", "give it at least one");
        }
        List<Json> constants = value.constants();
        List<String> possible = constants == null
                ? List.of()
                : constants.stream()
                        .map(one -> one instanceof Json.Str text ? text.value() : one.toString())
                        .toList();
        Flow given = null;
        List<Keys> branches = new ArrayList<>();
        for (Map.Entry<String, Step> one : choice.cases().entrySet()) {
            String at = place + "/cases/" + Problems.segment(one.getKey());
            if (constants != null && !possible.contains(one.getKey())) {
                problems.wrongName(
                        Rule.UNREACHABLE,
                        at,
                        "the case \"" + one.getKey() + "\" is never done: the value is one of "
                                + String.join(", ", possible),
                        near(one.getKey(), possible));
            }
            Keys branch = scope.branch();
            Flow gives = body(one.getValue(), at, branch);
            given = given == null ? gives : Flow.either(given, gives);
            branches.add(branch);
        }
        if (!choice.otherwise().isEmpty()) {
            Flow other = otherwise(choice.otherwise(), place, scope);
            given = given == null ? other : Flow.either(given, other);
        }
        branches.forEach(scope::maybe);
        return given == null ? Flow.UNKNOWN : given;
    }

    private static String near(String name, Collection<String> names) {
        List<String> near = NearNames.of(name, names);
        return near.isEmpty() ? "" : "did you mean \"" + String.join("\" or \"", near) + "\"?";
    }

    private void unreachable(String place, String why) {
        problems.wrong(Rule.UNREACHABLE, place, "this is never done: " + why, "leave it out, or mend the condition");
    }

    private Flow route(Step.Route route, String place, Keys scope) {
        agent(route.agent(), place + "/route");
        if (route.choices().isEmpty() && !problems.touch(place)) {
            problems.wrong(
                    Rule.NOTHING_TO_CHOOSE,
                    place + "/choices",
                    "there is nothing to choose from",
                    "give it at least one");
        }
        Flow given = null;
        List<Keys> branches = new ArrayList<>();
        for (Map.Entry<String, Step.Choice> one : route.choices().entrySet()) {
            Keys branch = scope.branch();
            Flow gives =
                    body(one.getValue().step(), place + "/choices/" + Problems.segment(one.getKey()) + "/do", branch);
            given = given == null ? gives : Flow.either(given, gives);
            branches.add(branch);
        }
        branches.forEach(scope::maybe);
        return given == null ? Flow.UNKNOWN : given;
    }

    private Flow loop(Step.Loop loop, String place, Keys scope) {
        Map<String, String> changed = new LinkedHashMap<>();
        Steps.writes(loop.body(), place + "/loop", true, changed);
        if (!loop.reason().isEmpty()) {
            changed.put(loop.reason(), place + "/reason");
        }
        // From the second time on all that is written in it may be there.
        Keys inside = scope.with("iteration", Flow.UNKNOWN);
        changed.keySet().forEach(key -> inside.put(key, declared(key, Flow.UNKNOWN)));
        inside.last = Flow.UNKNOWN;
        if (!loop.whileHolds().isEmpty()) {
            expressions.expression(loop.whileHolds(), place + "/while", 0, inside, true);
            Json always = Expressions.literal(loop.whileHolds());
            if (always != null && !Expression.truth(always)) {
                unreachable(place + "/loop", "the condition never holds");
            }
        }
        Flow given = body(loop.body(), place + "/loop", inside);
        inside.last = given;
        if (!loop.until().isEmpty()) {
            expressions.expression(loop.until(), place + "/until", 0, inside, true);
        }
        scope.maybe(inside);
        if (loop.atMost() == 0 && !problems.touch(place)) {
            endless(loop, place, changed.keySet());
        }
        return Flow.either(scope.last, given);
    }

    private void endless(Step.Loop loop, String place, Set<String> changed) {
        if (loop.whileHolds().isEmpty() && loop.until().isEmpty()) {
            problems.wrong(Rule.ENDLESS, place, "nothing ends this loop", "give it while, until or atMost");
            return;
        }
        boolean ends = Stream.of(loop.whileHolds(), loop.until())
                .filter(condition -> !condition.isEmpty())
                .anyMatch(condition -> changes(condition, changed));
        if (!ends) {
            String which = loop.until().isEmpty() ? "while" : "until";
            problems.wrong(
                    Rule.ENDLESS,
                    place + "/" + which,
                    "nothing that is done in this loop changes what its condition looks at",
                    "give it atMost, or write what the condition looks at");
        }
    }

    private static boolean changes(String condition, Set<String> changed) {
        Reads reads = Reads.of(condition);
        return !reads.whole()
                || condition.matches("(?s).*\\$(now|millis|random|shuffle)\\b.*")
                || reads.paths().stream()
                        .anyMatch(path ->
                                path.variable() ? !STEADY.contains(path.root()) : changed.contains(path.root()));
    }

    private Flow map(Step.ForEach map, String place, Keys scope) {
        Flow items = expressions.expression(map.items(), place + "/map", 0, scope, false);
        if (!items.mayBeArray()) {
            problems.wrong(
                    Rule.TYPE,
                    place + "/map",
                    "expected an expression that gives an array",
                    "of one value make an array: [value]");
        }
        Keys item = scope.with("item", items.item()).with("index", Flow.UNKNOWN);
        item.last = items.item();
        Flow given = body(map.body(), place + "/do", item);
        item.keys.forEach((key, value) -> {
            if (joins(key)) {
                scope.put(key, declared(key, Flow.UNKNOWN));
            }
        });
        return map.reduce().isEmpty() ? new Flow.Each(given) : Flow.UNKNOWN;
    }

    private Flow graph(Step.Graph graph, String place, Keys scope) {
        List<Step> steps = graph.nodes().stream().map(Step.Node::step).toList();
        siblings(steps, place);
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            String name = steps.get(i).options().name();
            if (name.isEmpty() && !problems.touch(place + "/" + i)) {
                problems.wrong(
                        Rule.GRAPH_NAMELESS,
                        place + "/" + i,
                        "a step of a graph needs a name",
                        "others depend on it by it");
            } else if (!name.isEmpty()) {
                byName.putIfAbsent(name, i);
            }
        }
        int[][] dependsOn = new int[steps.size()][];
        for (int i = 0; i < dependsOn.length; i++) {
            dependsOn[i] = dependsOn(graph.nodes().get(i), byName, place + "/" + i + "/dependsOn");
        }
        int[] order = Graphs.order(dependsOn);
        if (order.length < dependsOn.length) {
            List<Integer> circle = Graphs.circle(dependsOn);
            problems.wrong(
                    Rule.GRAPH_CYCLE,
                    place + "/" + circle.getFirst() + "/dependsOn",
                    "steps depend on one another in a circle: "
                            + String.join(
                                    " -> ",
                                    circle.stream()
                                            .map(at -> steps.get(at).options().name())
                                            .toList()),
                    "");
            return Flow.UNKNOWN;
        }
        Keys[] scopes = new Keys[steps.size()];
        Flow[] given = new Flow[steps.size()];
        for (int at : order) {
            scopes[at] = scope.branch();
            Keys own = scopes[at];
            Map<String, Flow> before = new LinkedHashMap<>();
            for (int on : dependsOn[at]) {
                own.maybe(scopes[on]);
                before.put(steps.get(on).options().name(), given[on]);
            }
            own.last = before.isEmpty()
                    ? scope.last
                    : before.size() == 1 ? before.values().iterator().next() : Flow.members(before);
            Map<String, Flow> seen = new LinkedHashMap<>(own.keys);
            own.keys.clear();
            Keys node = new Keys(own, own.last, own.visible, own.loose);
            node.variables.putAll(own.variables);
            own.keys.putAll(seen);
            given[at] = step(steps.get(at), place + "/" + at, node);
            // What others see of it is what it wrote itself.
            scopes[at] = node;
        }
        graphConflicts(steps, dependsOn, order, place);
        boolean[] followed = new boolean[steps.size()];
        for (int[] on : dependsOn) {
            for (int one : on) {
                followed[one] = true;
            }
        }
        Map<String, Flow> ends = new LinkedHashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            scope.maybe(scopes[i]);
            if (!followed[i]) {
                ends.put(steps.get(i).options().name(), given[i]);
            }
        }
        return Flow.members(ends);
    }

    private int[] dependsOn(Step.Node node, Map<String, Integer> byName, String place) {
        Set<Integer> on = new LinkedHashSet<>();
        for (int i = 0; i < node.dependsOn().size(); i++) {
            String name = node.dependsOn().get(i);
            Integer other = byName.get(name);
            if (other == null) {
                problems.wrong(
                        Rule.GRAPH_UNKNOWN,
                        place + "/" + i,
                        "there is no step \"" + name + "\" in this graph",
                        Problems.near(name, byName.keySet()));
            } else {
                on.add(other);
            }
        }
        return on.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /** In an order in which all can run it is enough to look at neighbours: writers that follow one another in turn all do. */
    private void graphConflicts(List<Step> steps, int[][] dependsOn, int[] order, String place) {
        Map<String, Integer> lastWriter = new HashMap<>();
        List<int[]> neighbours = new ArrayList<>();
        List<Map.Entry<String, String>> writes = new ArrayList<>();
        for (int at : order) {
            Map<String, String> keys = new LinkedHashMap<>();
            Steps.writes(steps.get(at), place + "/" + at, false, keys);
            for (Map.Entry<String, String> write : keys.entrySet()) {
                Integer before = lastWriter.put(write.getKey(), at);
                if (before != null && !joins(write.getKey())) {
                    neighbours.add(new int[] {at, before, writes.size()});
                    writes.add(write);
                }
            }
        }
        for (int[] apart : Graphs.apart(dependsOn, order, neighbours)) {
            conflict(writes.get(apart[2]), label(steps.get(apart[1]), apart[1]), label(steps.get(apart[0]), apart[0]));
        }
    }
}
