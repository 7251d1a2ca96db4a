package dev.tenon.benchmarks;

import dev.tenon.provider.Embedding;
import dev.tenon.recall.vector.InMemoryVectorStore;
import dev.tenon.recall.vector.Precision;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorMatch;
import dev.tenon.vector.VectorStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an exact search cost: the 10 nearest of 100,000 vectors of 384 numbers? Beside a plain loop over rows of floats, as one writes it, with the lengths known before. That the stores find the same as the loop is checked
 * before anything is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
public class NearestVectors {
    private static final int NUMBERS = 384;
    private static final int MOST = 10;
    private static final int QUERIES = 16;

    /** How many vectors. */
    @Param("100000")
    private int vectors;

    private final List<Embedding> queries = new ArrayList<>();
    private float[] rows = new float[0];
    private VectorStore bytes = new InMemoryVectorStore(Precision.INT8);
    private VectorStore floats = new InMemoryVectorStore(Precision.FLOAT);
    private int asked;

    private record Near(int row, float score) implements Comparable<Near> {
        @Override
        public int compareTo(Near other) {
            return Float.compare(score, other.score);
        }
    }

    /** Fills both stores, and checks that all three find the same. */
    @Setup(Level.Trial)
    public void fill() {
        Random random = new Random(42);
        rows = new float[vectors * NUMBERS];
        List<VectorEntry> batch = new ArrayList<>();
        for (int row = 0; row < vectors; row++) {
            float[] unit = unit(random);
            System.arraycopy(unit, 0, rows, row * NUMBERS, NUMBERS);
            batch.add(new VectorEntry(Integer.toString(row), Embedding.of(unit), ""));
            if (batch.size() == 1_000 || row == vectors - 1) {
                bytes.add(batch);
                floats.add(batch);
                batch.clear();
            }
        }
        for (int i = 0; i < QUERIES; i++) {
            queries.add(Embedding.of(unit(random)));
            int[] wanted = byRows(queries.get(i));
            for (VectorStore store : List.of(bytes, floats)) {
                int[] found = store.search(queries.get(i), MOST).stream()
                        .mapToInt(match -> Integer.parseInt(match.id()))
                        .toArray();
                if (!Arrays.equals(found, wanted)) {
                    throw new IllegalStateException(
                            "the store found " + Arrays.toString(found) + ", the loop " + Arrays.toString(wanted));
                }
            }
        }
    }

    private static float[] unit(Random random) {
        float[] vector = new float[NUMBERS];
        double length = 0;
        for (int i = 0; i < NUMBERS; i++) {
            vector[i] = (float) random.nextGaussian();
            length += (double) vector[i] * vector[i];
        }
        for (int i = 0; i < NUMBERS; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }

    private int[] byRows(Embedding query) {
        float[] wanted = query.toArray();
        PriorityQueue<Near> nearest = new PriorityQueue<>(MOST + 1);
        for (int row = 0; row < vectors; row++) {
            float score = dot(wanted, rows, row * NUMBERS);
            if (nearest.size() < MOST || score > nearest.element().score()) {
                nearest.add(new Near(row, score));
                if (nearest.size() > MOST) {
                    nearest.poll();
                }
            }
        }
        return nearest.stream()
                .sorted((one, other) -> Float.compare(other.score(), one.score()))
                .mapToInt(Near::row)
                .toArray();
    }

    private static float dot(float[] wanted, float[] rows, int from) {
        float sum = 0;
        for (int i = 0; i < wanted.length; i++) {
            sum += wanted[i] * rows[from + i];
        }
        return sum;
    }

    private Embedding query() {
        return queries.get(asked++ % QUERIES);
    }

    /** A loop over rows. */
    @Benchmark
    public int[] plainLoop() {
        return byRows(query());
    }

    /** {@code Precision.INT8}. */
    @Benchmark
    public List<VectorMatch> int8() {
        return bytes.search(query(), MOST);
    }

    /** {@code Precision.FLOAT}. */
    @Benchmark
    public List<VectorMatch> float32() {
        return floats.search(query(), MOST);
    }
}
