package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Steps;
import dev.tenon.testing.Chance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Seeded random graphs with failures, retries, delays and resources, on a clock that is only a number: a machine needs no threads to be told facts. Each graph runs under many
 * interleavings.
 */
@Timeout(60)
class RandomGraphTest {
    private static final int GRAPHS = 300;
    private static final int INTERLEAVINGS = 4;

    private static final Registry REGISTRY = Registry.EMPTY.function("f", (input, context) -> input);

    private record Shape(Workflow workflow, Map<String, Set<String>> dependsOn, Map<String, Integer> needs, int pool) {}

    private static Shape shape(Chance chance) {
        int size = 1 + chance.below(14);
        int pool = 1 + chance.below(3);
        List<Step.Node> nodes = new ArrayList<>();
        Map<String, Set<String>> dependsOn = new HashMap<>();
        Map<String, Integer> needs = new HashMap<>();
        for (int i = 0; i < size; i++) {
            Set<String> on = new HashSet<>();
            for (int j = 0; j < i; j++) {
                if (chance.oneIn(3)) {
                    on.add("n" + j);
                }
            }
            StringBuilder sum = new StringBuilder("['n" + i + "'");
            on.stream().sorted().forEach(name -> sum.append(", ").append(name));
            Step step = Step.function("f").input("{{" + sum + "]}}").as("n" + i).priority(chance.below(3));
            if (chance.oneIn(2)) {
                int need = 1 + chance.below(pool);
                step = step.needs("cpu", need);
                needs.put("n" + i, need);
            }
            if (chance.oneIn(3)) {
                step = step.retry(2);
            }
            if (chance.oneIn(4)) {
                step = step.orElseGive("given");
            }
            nodes.add(new Step.Node(step.named("n" + i), on.stream().sorted().toList()));
            dependsOn.put("n" + i, on);
        }
        Step.Graph graph = Step.graph(nodes);
        if (chance.oneIn(2)) {
            graph = graph.collect();
        }
        Workflow workflow = Workflow.named("g")
                .registry(REGISTRY)
                .resource("cpu", new Resource.Pool(pool))
                .atMost(1 + chance.below(6))
                .of(graph);
        return new Shape(workflow, dependsOn, needs, pool);
    }

    private record Open(Effect effect, long due) {}

    /** Runs a graph under one interleaving, and checks at every step what must hold. */
    private static RunEnd run(Shape shape, long failures, Chance times, List<Json> states) {
        return run(shape.workflow().binding(), shape, failures, times, states);
    }

    private static <S> RunEnd run(
            dev.tenon.run.Binding<WorkflowRequest, S, WorkflowResult> binding,
            Shape shape,
            long failures,
            Chance times,
            List<Json> states) {
        Steps<S> steps = Steps.of(binding.machine(WorkflowRequest.empty()));
        List<Open> open = new ArrayList<>();
        Set<String> done = new HashSet<>();
        long now = 0;
        take(steps.feed(Fact.BEGUN), open, now, times);
        while (steps.end().isEmpty()) {
            check(shape, open, done);
            open.sort(Comparator.comparingLong(Open::due));
            Open first = open.removeFirst();
            now = first.due();
            String key = first.effect().key();
            String node = node(key);
            boolean fails = new Chance(failures * 31 + key.hashCode()).oneIn(4);
            Outcome outcome = first.effect() instanceof Effect.Work work && !fails
                    ? new Outcome.Worked(work.input())
                    : new Outcome.Failed(Failure.of("test.failed", key + " failed"));
            done.add(node);
            take(steps.feed(new Fact.Ended(key, outcome)), open, now, times);
        }
        assertThat(open).isEmpty();
        WorkflowResult result = binding.result(
                WorkflowRequest.empty(),
                new dev.tenon.run.Binding.Finished<>(
                        "r",
                        steps.state(),
                        steps.end().orElseThrow(),
                        dev.tenon.run.Spent.NOTHING,
                        List.of(),
                        java.time.Duration.ZERO));
        states.add(result.state());
        return steps.end().orElseThrow();
    }

    private static String node(String key) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        int attempt = name.indexOf('~');
        return attempt < 0 ? name : name.substring(0, attempt);
    }

    private static void take(List<Effect> wanted, List<Open> open, long now, Chance times) {
        for (Effect effect : wanted) {
            if (effect instanceof Effect.Cancel) {
                // What is stopped ends at once, as a failure of its own would: here it may also end well, since it was
                // too late.
                continue;
            }
            open.add(new Open(effect, now + 1 + times.below(1_000)));
        }
    }

    private static void check(Shape shape, List<Open> open, Set<String> done) {
        int used = 0;
        for (Open one : open) {
            String node = node(one.effect().key());
            used += shape.needs().getOrDefault(node, 0);
            for (String on : shape.dependsOn().getOrDefault(node, Set.of())) {
                assertThat(done).as("%s began before %s had ended", node, on).contains(on);
            }
        }
        assertThat(used).isLessThanOrEqualTo(shape.pool());
        assertThat(open.size())
                .isLessThanOrEqualTo(shape.workflow().definition().atMost());
        assertThat(open).as("something is open while the run goes on").isNotEmpty();
    }

    @Test
    void stepsRunWhenTheirDependenciesAllowAndTheResultIsTheSameWhoeverIsFirst() {
        int completed = 0;
        int failed = 0;
        for (long seed = 0; seed < GRAPHS; seed++) {
            Shape shape = shape(new Chance(seed));
            Set<RunEnd> ends = new HashSet<>();
            List<Json> states = new ArrayList<>();
            for (int i = 0; i < INTERLEAVINGS; i++) {
                ends.add(run(shape, seed, new Chance(seed * 1_000 + i), states));
            }
            boolean whole = ends.stream().allMatch(RunEnd.Completed.class::isInstance);
            assertThat(ends.stream().map(RunEnd::word).distinct().count())
                    .as("seed %s", seed)
                    .isEqualTo(1);
            if (whole) {
                assertThat(ends).as("seed %s", seed).hasSize(1);
                assertThat(states.stream().distinct().count())
                        .as("seed %s", seed)
                        .isEqualTo(1);
                completed++;
            } else {
                failed++;
            }
        }
        assertThat(completed).isGreaterThan(50);
        assertThat(failed).isGreaterThan(50);
    }
}
