package dev.tenon.benchmarks.calls;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A chat call, a stream of {@value Host#CHUNKS} pieces, a tool round and a typed answer, of a model in another process. What counts is CPU and bytes an operation, see
 * {@link PerOperation}; the time is mostly the model's.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 8, time = 5) // After 10 s the compiler still takes most of two cores, whoever is the candidate.
@Measurement(iterations = 5, time = 3)
public abstract class ModelCalls {
    @Param({"hand", "tenon", "langchain4j"})
    public String candidate = "hand";

    private @Nullable Host host;
    private @Nullable Candidate by;

    @Setup(Level.Trial)
    public void begin() throws IOException {
        Host started = Host.inAnotherProcess(Duration.ZERO);
        host = started;
        by = Candidate.of(candidate, started.url());
    }

    @TearDown(Level.Trial)
    public void end() {
        if (host != null) {
            host.close();
        }
    }

    @Benchmark
    public Object chat() {
        return by().chat();
    }

    @Benchmark
    public Object stream() {
        return by().stream();
    }

    @Benchmark
    public Object toolRound() {
        return by().toolRound();
    }

    @Benchmark
    public Object typed() {
        return by().typed();
    }

    /** One caller. */
    @Threads(1)
    public static class OneCaller extends ModelCalls {
        /** Four tools of 50 ms: it is the time that counts. */
        @Benchmark
        public Object fourTools() {
            return by().fourTools();
        }
    }

    /** Sixty-four callers. */
    @Threads(64)
    public static class ManyCallers extends ModelCalls {}

    Candidate by() {
        return Objects.requireNonNull(by, "setup has not run");
    }
}
