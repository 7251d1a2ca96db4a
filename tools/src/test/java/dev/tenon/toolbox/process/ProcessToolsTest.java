package dev.tenon.toolbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.tool.ToolOutput;
import dev.tenon.toolbox.Calls;
import dev.tenon.toolbox.QuickDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the process tool does, and its attack table: programs, arguments, environment, floods, processes that stay. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class ProcessToolsTest {
    @TempDir(factory = QuickDisk.class)
    Path folder;

    private Calls open;

    @BeforeEach
    void open() {
        open = calls(free("cat", "echo", "sh", "env", "sleep", "ls", "head", "true", "pwd"));
    }

    private ProcessTools.Builder free(String... programs) {
        return ProcessTools.allowing(folder, programs).containment(Containment.NONE);
    }

    private static Calls calls(ProcessTools.Builder tools) {
        return new Calls(tools.build().tools());
    }

    private static ToolOutput run(Calls calls, String... command) throws Exception {
        return calls.output("process_run", "command", Json.array((Object[]) command));
    }

    private static String refused(Calls calls, String... command) throws Exception {
        return calls.refused("process_run", "command", Json.array((Object[]) command));
    }

    @Test
    void aProgramGetsItsArgumentsAsTheyAre() throws Exception {
        ToolOutput output = run(open, "echo", "a b", "$HOME", "*", "; rm -rf /", "`id`", "'");

        assertThat(output.error()).isFalse();
        assertThat(output.text())
                .isEqualTo("exit 0\n"
                        + "a b $HOME * ; rm -rf / `id` '\n"
                        + "[not contained: this process had the network and the files of the user who runs this"
                        + " program]");
    }

    @Test
    void inputAndBothOutputsAreText() throws Exception {
        assertThat(open.call("process_run", "command", Json.array("cat"), "input", "grüezi"))
                .startsWith("exit 0\ngrüezi\n");
        ToolOutput failed = run(open, "sh", "-c", "echo out; echo err >&2; exit 3");
        assertThat(failed.error()).isTrue();
        assertThat(failed.text()).startsWith("exit 3\nout\n[standard error]\nerr\n");
    }

    @Test
    void theEnvironmentIsItsOwn() throws Exception {
        String seen = run(open, "env").text();

        assertThat(seen.lines().filter(line -> line.contains("=")).map(line -> line.substring(0, line.indexOf('='))))
                .containsExactlyInAnyOrder("PATH", "HOME", "TMPDIR", "LANG", "TENON_PROCESS");
        assertThat(seen).contains("HOME=" + folder.toRealPath());

        Calls told = calls(free("env").variable("STAGE", "test").settable("LEVEL"));
        assertThat(told.call("process_run", "command", Json.array("env"), "environment", Map.of("LEVEL", "3")))
                .contains("STAGE=test", "LEVEL=3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_PRELOAD",
                "PATH",
                "LD_LIBRARY_PATH",
                "BASH_ENV",
                "GIT_SSH_COMMAND",
                "HOME",
                "TENON_PROCESS",
                ""
            })
    void aVariableThatMayNotBeSetIsRefused(String name) throws Exception {
        Calls told = calls(free("env").settable("LEVEL"));

        assertThat(told.refused("process_run", "command", Json.array("env"), "environment", Map.of(name, "x")))
                .isEqualTo("the variable \"" + name + "\" may not be set. Allowed: setting LEVEL");
        told.refused("process_run", "command", Json.array("env"), "environment", Map.of("LEVEL", "a\0b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_FUNC_ls", "GCONV_PATH", "bash_env", "SHELLOPTS", "PS4"
            })
    void whatChangesAnyProgramIsNobodysToSet(String name) {
        String message = "\"" + name + "\" may not be set: it is no name, or it changes what programs run";
        assertThatThrownBy(() -> free("env").variable(name, "x")).hasMessage(message);
        assertThatThrownBy(() -> free("env").inherit(name)).hasMessage(message);
        assertThatThrownBy(() -> free("env").settable(name)).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GIT_SSH_COMMAND",
                "GIT_CONFIG_COUNT",
                "PYTHONPATH",
                "PYTHONSTARTUP",
                "PERL5OPT",
                "RUBYOPT",
                "NODE_OPTIONS",
                "JAVA_TOOL_OPTIONS",
                "_JAVA_OPTIONS",
                "EDITOR",
                "PAGER",
                "LESSOPEN",
                "HOME",
                "SHELL",
                "MAKEFLAGS",
                "XDG_CONFIG_HOME",
                "RUSTC_WRAPPER",
                "SSLKEYLOGFILE",
                "node_options"
            })
    void whatLeadsSomeProgramIsTheAuthorsToSetAndNotTheModels(String name) throws Exception {
        assertThatThrownBy(() -> free("env").settable(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + name + "\" may not be set by a model, since some programs run what it says");
        assertThat(run(calls(free("env").variable(name, "mine")), "env").text()).contains(name + "=mine");
    }

    @Test
    void aFolderOfTheSearchPathThatAModelMayWriteInIsNotSearched(@TempDir Path other) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path link = Files.createSymbolicLink(other.resolve("link"), bin);

        assertThat(Programs.searchPath(
                        String.join(
                                ":",
                                bin.toString(),
                                link.toString(),
                                other.toString(),
                                "bin",
                                ".",
                                "",
                                "/nonexistent",
                                folder.toString()),
                        folder))
                .containsExactly(other);
    }

    @Test
    void noBuilderLetsCodeBeChangedByTheEnvironment() {
        for (String name : new String[] {"LD_PRELOAD", "ld_preload", "PATH", "BASH_ENV", "a=b", ""}) {
            assertThatThrownBy(() -> free("env").settable(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> free("env").variable(name, "x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rm",
                "cat",
                "/bin/echo",
                "./echo",
                "../../bin/echo",
                "ECHO",
                "echo ",
                "echo\n",
                "echo\0",
                "",
                "-x",
                "echo;rm",
                "$(echo)",
                "nosuch"
            })
    void aProgramThatIsNotOnTheListIsRefused(String program) throws Exception {
        assertThat(refused(calls(free("echo", "nosuch").deny("rm")), program, "x"))
                .endsWith(". Allowed: one of echo, nosuch");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/bin/echo", "./echo", "../../bin/echo", "/bin/sh", "a/b", "-x", " echo", "echo\n", "e*o", "."})
    void aPathIsNoProgramOfAnyKind(String program) throws Exception {
        assertThat(refused(calls(ProcessTools.anyProgram(folder).containment(Containment.NONE)), program))
                .matches("(?s)\".*\" is no program's plain name\\. Allowed: the name of an installed program, without a"
                        + " path, that neither starts others nor is denied");
    }

    @Test
    void aProgramInTheWorkingFolderIsNotTaken() throws Exception {
        Path own = Files.writeString(folder.resolve("mytool"), "#!/bin/sh\necho boom\n");
        assertThat(own.toFile().setExecutable(true)).isTrue();

        assertThat(refused(calls(free("mytool")), "mytool"))
                .isEqualTo("the program \"mytool\" is not installed here. Allowed: one of mytool");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sh",
                "bash",
                "env",
                "xargs",
                "python3",
                "perl",
                "sudo",
                "find",
                "awk",
                "git",
                "dash",
                "perl5.36.0",
                "rbash",
                "BASH",
                "setarch",
                "ldd",
                "ld-linux-x86-64.so.2",
                "gcc-14",
                "g++-14",
                "python3.11-3",
                "sqlite3",
                "tmux",
                "i386",
                "x86_64",
                "linux64",
                "qemu",
                "split",
                "vim.tiny"
            })
    void anyProgramDoesNotMeanOneThatStartsOthers(String program) throws Exception {
        Calls any = calls(ProcessTools.anyProgram(folder).containment(Containment.NONE));

        assertThat(refused(any, program, "-c", "id")).contains("Allowed: the name of an installed program");
        assertThat(run(any, "echo", "fine").error()).isFalse();
    }

    @Test
    void anotherNameOfADeniedProgramIsDenied(@TempDir Path bin) throws Exception {
        Files.createSymbolicLink(bin.resolve("harmless"), Path.of("/bin/sh"));
        Path tool = Files.copy(Path.of("/bin/true"), bin.resolve("tool"));
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(bin.resolve("perl5.36"), tool);
        Programs programs = new Programs(Map.of(), Programs.LAUNCHERS, List.of(bin));
        assertThatThrownBy(() -> programs.find(List.of("perl5.36", "-e", "1")))
                .hasMessageStartingWith("the program \"perl5.36\" is denied. Allowed: ");

        assertThatThrownBy(() -> programs.find(List.of("harmless", "-c", "id")))
                .hasMessageStartingWith("the program \"harmless\" is another name of ");
    }

    @Test
    void firstArgumentsCanBeLimited() throws Exception {
        Calls git = calls(free("ls").allow("echo", "status", "diff"));

        assertThat(run(git, "echo", "status", "x").text()).startsWith("exit 0\nstatus x\n");
        assertThat(refused(git, "echo", "push"))
                .isEqualTo(
                        "the first argument of \"echo\" is \"push\". Allowed: as first argument one of diff, status");
        assertThat(refused(git, "echo")).contains("is missing");
        assertThat(refused(git, "echo", "-c", "status")).contains("\"-c\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "/", "/etc", "a/../..", "link", "nothing", "file", "a\0b", "link/.."})
    void aFolderOutsideIsRefused(String path) throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc"));
        Files.writeString(folder.resolve("file"), "");
        Files.createDirectory(folder.resolve("a"));

        assertThat(open.refused("process_run", "command", Json.array("pwd"), "folder", path))
                .endsWith("Allowed: a relative path of a folder below it, without '..'");
        assertThat(open.call("process_run", "command", Json.array("pwd"), "folder", "a"))
                .startsWith("exit 0\n" + folder.toRealPath() + "/a\n");
    }

    @Test
    void tooMuchIsRefusedBeforeItRuns() throws Exception {
        assertThat(refused(open, "echo", "x".repeat(200_000)))
                .contains("characters. Allowed: at most 131072 characters");
        assertThat(refused(open, "echo", "a\0b")).contains("zero byte");
        open.refused("process_run", "command", Json.array("cat"), "input", "x".repeat(2_000_000));
        open.refused("process_run", "command", Json.array("cat"), "seconds", 61);
        open.refused("process_run", "command", Json.array("cat"), "seconds", 0);
        open.refused("process_run", "command", Json.Arr.EMPTY);
    }

    @Test
    void aFloodIsEnded() throws Exception {
        Calls small = calls(free("sh", "cat").limits(ProcessLimits.DEFAULT.withOutput(1000, 100_000)));

        ToolOutput flood = run(
                small,
                "sh",
                "-c",
                "i=0; while [ $i -lt 9000 ]; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; i=$((i+1)); done");
        assertThat(flood.error()).isTrue();
        assertThat(flood.text())
                .startsWith("ended, since it wrote more than 100000 bytes. Allowed: less output")
                .hasSizeLessThan(1500);

        ToolOutput cut = run(small, "sh", "-c", "echo start; head -c 5000 /dev/zero | tr '\\0' x; echo end");
        assertThat(cut.text()).contains("start", "[4010 bytes left out]", "xend");
        ToolOutput both = run(
                small,
                "sh",
                "-c",
                "i=0; while [ $i -lt 9000 ]; do echo eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee >&2; i=$((i+1)); done");
        assertThat(both.text()).startsWith("ended, since it wrote more");
    }

    /** Each process starts the next one and ends: whoever looks for them one by one comes too late. */
    @Test
    void aChainOfProcessesThatHandOnIsEnded() throws Exception {
        Calls quick = calls(free("sh").limits(ProcessLimits.DEFAULT.withTime(Duration.ofMillis(500))));
        Files.writeString(folder.resolve("chain"), """
            exec </dev/null >/dev/null 2>&1
            next() {
                [ -e stop ] && exit
                echo >> alive
                n=$((n + 1))
                if [ $n -lt 100 ]; then next & else sh ./chain & fi
            }
            next
            """);
        try {
            run(quick, "sh", "-c", "sh ./chain; sleep 1000");

            long before = Files.size(folder.resolve("alive"));
            assertThat(run(open, "sleep", "0.5").text()).startsWith("exit 0");
            assertThat(Files.size(folder.resolve("alive"))).isEqualTo(before).isPositive();
        } finally {
            Files.createFile(folder.resolve("stop"));
        }
    }

    @Test
    void timeIsBounded() throws Exception {
        Calls quick = calls(free("sh").limits(ProcessLimits.DEFAULT.withTime(Duration.ofMillis(300))));

        assertThat(run(quick, "sh", "-c", "sleep 4; echo late").text())
                .isEqualTo("ended, since it took longer than 300 ms. Allowed: work that takes less time\n"
                        + Running.NOT_CONTAINED);
    }

    @Test
    void aProcessThatTakesTooLongIsEndedWithAllThatCameOfIt() throws Exception {
        Calls quick = calls(free("sh").limits(ProcessLimits.DEFAULT.withTime(Duration.ofMillis(700))));

        ToolOutput output = run(
                quick,
                "sh",
                "-c",
                "(sleep 1000 & echo $! > one; wait) & setsid sh -c 'sleep 1000 & echo $! > two; wait' & trap '' TERM;"
                        + " echo $$ > three; sleep 1000");

        assertThat(output.text())
                .isEqualTo("ended, since it took longer than 700 ms. Allowed: work that takes less time\n"
                        + Running.NOT_CONTAINED);
        for (String name : new String[] {"one", "two", "three"}) {
            assertGone(name);
        }
    }

    private void assertGone(String name) throws IOException {
        long pid = Long.parseLong(Files.readString(folder.resolve(name)).strip());
        ProcessHandle.of(pid).ifPresent(handle -> {
            handle.onExit().orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join();
            assertThat(handle.isAlive()).isFalse();
        });
    }

    @Test
    void whatAProcessLeavesBehindIsEnded() throws Exception {
        ToolOutput output = run(
                open,
                "sh",
                "-c",
                "setsid sh -c 'sleep 1000 & echo $! > left' & while [ ! -s left ]; do sleep 0.05; done; echo done");

        assertThat(output.text()).startsWith("exit 0\ndone\n");
        assertGone("left");
    }

    @Test
    void aStoppedCallEndsItsProcess() throws Exception {
        Thread canceller = Thread.ofVirtual().start(() -> {
            while (!Files.exists(folder.resolve("pid"))) {
                Thread.onSpinWait();
            }
            open.scope.cancel("the user left");
        });

        assertThatThrownBy(() -> run(open, "sh", "-c", "echo $$ > x; mv x pid; sleep 4; echo > late"))
                .hasMessage("stopped: the user left");
        canceller.join();
        assertGone("pid");
        assertThat(folder.resolve("late")).doesNotExist();
    }

    @Test
    void withoutABoxWhereOneIsRequiredNothingRuns() throws Exception {
        Calls boxed = calls(ProcessTools.allowing(folder, "touch")
                .containment(Containment.REQUIRED)
                .bubblewrap(Path.of("/nonexistent/bwrap")));

        assertThat(refused(boxed, "touch", "x"))
                .isEqualTo(
                        "no process may run here without a box, and bubblewrap is not installed or does not work here."
                                + " Allowed: other tools");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void aBoxThatDoesNotHoldIsNoBox(@TempDir Path bin) throws Exception {
        Path fake = Files.writeString(
                bin.resolve("bwrap"), "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n");
        assertThat(fake.toFile().setExecutable(true)).isTrue();

        assertThat(Bubblewrap.probe(fake, folder)).isEmpty();
    }

    @Test
    void aShellIsOnlyThereWhenAskedFor() throws Exception {
        Calls shell = calls(free("ls").shell());

        assertThat(shell.call("process_shell", "line", "echo a | tr a b")).startsWith("exit 0\nb\n");
        assertThatThrownBy(() -> open.tool("process_shell")).isInstanceOf(AssertionError.class);
    }

    @Test
    void silentProgramsHoldUpNoOtherVirtualThread() throws Exception {
        int many = Runtime.getRuntime().availableProcessors() + 2;
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            String began = "began-" + i;
            running.add(Thread.ofVirtual().start(() -> {
                try {
                    run(open, "sh", "-c", "echo > " + began + "; sleep 1000");
                } catch (Exception e) {
                    // It was interrupted.
                }
            }));
        }

        for (int i = 0; i < many; i++) {
            while (!Files.exists(folder.resolve("began-" + i))) {
                Thread.sleep(5);
            }
        }
        Thread other = Thread.ofVirtual().start(() -> {});

        assertThat(other.join(Duration.ofSeconds(30))).isTrue();
        for (Thread each : running) {
            each.interrupt();
            each.join();
        }
    }
}
