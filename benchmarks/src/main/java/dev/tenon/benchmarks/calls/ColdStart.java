package dev.tenon.benchmarks.calls;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * From the start of the JVM to the first answer, of a chat call and of a tool round: whole processes, the candidates in turns. The program is {@code bin/cold [TIMES]}.
 */
public final class ColdStart {
    private ColdStart() {}

    /** Measures. */
    public static void main(String... args) throws IOException, InterruptedException {
        int times = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        Map<String, double[]> millis = new LinkedHashMap<>();
        Map<String, double[]> cpu = new LinkedHashMap<>();
        try (Host host = Host.inAnotherProcess(Duration.ZERO)) {
            for (int i = -1; i < times; i++) { // The first is thrown away.
                for (String row : new String[] {"chat", "tools"}) {
                    for (String candidate : Candidate.NAMES) {
                        String key = row + " " + candidate;
                        long begun = System.nanoTime();
                        Process process = Host.java(java.util.List.of(), First.class, candidate, host.url(), row)
                                .redirectErrorStream(true)
                                .start();
                        String said = Load.said(process);
                        double took = (System.nanoTime() - begun) / 1e6;
                        if (i >= 0) {
                            millis.computeIfAbsent(key, k -> new double[times])[i] = took;
                            cpu.computeIfAbsent(key, k -> new double[times])[i] = Double.parseDouble(said.strip());
                        }
                    }
                }
            }
        }
        System.out.printf("%-20s%12s%8s%12s%8s%n", "median of " + times, "ms", "x", "cpu ms", "x");
        millis.forEach((key, all) -> {
            String hand = key.substring(0, key.indexOf(' ') + 1) + Candidate.NAMES.getFirst();
            System.out.printf(
                    Locale.ROOT,
                    "%-20s%12.0f%8.2f%12.0f%8.2f%n",
                    key,
                    median(all),
                    median(all) / median(millis.getOrDefault(hand, all)),
                    median(cpu.getOrDefault(key, all)),
                    median(cpu.getOrDefault(key, all)) / median(cpu.getOrDefault(hand, all)));
        });
    }

    private static double median(double[] all) {
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** One answer; prints the milliseconds of CPU that the process used. */
    static final class First {
        private First() {}

        public static void main(String... args) {
            Candidate candidate = Candidate.of(args[0], args[1]);
            String answer = args[2].equals("chat") ? candidate.chat() : candidate.toolRound();
            if (answer.isEmpty()) {
                throw new IllegalStateException("no answer");
            }
            System.out.println(ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElse(Duration.ZERO)
                    .toMillis());
            System.exit(0);
        }
    }
}
