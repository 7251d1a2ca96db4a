package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.testing.ScriptedProvider;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A run without a journal pays nothing for journals. */
class PlainRunCostTest {
    private static final int RUNS = 2_000;

    /** What a run with one model call may take: 4,980 bytes were measured, compiled and not; with a journal in memory it is 33,700. */
    private static final long MOST_BYTES = 5_600;

    /** A model that allocates nothing. */
    private record Constant(ChatResponse response, ModelInfo info) implements Provider {
        @Override
        public ChatResponse chat(ChatRequest request, Call call) {
            return response;
        }
    }

    private static long bytes(Supplier<RunResult> run) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < RUNS; i++) {
            assertThat(run.get().completed()).isTrue();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        int completed = 0;
        for (int i = 0; i < RUNS; i++) {
            completed += run.get().completed() ? 1 : 0;
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(completed).isEqualTo(RUNS);
        return bytes / RUNS;
    }

    @Test
    void aRunWithoutAJournalTakesFewBytes() {
        ChatResponse response = ScriptedProvider.of(reply("Yes.")).chat(ChatRequest.of("?"), Call.unwatched());
        Agent agent = Agent.builder(new Constant(response, ModelInfo.UNKNOWN)).build();
        RunRequest request = RunRequest.of("Is it?");

        long plain = bytes(() -> Runner.plain().run(agent, request));
        long journalled = bytes(() -> Runner.journalled(Journal.inMemory()).run(agent, request));

        assertThat(plain).as("bytes a run, %d with a journal", journalled).isLessThan(MOST_BYTES);
        assertThat(journalled - plain).isGreaterThan(1_000);
    }

    /** A class loader that can be asked what it has loaded. */
    private static final class Loader extends URLClassLoader {
        Loader() {
            super(
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(Loader::url)
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
        }

        private static URL url(String path) {
            try {
                return Path.of(path).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }

        boolean hasLoaded(String name) {
            return findLoadedClass(name) != null;
        }
    }

    /** Run in a class loader of its own. */
    public static final class Program {
        private Program() {}

        public static String plain() {
            return Agent.builder(ScriptedProvider.of(reply("Yes.")))
                    .build()
                    .run("Is it?")
                    .text();
        }

        public static String journalled() {
            return Runner.journalled(Journal.inMemory())
                    .run(Agent.builder(ScriptedProvider.of(reply("Yes."))).build(), RunRequest.of("Is it?"))
                    .text();
        }
    }

    private static final List<String> JOURNAL = List.of(
            JournalRecord.class.getName(),
            JournalRecord.Begun.class.getName(),
            JournalRecord.Started.class.getName(),
            JournalRecord.Ended.class.getName(),
            JournalRecord.Closed.class.getName(),
            "dev.tenon.journal.MemoryJournal",
            "dev.tenon.run.Ledger",
            "dev.tenon.run.Ledger$Digests",
            "dev.tenon.run.Recorded");

    @Test
    void noCodeOfTheJournalIsLoadedForARunWithoutOne() throws Exception {
        try (Loader loader = new Loader()) {
            Class<?> program = loader.loadClass(Program.class.getName());

            assertThat(program.getMethod("plain").invoke(null)).isEqualTo("Yes.");
            assertThat(JOURNAL).noneMatch(loader::hasLoaded);

            assertThat(program.getMethod("journalled").invoke(null)).isEqualTo("Yes.");
            assertThat(JOURNAL.stream().filter(name -> !loader.hasLoaded(name)))
                    .containsExactly("dev.tenon.run.Recorded");
        }
    }
}
