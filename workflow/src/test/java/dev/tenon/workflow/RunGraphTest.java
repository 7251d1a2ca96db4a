package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.run.RunEnd;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Registration;
import dev.tenon.testing.Chance;
import dev.tenon.testing.VirtualClock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same random graphs on real threads, with the time of a virtual clock: what works at once never passes what there is, and all that was begun has ended when the call returns, also where it was stopped. */
@Timeout(100)
class RunGraphTest {
    private static final int GRAPHS = 40;

    /** What the steps of one run do. Thread-safe. */
    private static final class Work {
        private final Map<String, RandomGraph.Part> parts = new HashMap<>();
        private final Map<String, Integer> pools = new HashMap<>();
        private final Map<String, Integer> used = new HashMap<>();
        private final long failures;
        private final int stopAt;
        private Runnable stop = () -> {};
        private String wrong = "";
        private int begun;
        private int active;
        private int most;

        Work(long failures, int stopAt) {
            this.failures = failures;
            this.stopAt = stopAt;
        }

        synchronized void begins(String key, RandomGraph.Part part) {
            begun++;
            most = Math.max(most, ++active);
            part.needs().forEach((pool, amount) -> {
                if (used.merge(pool, amount, Integer::sum) > pools.getOrDefault(pool, 0)) {
                    wrong = key + " took more of " + pool + " than there is";
                }
            });
        }

        synchronized void ends(RandomGraph.Part part) {
            active--;
            part.needs().forEach((pool, amount) -> used.merge(pool, -amount, Integer::sum));
        }

        Object work(Object input, StepContext context) throws InterruptedException {
            String key = context.id().substring(context.run().length() + 1);
            RandomGraph.Part part =
                    parts.get(key.substring(key.indexOf('/') + 1).split("[~/]")[0]);
            begins(key, part);
            try {
                if (begun() == stopAt) {
                    stop.run();
                    CountDownLatch stopped = new CountDownLatch(1);
                    Registration told = context.onStop(stopped::countDown);
                    stopped.await();
                    told.close();
                }
                if (new Chance(failures * 31 + key.hashCode()).oneIn(4)) {
                    throw new IllegalStateException(key + " fails");
                }
                return input;
            } finally {
                ends(part);
            }
        }

        synchronized int begun() {
            return begun;
        }
    }

    private static RandomGraph graph(long seed, Work work) {
        Registry registry = Registry.EMPTY
                .function("f", (input, context) -> dev.tenon.json.Json.of(work.work(input, context)))
                .function("undo", (input, context) -> input);
        RandomGraph graph = RandomGraph.of(new Chance(seed), registry);
        work.parts.putAll(graph.parts());
        work.pools.putAll(graph.pools());
        return graph;
    }

    /** Runs it while somebody moves the clock on whenever anybody waits for it. */
    private static WorkflowResult run(RandomGraph graph, Work work) throws InterruptedException {
        VirtualClock clock = new VirtualClock();
        Cancellation scope = new Cancellation(clock);
        work.stop = () -> scope.cancel("enough");
        Thread mover = Thread.ofVirtual().start(() -> {
            try {
                // What was told to stop has its grace by this clock: nobody moves it on then.
                while (true) {
                    clock.awaitAlarms(1);
                    if (scope.stopped()) {
                        return;
                    }
                    clock.alarms().stream().findFirst().ifPresent(clock::advance);
                }
            } catch (InterruptedException e) {
                // The run is over.
            }
        });
        try {
            return graph.workflow().run(WorkflowRequest.empty(), scope);
        } finally {
            mover.interrupt();
            mover.join();
            assertThat(clock.alarms()).as("nobody waits for the clock any more").isEmpty();
        }
    }

    @Test
    void whatWorksAtOnceNeverPassesWhatThereIs() throws Exception {
        for (long seed = 0; seed < GRAPHS; seed++) {
            Work work = new Work(seed, -1);
            RandomGraph graph = graph(seed, work);
            WorkflowResult result = run(graph, work);
            String expected =
                    GraphSimulation.of(graph, seed, new Chance(seed), -1).run().word();
            assertThat(result.end().word())
                    .as("seed %s: %s", seed, result.end())
                    .isEqualTo(expected);
            assertThat(work.wrong).as("seed %s", seed).isEmpty();
            assertThat(work.active).as("seed %s", seed).isZero();
            assertThat(work.most).as("seed %s", seed).isLessThanOrEqualTo(graph.atMost());
            graph.pools()
                    .forEach((pool, size) ->
                            assertThat(result.resources().get(pool).peak()).isLessThanOrEqualTo(size));
        }
    }

    @Test
    void stoppedAtWhicheverStepNothingOutlivesTheCall() throws Exception {
        int stopped = 0;
        for (long seed = 0; seed < GRAPHS / 3; seed++) {
            Work counting = new Work(seed, -1);
            run(graph(seed, counting), counting);
            for (int at = 1; at <= counting.begun; at++) {
                Work work = new Work(seed, at);
                WorkflowResult result = run(graph(seed, work), work);
                assertThat(work.active).as("seed %s, stopped at %s", seed, at).isZero();
                assertThat(result.abandoned())
                        .as("seed %s, stopped at %s", seed, at)
                        .isEmpty();
                stopped += result.end() instanceof RunEnd.Cancelled ? 1 : 0;
            }
        }
        assertThat(stopped).isGreaterThan(50);
    }
}
