package dev.tenon.toolbox.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.message.Content;
import dev.tenon.scope.Stop;
import dev.tenon.testing.VirtualClock;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import dev.tenon.toolbox.Calls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The child is a Java program, so that these run wherever the library does. */
@Timeout(90)
class LineToolsTest {
    private static final String NAME = "the tool process java";

    private final List<LineTools> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(LineTools::close);
    }

    private static LineTools.Builder child(String... mode) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classes(),
                LineChild.class.getName()));
        command.addAll(List.of(mode));
        return LineTools.of(command.toArray(String[]::new))
                .limits(LineLimits.DEFAULT.withLineBytes(65536).withHello(Duration.ofSeconds(60)));
    }

    private static String classes() {
        try {
            return Path.of(LineChild.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Calls start(LineTools.Builder builder) throws IOException {
        LineTools tools = builder.start();
        started.add(tools);
        return new Calls(tools.tools());
    }

    private static String failed(Calls calls, String tool, Object... arguments) throws Exception {
        ToolOutput output = calls.output(tool, arguments);
        assertThat(output.error()).as(output.text()).isTrue();
        return output.text();
    }

    @Test
    void callsAreAnsweredAndTheProcessIsKept() throws Exception {
        Calls calls = start(child());
        long pid = started.getFirst().process().orElseThrow().pid();

        assertThat(calls.call("echo", "text", "hello")).isEqualTo("hello é😀");
        assertThat(calls.call("progress")).isEqualTo("{\"b\":[1,2.50]}");
        assertThat(calls.events).containsExactly("progress half way");
        assertThat(calls.output("files").content())
                .containsExactly(
                        Content.text("two"),
                        Content.Media.of(new byte[] {1, 2}, "image/png"),
                        Content.Media.of(new byte[] {3}, "text/csv").withName("a.csv"));
        assertThat(calls.tool("echo").spec().traits()).containsExactly(ToolSpec.Trait.READ_ONLY);
        assertThat(started.getFirst().process().orElseThrow().pid()).isEqualTo(pid);
    }

    @Test
    void callsRunSideBySide() throws Exception {
        Calls calls = start(child());
        List<Future<String>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String text = "t" + i;
                all.add(threads.submit(() -> calls.call("echo", "text", text)));
            }
        }
        for (int i = 0; i < 200; i++) {
            assertThat(all.get(i).get()).isEqualTo("t" + i + " é😀");
        }
    }

    @Test
    void whateverGoesWrongIsAClearResultAndTheNextCallStartsItAgain() throws Exception {
        VirtualClock clock = new VirtualClock();
        Calls calls = start(child().time(clock));

        assertThat(failed(calls, "crash")).isEqualTo(NAME + " ended before it answered, with exit code 3");
        assertThat(calls.call("echo", "text", "a")).startsWith("a");
        assertThat(failed(calls, "half")).isEqualTo(NAME + " ended in the middle of a line, with exit code 0");
        assertThat(calls.call("echo", "text", "b")).startsWith("b");
        assertThat(failed(calls, "garbage"))
                .isEqualTo(NAME + " wrote a line that is none of the protocol, and was ended: \"Traceback (most recent"
                        + " call last):\" (what is for people belongs on its standard error)");
        assertThat(calls.call("echo", "text", "c")).startsWith("c");
        assertThat(failed(calls, "huge")).isEqualTo(NAME + " wrote a line of more than 65536 bytes, and was ended");
        assertThat(calls.call("echo", "text", "d")).startsWith("d");
        assertThat(failed(calls, "wrong"))
                .isEqualTo(NAME + " answered a call that nobody made, \"4711\", and was ended");
        assertThat(calls.call("echo", "text", "e")).startsWith("e");
        assertThat(failed(calls, "again")).isEqualTo(NAME + " said twice which tools it has, and was ended");
        assertThat(calls.call("echo", "text", "again")).startsWith("again");
        assertThat(failed(calls, "nothing"))
                .isEqualTo(NAME + " gave a result that is none: it has no text, no json and no files");
        assertThat(calls.call("echo", "text", "f")).startsWith("f");
    }

    @Test
    void aCallThatTakesTooLongIsGivenUpAndAProcessThatHangsIsEnded() throws Exception {
        Calls calls = start(child());
        ProcessHandle first = started.getFirst().process().orElseThrow();

        assertThat(failed(calls, "hang"))
                .isEqualTo("timed out after PT0.2S; " + NAME + " was told to give the call up");
        assertThat(calls.call("echo", "text", "same")).startsWith("same");
        assertThat(started.getFirst().process().orElseThrow().pid()).isEqualTo(first.pid());

        assertThat(failed(calls, "deaf")).startsWith("timed out after PT0.2S");
        first.onExit().get(30, TimeUnit.SECONDS);
        assertThat(calls.call("echo", "text", "another")).startsWith("another");
    }

    @Test
    void whoFailsAgainAndAgainIsLeftAloneForAWhile() throws Exception {
        VirtualClock clock = new VirtualClock();
        Calls calls = start(child().time(clock));

        failed(calls, "crash");
        failed(calls, "crash");
        assertThat(failed(calls, "echo"))
                .isEqualTo(NAME + " failed 2 times in a row, and is started again in 101 ms at the soonest");
        clock.advance(Duration.ofMillis(100));
        failed(calls, "crash");
        assertThat(failed(calls, "echo")).contains("failed 3 times in a row, and is started again in 201 ms");
        clock.advance(Duration.ofMillis(200));
        assertThat(calls.call("echo", "text", "well")).startsWith("well");
        failed(calls, "crash");
        assertThat(calls.call("echo", "text", "at once")).startsWith("at once");
    }

    @Test
    void aStopEndsTheWaitAndClosingEndsTheProcess() throws Exception {
        Calls calls = start(child());
        ProcessHandle process = started.getFirst().process().orElseThrow();
        calls.onProgress(() -> calls.scope.stop(new Stop(Stop.Kind.CANCELLED, "enough")));
        assertThat(failed(calls, "waits")).isEqualTo("stopped before it was done");

        ((AutoCloseable) calls.tool("echo")).close();

        assertThat(process.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        assertThat(failed(calls, "echo")).isEqualTo(NAME + " was closed");
    }

    @Test
    void aProcessThatStaysIsEndedByForceAndSoIsWhatItStarted() throws Exception {
        Calls stays = start(child("stays"));
        ProcessHandle process = started.getFirst().process().orElseThrow();
        Calls goes = start(child());
        ProcessHandle below =
                ProcessHandle.of(Long.parseLong(goes.call("child"))).orElseThrow();
        assertThat(stays.call("echo", "text", "here")).startsWith("here");

        started.forEach(LineTools::close);

        assertThat(process.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        assertThat(below.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void aProcessThatReadsNoMoreIsEndedBeforeLinesForItPileUp() throws Exception {
        Calls calls = start(child());
        Set<String> told = ConcurrentHashMap.newKeySet();
        List<Callable<Boolean>> all = new ArrayList<>();
        all.add(() -> told.add(failed(calls, "stuck")));
        for (int i = 0; i < 1200; i++) {
            all.add(() ->
                    told.add(calls.output("echo", "text", "x".repeat(1000)).text()));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(all);
        }
        assertThat(told).contains(NAME + " does not read its input, and was ended");
    }

    @Test
    void whoDoesNotSayWhichToolsItHasIsNotStarted() {
        assertThatThrownBy(() -> child("chatty").start())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(NAME + " wrote a line that is none of the protocol, and was ended: \"Loading");
        assertThatThrownBy(() -> child("dies").start())
                .hasMessage(NAME + " ended before it answered, with exit code 7");
        assertThatThrownBy(() -> child("bad").start())
                .hasMessage(NAME + " said a tool that is none: the trait \"nice\" is none of read_only, idempotent,"
                        + " destructive, open_world");
        assertThatThrownBy(() -> child("silent")
                        .limits(LineLimits.DEFAULT.withHello(Duration.ofMillis(50)))
                        .start())
                .hasMessage(NAME + " did not say within PT0.05S which tools it has");
        assertThatThrownBy(() -> LineTools.of("/no/such/program").start())
                .hasMessage("the tool process program cannot be started; is it installed, and in the search path?");
        assertThatThrownBy(() -> LineTools.of()).hasMessage("a command line begins with a program, got none");
    }

    @Test
    void itSeesOnlyTheEnvironmentThatItIsGiven() throws Exception {
        Calls calls = start(child().variable("MINE", "1"));
        assertThat(calls.call("environment").split(" "))
                .contains("MINE")
                .isSubsetOf("MINE", "PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "_JAVA_OPTIONS");
    }
}
