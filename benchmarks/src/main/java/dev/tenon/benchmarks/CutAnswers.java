package dev.tenon.benchmarks;

import dev.tenon.output.RecoveryParser;
import io.github.haibiiin.json.repair.JSONRepair;
import io.github.haibiiin.json.repair.JSONRepairConfig;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to read an answer that was cut off? Both peers can mend that. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class CutAnswers {
    private final RecoveryParser any = RecoveryParser.any();
    private final RecoveryParser typed = RecoveryParser.of(Answers.Orders.class);

    private final JSONRepair repair = new JSONRepair(new JSONRepairConfig());

    /** Characters. */
    @Param({"1000", "100000"})
    public int size;

    private String text = "";

    @Setup
    public void write() {
        text = Answers.cut(size);
    }

    @Benchmark
    public Object anyJson(Cpu cpu) {
        return cpu.count(any.parse(text).value());
    }

    @Benchmark
    public Object withSchema(Cpu cpu) {
        return cpu.count(typed.parse(text).value());
    }

    @Benchmark
    public Object jsonRepair(Cpu cpu) {
        return cpu.count(repair.handle(text));
    }
}
