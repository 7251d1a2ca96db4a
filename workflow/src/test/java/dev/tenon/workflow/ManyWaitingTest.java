package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.run.RunEnd;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.VirtualClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand instances wait at once, hold little while they do, and each goes on exactly once. {@code -Dtenon.waiting=100000} has more. */
@Timeout(120)
class ManyWaitingTest {
    private static final int MANY = Integer.getInteger("tenon.waiting", 10_000);

    /** What one that waits may hold: its records, and, where its clock runs, a virtual thread and what that has on its stack. */
    private static final long MOST_BYTES = 20_000;

    /** Threads of the operating system: those that carry virtual threads grow with the processors, not with the instances. */
    private static final int MOST_THREADS = 4 * Runtime.getRuntime().availableProcessors() + 32;

    private final Map<String, Integer> wentOn = new ConcurrentHashMap<>();
    private final Registry registry = Registry.EMPTY.function("go", (input, context) -> {
        wentOn.merge(input.asString(), 1, Integer::sum);
        return input;
    });

    private Workflow workflow(Step waits) {
        return Workflow.named("w")
                .registry(registry)
                .sequence(Step.transform("name"), waits, Step.function("go").input("{{name}}"));
    }

    private static void startAll(WorkflowRunner runner) throws InterruptedException {
        for (int i = 0; i < MANY; i++) {
            runner.start("w", WorkflowRequest.empty().id("r" + i).with("name", "r" + i));
        }
    }

    private void allWentOnOnce(WorkflowRunner runner) throws InterruptedException {
        for (int i = 0; i < MANY; i++) {
            assertThat(runner.await("r" + i).output()).isEqualTo(Json.of("r" + i));
        }
        assertThat(wentOn).hasSize(MANY);
        assertThat(wentOn.values()).containsOnly(1);
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void holdsLittle(long before) {
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(MOST_THREADS);
        assertThat((heap() - before) / MANY).as("bytes an instance").isLessThan(MOST_BYTES);
    }

    @Test
    void instancesThatWaitForATimeAllGoOnOnceWhenItHasCome() throws Exception {
        VirtualClock clock = new VirtualClock();
        long before = heap();
        try (WorkflowRunner runner = WorkflowRunner.on(Journal.inMemory())
                .workflows(workflow(Step.sleep(Duration.ofDays(1))))
                .time(clock)
                .build()) {
            startAll(runner);
            clock.awaitAlarms(MANY);
            holdsLittle(before);
            clock.advance(Duration.ofHours(23));
            assertThat(wentOn).isEmpty();
            clock.advance(Duration.ofHours(1));
            allWentOnOnce(runner);
        }
    }

    @Test
    void instancesThatWaitForASignalAllGoOnOnceWhenItHasCome() throws Exception {
        long before = heap();
        try (WorkflowRunner runner = WorkflowRunner.on(Journal.inMemory())
                .workflows(workflow(Step.awaitSignal("go")))
                .build()) {
            startAll(runner);
            for (int i = 0; i < MANY; i++) {
                assertThat(runner.await("r" + i).paused()).isTrue();
            }
            holdsLittle(before);
            for (int i = 0; i < MANY; i++) {
                assertThat(runner.signal("r" + i, "go", i, "s")).isTrue();
            }
            for (int i = 0; i < MANY; i++) {
                runner.signal("r" + i, "go", i, "s");
            }
            allWentOnOnce(runner);
        }
    }

    @Test
    void aRunThatHasAskedMoreThanAnyoneCanAnswerIsCancelledAsAnyOther() throws Exception {
        int questions = 2 * MANY;
        VirtualClock clock = new VirtualClock();
        List<Step> steps = new ArrayList<>(List.of(Step.sleep(Duration.ofDays(1))));
        for (int i = 0; i < questions; i++) {
            steps.add(Step.approval("Publish?"));
        }
        Cancellation scope = new Cancellation(clock);
        Thread canceller = Thread.ofVirtual().start(() -> {
            try {
                clock.awaitAlarms(1);
                scope.cancel("enough");
            } catch (InterruptedException e) {
                // The run has ended before.
            }
        });

        WorkflowResult result = Workflow.named("w").of(Step.parallel(steps)).run(WorkflowRequest.empty(), scope);

        canceller.join();
        assertThat(result.end()).isInstanceOf(RunEnd.Cancelled.class);
    }
}
