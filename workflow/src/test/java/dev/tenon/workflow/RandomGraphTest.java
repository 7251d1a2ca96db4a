package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.run.RunEnd;
import dev.tenon.testing.Chance;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Seeded random graphs: every step runs exactly when what it depends on and what it needs allow it, never more than the pools, the rate and the workflow permit, and who is first makes no difference.
 * Each graph is run in several orders.
 */
@Timeout(100)
class RandomGraphTest {
    private static final int GRAPHS = Integer.getInteger("tenon.graphs", 300);
    private static final int ORDERS = 4;

    private static final Registry REGISTRY =
            Registry.EMPTY.function("f", (input, context) -> input).function("undo", (input, context) -> input);

    @Test
    void stepsRunWhenTheyMayAndTheResultIsTheSameWhoeverIsFirst() {
        int completed = 0;
        int failed = 0;
        int waited = 0;
        for (long seed = 0; seed < GRAPHS; seed++) {
            RandomGraph graph = RandomGraph.of(new Chance(seed), REGISTRY);
            Set<String> words = new HashSet<>();
            Set<RunEnd> ends = new HashSet<>();
            Set<Map<String, String>> steps = new HashSet<>();
            Set<Json> states = new HashSet<>();
            for (int i = 0; i < ORDERS; i++) {
                GraphSimulation<?> run = GraphSimulation.of(graph, seed, new Chance(seed * 1_000 + i), -1);
                RunEnd end = run.run();
                words.add(end.word());
                waited += run.waited;
                if (end instanceof RunEnd.Completed || !graph.failFast()) {
                    ends.add(end instanceof RunEnd.Completed ? end : new RunEnd.Completed(Json.NULL));
                    steps.add(run.ends());
                    states.add(run.result().state());
                }
            }
            assertThat(words).as("seed %s", seed).hasSize(1);
            assertThat(ends.size()).as("seed %s: %s", seed, ends).isLessThanOrEqualTo(1);
            assertThat(steps.size()).as("seed %s: %s", seed, steps).isLessThanOrEqualTo(1);
            assertThat(states.size()).as("seed %s: %s", seed, states).isLessThanOrEqualTo(1);
            completed += words.contains("completed") ? 1 : 0;
            failed += words.contains("failed") ? 1 : 0;
        }
        assertThat(completed).isGreaterThan(GRAPHS / 6);
        assertThat(failed).isGreaterThan(GRAPHS / 6);
        assertThat(waited).isGreaterThan(GRAPHS);
    }

    @Test
    void whatIsCancelledEndsAllThatItBeganAndUndoesWhatItDid() {
        int cancelled = 0;
        for (long seed = 0; seed < GRAPHS; seed++) {
            RandomGraph graph = RandomGraph.of(new Chance(seed), REGISTRY);
            GraphSimulation<?> whole = GraphSimulation.of(graph, seed, new Chance(seed), -1);
            whole.run();
            for (int i = 0; i < ORDERS; i++) {
                long at = new Chance(seed * 77 + i).below((int) whole.now() + 1);
                RunEnd end =
                        GraphSimulation.of(graph, seed, new Chance(seed), at).run();
                cancelled += end instanceof RunEnd.Cancelled ? 1 : 0;
                assertThat(end)
                        .as("seed %s", seed)
                        .isInstanceOfAny(RunEnd.Cancelled.class, RunEnd.Failed.class, RunEnd.Completed.class);
            }
        }
        assertThat(cancelled).isGreaterThan(GRAPHS * ORDERS / 2);
    }
}
