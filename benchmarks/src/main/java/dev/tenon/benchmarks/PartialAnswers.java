package dev.tenon.benchmarks;

import dev.tenon.output.Partial;
import dev.tenon.output.RecoveryParser;
import dev.tenon.output.RecoveryReader;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does a chunk cost while an answer streams, once the document has grown? A chunk is {@value #CHUNK} characters, fed and
 * looked at: what finished, and what is growing. {@link Bench} divides by their number.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class PartialAnswers {
    /** Characters of a chunk: a few tokens. */
    static final int CHUNK = 20;

    private final RecoveryParser parser = RecoveryParser.of(Answers.Orders.class);

    /** Characters of the whole document. */
    @Param({"1000", "10000", "100000", "1000000"})
    public int size;

    private List<String> chunks = List.of();

    @Setup
    public void write() {
        chunks = chunks(size);
    }

    static List<String> chunks(int size) {
        String text = Answers.valid(size);
        List<String> chunks = new ArrayList<>();
        for (int from = 0; from < text.length(); from += CHUNK) {
            chunks.add(text.substring(from, Math.min(text.length(), from + CHUNK)));
        }
        return chunks;
    }

    @Benchmark
    public void chunks(Blackhole seen, Cpu cpu) {
        RecoveryReader reader = parser.start();
        for (String chunk : chunks) {
            Partial<?> partial = reader.feed(chunk).partial();
            seen.consume(partial.finished());
            seen.consume(partial.growing());
        }
        seen.consume(cpu.count(reader));
    }
}
