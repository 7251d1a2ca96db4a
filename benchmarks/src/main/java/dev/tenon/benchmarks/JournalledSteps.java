package dev.tenon.benchmarks;

import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.journal.file.FileJournal;
import dev.tenon.journal.file.Fsync;
import dev.tenon.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Steps of a run that are appended a second, for each {@link Fsync}: one append of the end of a tool call and the start of the next model call. Beside it what nobody
 * can go below: the same bytes written to a {@code FileChannel}, and forced where the policy forces, one after the other. {@code -t 16} has sixteen runs at once.
 *
 * <p>The files lie in the folder for temporary files, {@code -Djava.io.tmpdir}: one in memory forces nothing.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
public class JournalledSteps {
    private static final Instant TIME = Instant.parse("2026-11-25T12:00:00.123456Z");

    /** The result of a search, of which some are longer and most shorter. */
    private static final Json OUTCOME = Json.object()
            .put("type", "tool_returned")
            .put(
                    "content",
                    "Lisbon: 21.5 °C, a light breeze from the north-west, no rain before the evening. ".repeat(6))
            .put("structured", Json.object("temperature", 21.5).with("rain", false))
            .build();

    private static final List<JournalRecord> STEP = List.of(
            new JournalRecord.Ended(TIME, "12/0", OUTCOME, Map.of()),
            new JournalRecord.Started(
                    TIME, "13/0", "model", "0123456789abcdef".repeat(4), 1, Json.object("tokens", 4096), Map.of()));

    /** A journal, and a file of its own beside it. */
    @State(Scope.Benchmark)
    public static class Written {
        /** What an append promises. */
        @Param({"ALWAYS", "BATCHED", "NONE"})
        public Fsync fsync = Fsync.ALWAYS;

        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicInteger runs = new AtomicInteger();
        private Path folder = Path.of("");

        @SuppressWarnings("NullAway.Init") // by open()
        private FileJournal journal;

        @SuppressWarnings("NullAway.Init") // by open()
        private FileChannel bare;

        private byte[] bytes = {};

        /** Learns how many bytes a step has, and begins. */
        @Setup(Level.Iteration)
        public void open() throws IOException {
            folder = Files.createTempDirectory("journalled-steps");
            journal =
                    FileJournal.builder(folder.resolve("journal")).fsync(fsync).open();
            try (RunJournal run = journal.own("first")) {
                run.append(STEP);
            }
            bytes = new byte[(int) journal.size().live()];
            bare = FileChannel.open(folder.resolve("bare"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        /** Deletes what was written. */
        @TearDown(Level.Iteration)
        public void close() throws IOException {
            journal.close();
            bare.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A run of the journal. */
    @State(Scope.Thread)
    public static class Run {
        @SuppressWarnings("NullAway.Init") // by own()
        private RunJournal run;

        /** Takes it. */
        @Setup(Level.Iteration)
        public void own(Written written) {
            run = written.journal.own("run-" + written.runs.incrementAndGet());
        }

        /** Gives it back. */
        @TearDown(Level.Iteration)
        public void giveBack() {
            run.close();
        }
    }

    /** The journal. */
    @Benchmark
    public void journal(Run run) {
        run.run.append(STEP);
    }

    /** The bytes alone, one after the other as they would be without a journal. */
    @Benchmark
    public void bare(Written written) throws IOException {
        written.lock.lock();
        try {
            written.bare.write(ByteBuffer.wrap(written.bytes));
            if (written.fsync != Fsync.NONE) {
                written.bare.force(false);
            }
        } finally {
            written.lock.unlock();
        }
    }

    /** Nanoseconds of what is done in turns. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Nanos {
        /** In the journal. */
        public long journal;

        /** In the bare file. */
        public long bare;
    }

    /** Both in turns, so that whatever else the machine does meets both alike: the floor's share is {@code bare / journal}. */
    @Benchmark
    public void inTurns(Run run, Written written, Nanos nanos) throws IOException {
        long start = System.nanoTime();
        run.run.append(STEP);
        long middle = System.nanoTime();
        bare(written);
        nanos.journal += middle - start;
        nanos.bare += System.nanoTime() - middle;
    }
}
