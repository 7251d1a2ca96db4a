package dev.tenon.workflow;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Steps in steps, and where they stand in a document. */
final class Steps {
    private Steps() {}

    /** Is shown the parts of a step. */
    interface Visitor {
        /** @param body whether it stands where an array of steps may stand */
        void part(Step step, String place, boolean body);
    }

    /** The steps that a step is made of, and what runs instead of it; what undoes it is no part of it. */
    static void parts(Step step, String place, boolean body, Visitor visitor) {
        switch (step) {
            case Step.Sequence sequence ->
                all(sequence.steps(), body && bare(sequence) ? place : place + "/sequence", visitor);
            case Step.Parallel parallel -> all(parallel.branches(), place + "/parallel", visitor);
            case Step.Graph graph ->
                all(graph.nodes().stream().map(Step.Node::step).toList(), place + "/graph", visitor);
            case Step.When when -> {
                visitor.part(when.then(), place + "/then", true);
                otherwise(when.otherwise(), place, visitor);
            }
            case Step.Switch choice -> {
                choice.cases()
                        .forEach((is, then) -> visitor.part(then, place + "/cases/" + Problems.segment(is), true));
                otherwise(choice.otherwise(), place, visitor);
            }
            case Step.Route route ->
                route.choices()
                        .forEach((name, choice) -> visitor.part(
                                choice.step(), place + "/choices/" + Problems.segment(name) + "/do", true));
            case Step.Loop loop -> visitor.part(loop.body(), place + "/loop", true);
            case Step.ForEach map -> visitor.part(map.body(), place + "/do", true);
            case Step.Approval approval -> otherwise(approval.otherwise(), place, visitor);
            case Step.Agent leaf -> {}
            case Step.Tool leaf -> {}
            case Step.Function leaf -> {}
            case Step.Script leaf -> {}
            case Step.Transform leaf -> {}
            case Step.SubWorkflow leaf -> {}
            case Step.Wait leaf -> {}
            case Step.Ask leaf -> {}
            case Step.Handoff leaf -> {}
            case Step.Supervisor leaf -> {}
            case Step.Custom leaf -> {}
        }
        if (step.options().policy().onError() instanceof OnError.Run run) {
            visitor.part(run.step(), place + "/onError/do", true);
        }
    }

    /** Whether it is nothing but a sequence, which may be written as an array. */
    static boolean bare(Step.Sequence sequence) {
        return sequence.options().equals(StepOptions.NONE);
    }

    private static void all(List<Step> steps, String place, Visitor visitor) {
        for (int i = 0; i < steps.size(); i++) {
            visitor.part(steps.get(i), place + "/" + i, false);
        }
    }

    private static void otherwise(List<Step> otherwise, String place, Visitor visitor) {
        otherwise.forEach(other -> visitor.part(other, place + "/otherwise", true));
    }

    private record Inner(Step step, int level, boolean body) {}

    /** How many levels of a document lead to the deepest step in a step. Does not call itself: whoever asks wants to know whether that may be done. */
    static int levels(Step outermost) {
        int deepest = 0;
        ArrayDeque<Inner> todo = new ArrayDeque<>();
        todo.push(new Inner(outermost, 0, true));
        while (!todo.isEmpty()) {
            Inner one = todo.pop();
            deepest = Math.max(deepest, one.level());
            Visitor deeper = (part, place, body) -> {
                int levels = (int) place.chars().filter(c -> c == '/').count();
                todo.push(new Inner(part, one.level() + levels, body));
            };
            parts(one.step(), "", one.body(), deeper);
            one.step().options().policy().compensate().forEach(undo -> deeper.part(undo, "/compensate", true));
        }
        return deepest;
    }

    /** The keys of the state that a step and all below it write, and where each is written first. */
    static void writes(Step step, String place, boolean body, Map<String, String> keys) {
        if (!step.options().as().isEmpty()) {
            keys.putIfAbsent(step.options().as(), place + "/as");
        }
        if (step instanceof Step.Loop loop && !loop.reason().isEmpty()) {
            keys.putIfAbsent(loop.reason(), place + "/reason");
        }
        parts(step, place, body, (part, at, inner) -> writes(part, at, inner, keys));
    }

    /** The names of the workflows that a definition runs, in those inside it too. */
    static void runs(Definition definition, Set<String> names) {
        runs(definition.body(), names);
        definition.workflows().forEach(inner -> runs(inner, names));
    }

    /** The names of the workflows that a step and all below it run. */
    static void runs(Step step, Set<String> names) {
        if (step instanceof Step.SubWorkflow sub) {
            names.add(sub.workflow());
        }
        parts(step, "", false, (part, place, body) -> runs(part, names));
        step.options().policy().compensate().forEach(undo -> runs(undo, names));
    }

    /**
     * How deep a definition runs workflows: none is 0.
     *
     * @param below how deep each of those goes that it runs
     */
    static int below(Definition definition, ToIntFunction<String> below) {
        Set<String> names = new LinkedHashSet<>();
        runs(definition.body(), names);
        return names.stream().mapToInt(name -> 1 + below.applyAsInt(name)).max().orElse(0);
    }

    /** For each of these definitions the others that it runs. */
    static int[][] runs(List<Definition> all) {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            byName.putIfAbsent(all.get(i).name(), i);
        }
        int[][] runs = new int[all.size()][];
        for (int i = 0; i < runs.length; i++) {
            Set<String> names = new LinkedHashSet<>();
            runs(all.get(i), names);
            runs[i] = names.stream()
                    .filter(byName::containsKey)
                    .mapToInt(byName::get)
                    .toArray();
        }
        return runs;
    }

    /** Definitions in an order in which each comes after those that it runs. */
    static List<Definition> ordered(List<Definition> all) {
        return Arrays.stream(Graphs.order(runs(all))).mapToObj(all::get).toList();
    }
}
