package dev.tenon.benchmarks.steps;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What {@link WorkflowSteps} asks, of other frameworks: the same patterns with as many steps that do nothing. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PeerWorkflowSteps {
    /** One of {@link Framework#NAMES}. */
    @Param({"langchain4j", "langgraph4j", "adk"})
    public String framework = "";

    private @Nullable Framework steps;

    /** Makes the patterns. */
    @Setup
    public void setUp() {
        steps = Framework.of(framework, () -> {});
    }

    private Framework steps() {
        return Objects.requireNonNull(steps);
    }

    @Benchmark
    @OperationsPerInvocation(Framework.STEPS)
    public void sequence() {
        steps().sequence();
    }

    @Benchmark
    @OperationsPerInvocation(Framework.STEPS)
    public void loop() {
        steps().loop();
    }

    @Benchmark
    @OperationsPerInvocation(Framework.STEPS)
    public void conditional() {
        steps().conditional();
    }

    @Benchmark
    @OperationsPerInvocation(Framework.STEPS)
    public void parallel() {
        steps().parallel();
    }
}
