package dev.tenon.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.event.Event;
import dev.tenon.journal.file.FileJournal;
import dev.tenon.message.ToolMessage;
import dev.tenon.run.Runner;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A watcher of a run whose process is killed comes back with the sequence it saw last, in another process, and sees the rest. */
@Timeout(120)
class WatchedRunTest {
    private static final int PAGES = 5;

    @TempDir
    Path folder;

    /** Prints five pages, a tool call each; hangs where it is to be killed. */
    private static Agent agent(Recording recording, int hangsAt) {
        ToolSpec page = ToolSpec.of(
                        "page", "Prints the next page", JsonSchema.parse("{\"type\":\"object\",\"properties\":{}}"))
                .withTraits(ToolSpec.Trait.IDEMPOTENT);
        return Agent.builder(ScriptedProvider.of().always(asked -> {
                    long printed = asked.chat().messages().stream()
                            .filter(ToolMessage.class::isInstance)
                            .count();
                    return printed < PAGES ? Reply.toolCall("page", "{}") : Reply.reply("printed");
                }))
                .tools(Tool.of(page, (arguments, context) -> {
                    if (context.id().equals("book/" + hangsAt + "/0")) {
                        say("now");
                        Thread.sleep(Long.MAX_VALUE);
                    }
                    return "ok";
                }))
                .listener(recording)
                .build();
    }

    private static synchronized void say(String line) {
        System.out.print(line + "\n");
        System.out.flush();
    }

    /** The program that is killed: a run, and a watcher that says what it is told. */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        try (FileJournal journal = FileJournal.at(folder.resolve("journal"));
                FileRecording recording = FileRecording.open(folder.resolve("events"))) {
            recording.watch("book", 0, event -> say("told " + event.sequence() + " " + event.name()));
            Runner.journalled(journal)
                    .run(
                            agent(recording, Integer.parseInt(arguments[1])),
                            RunRequest.of("Print").id("book"));
        }
    }

    /** What the watcher in the process had been told when that was killed. */
    private List<String> killed(int hangsAt) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WatchedRunTest.class.getName(),
                        folder.toString(),
                        Integer.toString(hangsAt))
                .redirectErrorStream(true)
                .start();
        List<String> told = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            boolean now = false;
            // The tool may hang before the watcher, which nobody waits for, is told so.
            while (!now || calls(told) < hangsAt) {
                String line = out.readLine();
                assertThat(line).as(() -> told.toString()).isNotNull();
                now |= line.equals("now");
                if (line.startsWith("told ")) {
                    told.add(line.substring(5));
                }
            }
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        return told;
    }

    private static long calls(List<String> told) {
        return told.stream().filter(line -> line.endsWith("tool.call.started")).count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void seesTheRestWithoutGapOrDouble(int hangsAt) throws Exception {
        List<String> before = killed(hangsAt);
        long seen = Long.parseLong(before.getLast().split(" ")[0]);
        List<Event> after = Collections.synchronizedList(new ArrayList<>());

        try (FileJournal journal = FileJournal.at(folder.resolve("journal"));
                FileRecording recording = FileRecording.open(folder.resolve("events"))) {
            recording.watch("book", seen, after::add);
            assertThat(Runner.journalled(journal)
                            .run(agent(recording, 0), RunRequest.of("Print").id("book"))
                            .text())
                    .isEqualTo("printed");
        }

        List<String> all = new ArrayList<>(before);
        after.forEach(event -> all.add(event.sequence() + " " + event.name()));
        assertThat(all.stream().map(line -> Long.valueOf(line.split(" ")[0])))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(all.getFirst()).endsWith("run.started");
        assertThat(all.getLast()).endsWith("run.finished");
        assertThat(after.getFirst().name()).isEqualTo("run.resumed");
        assertThat(all.stream().filter(line -> line.endsWith("tool.call.finished")))
                .hasSize(PAGES);
        assertThat(IntStream.range(0, all.size())
                        .filter(i -> all.get(i).endsWith("run.resumed"))
                        .count())
                .isEqualTo(1);
    }

    /** A watcher that saw less than was recorded is told that first; one that saw nothing, all of it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 2, 6})
    void seesWhatWasSettledBeforeTheCrashToo(long seen) throws Exception {
        List<String> before = killed(3);
        List<Event> after = Collections.synchronizedList(new ArrayList<>());

        try (FileRecording recording = FileRecording.open(folder.resolve("events"))) {
            recording.watch("book", seen, after::add);
        }

        assertThat(after.stream().map(event -> event.sequence() + " " + event.name()))
                .containsExactlyElementsOf(before.subList((int) seen, before.size()));
    }
}
