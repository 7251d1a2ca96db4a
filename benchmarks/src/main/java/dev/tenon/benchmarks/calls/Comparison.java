package dev.tenon.benchmarks.calls;

import java.io.PrintStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/** Prints CPU and bytes an operation as multiples of those of the client written by hand, where {@link ModelCalls} were measured. */
public final class Comparison {
    private record Cost(double micros, double cpu, double bytes) {}

    private final PrintStream out;

    /** Prints there. */
    public Comparison(PrintStream out) {
        this.out = out;
    }

    /** Prints what there is. */
    @SuppressWarnings("rawtypes") // JMH's own
    public void print(Collection<RunResult> results) {
        Map<String, Map<String, Cost>> rows = new LinkedHashMap<>();
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            String name = params.getBenchmark();
            if (name.contains(ModelCalls.class.getSimpleName())
                    && result.getSecondaryResults().containsKey(PerOperation.CPU)) {
                rows.computeIfAbsent(
                                name.substring(name.lastIndexOf('.') + 1) + ", " + params.getThreads(),
                                row -> new LinkedHashMap<>())
                        .put(
                                params.getParam("candidate"),
                                new Cost(
                                        result.getPrimaryResult().getScore(),
                                        score(result, PerOperation.CPU),
                                        score(result, PerOperation.BYTES)));
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        out.printf("%n%-16s%-13s%12s%12s%8s%12s%8s%n", "row, callers", "", "time us", "cpu us", "x", "bytes", "x");
        rows.forEach((row, candidates) -> {
            Cost hand = candidates.get(Candidate.NAMES.getFirst());
            candidates.forEach((candidate, cost) -> out.printf(
                    Locale.ROOT,
                    "%-16s%-13s%12.0f%12.1f%8s%12.0f%8s%n",
                    row,
                    candidate,
                    cost.micros,
                    cost.cpu,
                    hand == null ? "" : times(cost.cpu / hand.cpu),
                    cost.bytes,
                    hand == null ? "" : times(cost.bytes / hand.bytes)));
        });
    }

    private static double score(RunResult result, String name) {
        return Objects.requireNonNull(result.getSecondaryResults().get(name), name)
                .getScore();
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }
}
