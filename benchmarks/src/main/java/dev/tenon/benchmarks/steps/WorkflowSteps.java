package dev.tenon.benchmarks.steps;

import dev.tenon.json.Json;
import dev.tenon.run.RunEnd;
import dev.tenon.workflow.Registry;
import dev.tenon.workflow.Step;
import dev.tenon.workflow.Workflow;
import dev.tenon.workflow.WorkflowRequest;
import dev.tenon.workflow.WorkflowResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a step of a workflow costs where the step itself does nothing: nanoseconds, and with {@code -prof gc} bytes, a step. Beside the parallel steps: as many bare virtual threads.
 * {@link PeerWorkflowSteps} has the other frameworks.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class WorkflowSteps {
    private static final int STEPS = Framework.STEPS;
    private static final int GRAPH = 100_000;

    private static final Registry NOTHING = Registry.EMPTY.function("nothing", (input, context) -> input);

    private final Workflow sequence = workflow(Step.sequence(times(STEPS)));
    private final Workflow loop =
            workflow(Step.loop(Step.function("nothing").as("x")).atMost(STEPS));
    private final Workflow conditional =
            workflow(Step.loop(Step.when("n < 5", Step.function("nothing")).otherwise(Step.function("nothing")))
                    .atMost(STEPS));
    private final Workflow jsonata =
            workflow(Step.loop(Step.when("n + 1 < 5", Step.function("nothing")).otherwise(Step.function("nothing")))
                    .atMost(STEPS));
    private final Workflow parallel = workflow(Step.parallel(times(STEPS)));
    private final Workflow graph = workflow(chains());

    private static Workflow workflow(Step step) {
        return Workflow.named("bench").registry(NOTHING).of(step);
    }

    private static List<Step> times(int steps) {
        List<Step> all = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            all.add(Step.function("nothing"));
        }
        return all;
    }

    /** A hundred chains of a thousand, each step of which also waits for its neighbour. */
    private static Step chains() {
        List<Step.Node> nodes = new ArrayList<>();
        for (int i = 0; i < GRAPH; i++) {
            List<String> on = new ArrayList<>();
            if (i >= 100) {
                on.add("n" + (i - 100));
                if (i % 100 > 0) {
                    on.add("n" + (i - 101));
                }
            }
            nodes.add(new Step.Node(Step.function("nothing").input(1).named("n" + i), on));
        }
        return Step.graph(nodes);
    }

    private static WorkflowResult run(Workflow workflow) {
        WorkflowResult result = workflow.run(WorkflowRequest.empty().with("n", 3));
        if (!(result.end() instanceof RunEnd.Completed)) {
            throw new IllegalStateException("it ended " + result.end());
        }
        return result;
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Json sequence() {
        return run(sequence).output();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Json loop() {
        return run(loop).output();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Json conditional() {
        return run(conditional).output();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Json conditionalJsonata() {
        return run(jsonata).output();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Json parallel() {
        return run(parallel).output();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void bareVirtualThreads() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(STEPS);
        for (int i = 0; i < STEPS; i++) {
            Thread.ofVirtual().start(done::countDown);
        }
        done.await();
    }

    @Benchmark
    @OperationsPerInvocation(GRAPH)
    @Warmup(iterations = 2, time = 1)
    public Json graph() {
        return run(graph).output();
    }
}
