package dev.tenon.benchmarks.calls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ten thousand runs at once, each with one tool round, of a model in another process that takes 200 ms for each answer. Each candidate has a JVM of its own, with the same
 * heap. The program is {@code bin/load [RUNS [CANDIDATE…]]}.
 */
public final class Load {
    private static final Duration DELAY = Duration.ofMillis(200);
    private static final String HEAP = "-Xmx2g";

    private Load() {}

    /** Measures. */
    public static void main(String... args) throws IOException, InterruptedException {
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        List<String> candidates = args.length > 1 ? List.of(args).subList(1, args.length) : Candidate.NAMES;
        System.out.printf(
                "%d runs at once, a tool round each, %d ms an answer, %s%n%-14s%10s%12s%12s%10s%n",
                runs, DELAY.toMillis(), HEAP, "", "seconds", "cpu s", "max RSS MB", "failures");
        for (String candidate : candidates) {
            try (Host host = Host.inAnotherProcess(DELAY)) {
                Process process = Host.java(List.of(HEAP), Client.class, candidate, host.url(), Integer.toString(runs))
                        .redirectErrorStream(true)
                        .start();
                System.out.print(said(process));
            }
        }
    }

    static String said(Process process) throws IOException, InterruptedException {
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException("status " + status + ": " + text);
            }
            return text;
        }
    }

    /** The runs of one candidate. */
    static final class Client {
        private Client() {}

        public static void main(String... args) throws InterruptedException, IOException {
            Candidate candidate = Candidate.of(args[0], args[1]);
            int runs = Integer.parseInt(args[2]);
            String wanted = candidate.toolRound(); // Classes are loaded.
            AtomicInteger failures = new AtomicInteger();
            AtomicReference<@Nullable Throwable> first = new AtomicReference<>();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>(runs);
            for (int i = 0; i < runs; i++) {
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        go.await();
                        if (!candidate.toolRound().equals(wanted)) {
                            throw new IllegalStateException("another answer");
                        }
                    } catch (Exception | Error e) {
                        failures.incrementAndGet();
                        first.compareAndSet(null, e);
                    }
                }));
            }
            long begun = System.nanoTime();
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%-14s%10.1f%12.1f%12d%10d%s%n",
                    args[0],
                    seconds,
                    ProcessHandle.current()
                                    .info()
                                    .totalCpuDuration()
                                    .orElse(Duration.ZERO)
                                    .toMillis()
                            / 1e3,
                    maxResident() >> 10,
                    failures.get(),
                    first.get() == null ? "" : "  the first: " + first.get());
            System.exit(0); // Some clients leave threads behind.
        }

        /** In KB, as Linux counts; 0 elsewhere. */
        private static long maxResident() throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.exists(status)) {
                return 0;
            }
            try (var lines = Files.lines(status)) {
                return lines.filter(line -> line.startsWith("VmHWM:"))
                        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .findFirst()
                        .orElse(0L);
            }
        }
    }
}
