package dev.tenon.workflow;

import dev.tenon.testing.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph drawn by lot, with two pools, a rate, priorities, attempts, fallback values and undo steps, and all that a test must know of it to say what may run when.
 *
 * @param rate how much of {@code calls} there is in {@link #PERIOD}
 */
record RandomGraph(
        Workflow workflow,
        Map<String, Part> parts,
        Map<String, Integer> pools,
        int rate,
        int atMost,
        boolean failFast) {
    static final Duration PERIOD = Duration.ofMillis(700);

    /**
     * A step of it.
     *
     * @param calls how much of the rate
     * @param attempts at most
     * @param given whether a value stands in for it where it failed
     * @param undone whether it has an undo step
     */
    record Part(
            String name,
            Set<String> dependsOn,
            Map<String, Integer> needs,
            int calls,
            int attempts,
            boolean given,
            boolean undone,
            int priority) {}

    static RandomGraph of(Chance chance, Registry registry) {
        int size = 1 + chance.below(16);
        Map<String, Integer> pools = Map.of("cpu", 1 + chance.below(3), "db", 1 + chance.below(2));
        int rate = 1 + chance.below(3);
        Map<String, Part> parts = new LinkedHashMap<>();
        List<Step.Node> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Part part = part(chance, i, pools, rate);
            parts.put(part.name(), part);
            nodes.add(new Step.Node(step(chance, part), List.copyOf(part.dependsOn())));
        }
        boolean failFast = chance.oneIn(2);
        int atMost = 1 + chance.below(6);
        Step.Graph graph = Step.graph(nodes);
        WorkflowBuilder builder = Workflow.named("g")
                .registry(registry)
                .atMost(atMost)
                .resource("calls", new Resource.Rate(rate, PERIOD));
        pools.forEach((name, units) -> builder.resource(name, new Resource.Pool(units)));
        return new RandomGraph(builder.of(failFast ? graph : graph.collect()), parts, pools, rate, atMost, failFast);
    }

    private static Part part(Chance chance, int at, Map<String, Integer> pools, int rate) {
        Set<String> on = new LinkedHashSet<>();
        for (int j = 0; j < at; j++) {
            if (chance.oneIn(3)) {
                on.add("n" + j);
            }
        }
        Map<String, Integer> needs = new LinkedHashMap<>();
        for (String pool : List.of("cpu", "db")) {
            if (chance.oneIn(3)) {
                needs.put(pool, 1 + chance.below(pools.getOrDefault(pool, 1)));
            }
        }
        return new Part(
                "n" + at,
                on,
                needs,
                chance.oneIn(5) ? 1 + chance.below(rate) : 0,
                chance.oneIn(3) ? 2 + chance.below(2) : 1,
                chance.oneIn(4),
                chance.oneIn(3),
                chance.below(3));
    }

    private static Step step(Chance chance, Part part) {
        StringBuilder sum = new StringBuilder("{{['" + part.name() + "'");
        part.dependsOn().forEach(name -> sum.append(", ").append(name));
        Step step = Step.function("f")
                .input(sum + "]}}")
                .named(part.name())
                .as(part.name())
                .priority(part.priority());
        for (Map.Entry<String, Integer> need : part.needs().entrySet()) {
            step = step.needs(need.getKey(), need.getValue());
        }
        if (part.calls() > 0) {
            step = step.needs("calls", part.calls());
        }
        if (part.attempts() > 1) {
            StepRetry retry = StepRetry.attempts(part.attempts());
            step = step.retry(
                    switch (chance.below(3)) {
                        case 0 -> retry;
                        case 1 -> retry.fixed(Duration.ofMillis(50));
                        default ->
                            retry.exponential(Duration.ofMillis(20), Duration.ofSeconds(1))
                                    .jitter(0.5);
                    });
        }
        if (part.given()) {
            step = step.orElseGive("given");
        }
        if (part.undone()) {
            step = step.compensate(Step.function("undo").input("{{$output}}"));
        }
        return step;
    }
}
