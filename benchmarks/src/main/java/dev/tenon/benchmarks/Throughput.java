package dev.tenon.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * What reading answers cost, in megabytes a second of CPU time: of the best iteration, since other work on a machine only ever slows
 * one down. Of partial answers, the microseconds of a chunk.
 */
final class Throughput {
    private final PrintStream out;

    Throughput(PrintStream out) {
        this.out = out;
    }

    /** One text that was measured. */
    private record Measured(String group, int size) {
        String text() {
            return switch (group) {
                case "ValidAnswers" -> Answers.valid(size);
                case "BrokenAnswers" -> Answers.broken(size);
                case "CutAnswers" -> Answers.cut(size);
                default -> throw new IllegalArgumentException("no texts of " + group);
            };
        }

        boolean broken() {
            return !group.equals("ValidAnswers");
        }
    }

    void print(Collection<RunResult> results) throws IOException, InterruptedException {
        Map<Measured, Map<String, Double>> micros = new LinkedHashMap<>();
        for (RunResult result : results) {
            String[] path = result.getParams().getBenchmark().split("\\.");
            String group = path[path.length - 2];
            if (group.equals("PartialAnswers")) {
                int size = size(result);
                int chunks = PartialAnswers.chunks(size).size();
                out.printf(
                        Locale.ROOT, "PartialAnswers %,d characters: %.3f µs a chunk%n", size, best(result) / chunks);
            } else if (group.equals("StreamChunks")) {
                out.printf(
                        Locale.ROOT,
                        "StreamChunks %s, %s: %.3f µs a chunk%n",
                        result.getParams().getParam("format"),
                        path[path.length - 1],
                        best(result) / StreamChunks.CHUNKS);
            } else if (group.equals("CalmCalls")) {
                out.printf(Locale.ROOT, "CalmCalls %s: %.3f µs a call%n", path[path.length - 1], best(result));
            } else if (group.endsWith("Answers")) {
                micros.computeIfAbsent(new Measured(group, size(result)), key -> new LinkedHashMap<>())
                        .put(path[path.length - 1], best(result));
            }
        }
        node(micros);
        micros.forEach((measured, candidates) -> {
            int bytes = measured.text().getBytes(StandardCharsets.UTF_8).length;
            candidates.forEach((name, time) -> out.printf(
                    Locale.ROOT, "%s of %,d bytes, %s: %.1f MB/s%n", measured.group, bytes, name, bytes / time));
        });
    }

    private static int size(RunResult result) {
        return Integer.parseInt(result.getParams().getParam("size"));
    }

    /** The microseconds of CPU time of a call. */
    private static double best(RunResult result) {
        double best = Double.MAX_VALUE;
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                best = Math.min(best, counted(iteration, "nanos") / 1000 / counted(iteration, "calls"));
            }
        }
        return best;
    }

    private static double counted(IterationResult iteration, String counter) {
        return Objects.requireNonNull(iteration.getSecondaryResults().get(counter), counter)
                .getScore();
    }

    /** Has npm's jsonrepair read the broken texts, in a node of its own. */
    private void node(Map<Measured, Map<String, Double>> micros) throws IOException, InterruptedException {
        List<Measured> broken =
                micros.keySet().stream().filter(Measured::broken).toList();
        String folder = System.getenv("TENON_JSONREPAIR");
        if (broken.isEmpty() || folder == null) {
            return;
        }
        if (!Files.isDirectory(Path.of(folder, "node_modules"))) {
            run(List.of("npm", "ci", "--no-audit", "--no-fund", "--prefix", folder));
        }
        List<String> command =
                new ArrayList<>(List.of("node", Path.of(folder, "measure.mjs").toString()));
        Path texts = Files.createTempDirectory("answers");
        for (Measured measured : broken) {
            Path text = texts.resolve(measured.group + measured.size);
            Files.writeString(text, measured.text());
            command.add(text.toString());
        }
        List<String> lines = run(command).lines().toList();
        for (int i = 0; i < broken.size(); i++) {
            Map<String, Double> candidates = micros.get(broken.get(i));
            if (candidates != null) {
                candidates.put("npm jsonrepair", Double.parseDouble(lines.get(i)));
            }
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(command.getFirst() + " ended with status " + status);
        }
        return said;
    }
}
