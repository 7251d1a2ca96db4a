package dev.tenon.toolbox.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.Calls;
import dev.tenon.toolbox.QuickDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What file tools do for those who mean well. */
@Timeout(60)
class FileToolsTest {
    @TempDir(factory = QuickDisk.class)
    Path root;

    private Calls files;

    @BeforeEach
    void open() {
        files = new Calls(FileTools.under(root).tools());
    }

    private void put(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String content(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.map(root::relativize)
                    .map(Path::toString)
                    .filter(path -> !path.isEmpty() && !path.startsWith(".tenon-changes"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFileIsReadWholeByLinesAndByBytes() throws Exception {
        put("a.txt", "one\ntwo\nthree\n");

        assertThat(files.call("files_read", "path", "a.txt")).isEqualTo("one\ntwo\nthree\n");
        assertThat(files.call("files_read", "path", "./a.txt", "fromLine", 2, "lines", 1))
                .isEqualTo("two\n[lines 2 to 2; there are more]");
        assertThat(files.call("files_read", "path", "a.txt", "fromLine", 3)).isEqualTo("three\n");
        assertThat(files.call("files_read", "path", "a.txt", "offset", 4, "length", 3))
                .isEqualTo("two\n[bytes 4 to 7 of 14]");
        assertThat(files.refused("files_read", "path", "a.txt", "fromLine", 9))
                .isEqualTo("\"a.txt\" has 3 lines, asked for line 9. Allowed: lines from 1 on");
    }

    @Test
    void aLongFileIsCutAtALineAndReadOn() throws Exception {
        files = new Calls(FileTools.builder(root)
                .limits(FileLimits.DEFAULT.withReadBytes(10))
                .build()
                .tools());
        put("a.txt", "1234\n5678\n9012\n");

        assertThat(files.call("files_read", "path", "a.txt"))
                .isEqualTo("1234\n5678\n[cut after line 2; read on with fromLine 3]");
        assertThat(files.call("files_read", "path", "a.txt", "fromLine", 3)).isEqualTo("9012\n");
    }

    @Test
    void encodingsAreExact() throws Exception {
        Files.write(root.resolve("latin"), "Grüße".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(root.resolve("wide"), "Grüße".getBytes(StandardCharsets.UTF_16));
        Files.write(root.resolve("bytes"), new byte[] {0, 1, (byte) 0xff});

        assertThat(files.refused("files_read", "path", "latin"))
                .isEqualTo("\"latin\" is no text in utf-8. Allowed: another encoding, such as iso-8859-1, or base64 for"
                        + " bytes of any kind");
        assertThat(files.call("files_read", "path", "latin", "encoding", "ISO-8859-1"))
                .isEqualTo("Grüße");
        assertThat(files.call("files_read", "path", "wide", "encoding", "utf-16"))
                .isEqualTo("Grüße");
        assertThat(files.call("files_read", "path", "bytes", "encoding", "base64"))
                .isEqualTo("AAH/");
        Files.write(root.resolve("zero"), new byte[] {65, 0});
        assertThat(files.refused("files_read", "path", "zero"))
                .isEqualTo("\"zero\" is no text: it has zero bytes. Allowed: reading it with encoding base64");

        files.call("files_write", "path", "copy", "content", "AAH/", "encoding", "base64");
        assertThat(Files.readAllBytes(root.resolve("copy"))).containsExactly(0, 1, 0xff);
        assertThat(files.refused("files_write", "path", "x", "content", "ü", "encoding", "us-ascii"))
                .isEqualTo("the content has characters that us-ascii cannot write. Allowed: utf-8");
    }

    @Test
    void aFileIsWrittenWithTheFoldersAboveIt() throws Exception {
        assertThat(files.call("files_write", "path", "a/b/c.txt", "content", "hello"))
                .isEqualTo("wrote a/b/c.txt, 5 bytes");
        assertThat(content("a/b/c.txt")).isEqualTo("hello");
        assertThat(files.refused("files_write", "path", "a/b/c.txt", "content", "x", "replace", false))
                .isEqualTo("\"a/b/c.txt\" is there already. Allowed: another path, or replace = true where the old file"
                        + " may go");
        files.call("files_append", "path", "a/b/c.txt", "content", " world");
        assertThat(content("a/b/c.txt")).isEqualTo("hello world");
    }

    @Test
    void whoMayDoWhatWithAFileStaysAsItWas() throws Exception {
        put("run.sh", "echo 1");
        Files.setPosixFilePermissions(root.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-x---"));

        files.call("files_edit", "path", "run.sh", "find", "1", "replacement", "2");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("run.sh"))))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void anEditNeedsATextThatStandsThereOnce() throws Exception {
        put("a.txt", "x = 1;\r\ny = 1;\r\n");

        assertThat(files.refused("files_edit", "path", "a.txt", "find", "= 1", "replacement", "= 2"))
                .isEqualTo(
                        "the text to find stands in \"a.txt\" more than once. Allowed: a longer text that stands there"
                                + " once, or all = true");
        assertThat(files.refused("files_edit", "path", "a.txt", "find", "z", "replacement", "q"))
                .contains("does not stand in");
        files.call("files_edit", "path", "a.txt", "find", "1;\ny", "replacement", "2;\nz");
        assertThat(content("a.txt")).isEqualTo("x = 2;\r\nz = 1;\r\n");
        files.call("files_edit", "path", "a.txt", "find", ";", "replacement", "", "all", true);
        assertThat(content("a.txt")).isEqualTo("x = 2\r\nz = 1\r\n");
    }

    @Test
    void foldersAreListedAndFilesFound() throws Exception {
        put("src/Main.java", "class Main {}\n// TODO here\n");
        put("src/deep/Other.java", "class Other {}\n");
        put("README.md", "todo\n");

        assertThat(files.call("files_list")).isEqualTo("README.md 5\nsrc/");
        assertThat(files.call("files_list", "path", "src", "depth", 2))
                .isEqualTo("src/Main.java 27\nsrc/deep/\nsrc/deep/Other.java 15");
        assertThat(files.call("files_glob", "pattern", "*.java")).isEqualTo("src/Main.java 27\nsrc/deep/Other.java 15");
        assertThat(files.call("files_glob", "pattern", "src/*.{java,kt}")).isEqualTo("src/Main.java 27");
        assertThat(files.call("files_glob", "pattern", "**/deep")).isEqualTo("src/deep/");
        assertThat(files.call("files_grep", "pattern", "todo", "ignoreCase", true))
                .isEqualTo("README.md:1: todo\nsrc/Main.java:2: // TODO here");
        assertThat(files.call("files_grep", "pattern", "^class (Other|Main)\\b", "glob", "*.java", "around", 1))
                .isEqualTo("src/Main.java:1: class Main {}\nsrc/Main.java-2- // TODO here\n"
                        + "src/deep/Other.java:1: class Other {}");
        assertThat(files.call("files_grep", "pattern", "x{3}")).isEqualTo("no line matches");
        assertThat(Json.parse(files.call("files_stat", "path", "src/Main.java"))
                        .at("/kind")
                        .orElseThrow())
                .isEqualTo(Json.of("file"));
    }

    @Test
    void filesAndFoldersAreCopiedMovedAndDeleted() throws Exception {
        put("a/one.txt", "1");
        put("a/in/two.txt", "2");

        files.call("files_copy", "from", "a", "to", "b/c");
        assertThat(content("b/c/in/two.txt")).isEqualTo("2");
        files.call("files_move", "from", "a/one.txt", "to", "b/c/in/two.txt", "replace", true);
        assertThat(content("b/c/in/two.txt")).isEqualTo("1");
        assertThat(files.refused("files_delete", "path", "b"))
                .isEqualTo("the folder \"b\" is not empty. Allowed: recursive = true");
        files.call("files_delete", "path", "b", "recursive", true);
        files.call("files_mkdir", "path", "d/e");
        assertThat(tree()).containsExactly("a", "a/in", "a/in/two.txt", "d", "d/e");
        assertThat(files.refused("files_move", "from", "a", "to", "a/in/a")).contains("itself");
        assertThat(files.refused("files_copy", "from", "a", "to", "a/in/a")).contains("itself");
    }

    @Test
    void theNewestChangesAreTakenBackOneByOne() throws Exception {
        put("a.txt", "old");
        put("b/c.txt", "kept");

        files.call("files_write", "path", "a.txt", "content", "new");
        files.call("files_delete", "path", "b", "recursive", true);
        files.call("files_move", "from", "a.txt", "to", "x/y.txt");

        assertThat(files.call("files_undo")).isEqualTo("took back: made folder x, moved a.txt to x/y.txt");
        assertThat(tree()).containsExactly("a.txt");
        assertThat(files.call("files_undo")).isEqualTo("took back: removed b");
        assertThat(content("b/c.txt")).isEqualTo("kept");
        assertThat(files.call("files_undo")).isEqualTo("took back: changed a.txt");
        assertThat(content("a.txt")).isEqualTo("old");
        assertThat(files.refused("files_undo"))
                .isEqualTo("there is nothing to undo. Allowed: undoing the newest 20 changes of these tools");
    }

    @Test
    void whatSomebodyElseChangedIsNotUndone() throws Exception {
        files.call("files_write", "path", "a.txt", "content", "ours");
        Files.writeString(root.resolve("a.txt"), "theirs");

        assertThat(files.refused("files_undo"))
                .isEqualTo("\"a.txt\" was changed since, and undoing would lose that. Allowed: undoing what nobody has"
                        + " changed since");
        assertThat(content("a.txt")).isEqualTo("theirs");
    }

    private static Json operation(String kind, String path, Object... more) {
        Json.ObjBuilder object = Json.object().put("kind", kind).put("path", path);
        for (int i = 0; i < more.length; i += 2) {
            object.put((String) more[i], more[i + 1]);
        }
        return object.build();
    }

    @Test
    void severalChangesAreMadeAllOrNone() throws Exception {
        put("a.txt", "one");
        Json good = Json.array(
                operation("MKDIR", "d"),
                operation("WRITE", "d/new.txt", "content", "x"),
                operation("EDIT", "d/new.txt", "find", "x", "replacement", "y"),
                operation("MOVE", "a.txt", "to", "d/a.txt"),
                operation("COPY", "d/a.txt", "to", "e/a.txt"),
                operation("APPEND", "e/a.txt", "content", "!"),
                operation("DELETE", "d/a.txt"));

        files.call("files_transaction", "operations", good);
        assertThat(tree()).containsExactly("d", "d/new.txt", "e", "e/a.txt");
        assertThat(content("d/new.txt")).isEqualTo("y");
        assertThat(content("e/a.txt")).isEqualTo("one!");

        files.call("files_undo");
        assertThat(tree()).containsExactly("a.txt");
        assertThat(content("a.txt")).isEqualTo("one");

        Json bad = Json.array(
                operation("WRITE", "a.txt", "content", "two"),
                operation("DELETE", "a.txt"),
                operation("WRITE", "b.txt", "content", "three"),
                operation("EDIT", "b.txt", "find", "four", "replacement", "five"));
        assertThat(files.refused("files_transaction", "operations", bad))
                .isEqualTo("nothing was changed, since operation 4 was refused: the text to find does not stand in"
                        + " \"b.txt\". Allowed: a text exactly as files_read shows it, spaces and line breaks"
                        + " included");
        assertThat(tree()).containsExactly("a.txt");
        assertThat(content("a.txt")).isEqualTo("one");
    }

    @Test
    void whatACrashCutOffIsTakenBackWhenTheToolsAreMadeAgain() throws Exception {
        for (int crash = 1; crash <= 5; crash++) {
            put("a.txt", "one");
            put("b/c.txt", "two");
            Changes changes = new Changes(new Root("", root.toRealPath()), FileLimits.DEFAULT, 20, false);
            int at = crash;
            assertThatThrownBy(() -> changes.make(steps -> {
                        steps.put(List.of("a.txt"), "changed".getBytes(StandardCharsets.UTF_8));
                        dieAt(at, 1);
                        steps.remove(List.of("b"));
                        dieAt(at, 2);
                        steps.folders(List.of("x", "y"));
                        dieAt(at, 3);
                        steps.move(List.of("a.txt"), List.of("x", "y", "z"));
                        dieAt(at, 4);
                        steps.put(List.of("a.txt"), "again".getBytes(StandardCharsets.UTF_8));
                        dieAt(at, 5);
                    }))
                    .isInstanceOf(Died.class);

            FileTools.under(root);

            assertThat(tree()).as("crash " + at).containsExactly("a.txt", "b", "b/c.txt");
            assertThat(content("a.txt")).isEqualTo("one");
            assertThat(content("b/c.txt")).isEqualTo("two");
        }
    }

    /** No exception that anything handles: what a change set leaves behind is what a killed process leaves. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static void dieAt(int wanted, int here) {
        if (wanted == here) {
            throw new Died();
        }
    }

    @Test
    void whatAKilledProcessCutOffIsTakenBack() throws Exception {
        put("a.txt", "one");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Killed.class.getName(),
                        root.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isEqualTo(7);
        assertThat(content("a.txt")).isEqualTo("half");

        FileTools.under(root);

        assertThat(tree()).containsExactly("a.txt");
        assertThat(content("a.txt")).isEqualTo("one");
    }

    /** Ends in the middle of its changes, holding their lock. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] args) throws IOException {
            Changes changes = new Changes(new Root("", Path.of(args[0]).toRealPath()), FileLimits.DEFAULT, 20, false);
            changes.make(steps -> {
                steps.put(List.of("a.txt"), "half".getBytes(StandardCharsets.UTF_8));
                steps.put(List.of("b.txt"), "half".getBytes(StandardCharsets.UTF_8));
                Runtime.getRuntime().halt(7);
            });
        }
    }

    @Test
    void onlyTheNewestChangesAreKept() throws Exception {
        files = new Calls(FileTools.builder(root).undo(2).build().tools());
        for (int i = 0; i < 5; i++) {
            files.call("files_write", "path", "a.txt", "content", "v" + i);
        }
        files.call("files_undo");
        files.call("files_undo");
        assertThat(content("a.txt")).isEqualTo("v2");
        assertThat(files.refused("files_undo")).contains("nothing to undo");

        Calls without = new Calls(FileTools.builder(root).undo(0).build().tools());
        without.call("files_write", "path", "a.txt", "content", "w");
        assertThat(content("a.txt")).isEqualTo("w");
        assertThatThrownBy(() -> without.tool("files_undo")).isInstanceOf(AssertionError.class);
    }

    @Test
    void parallelCallsDoNotLoseOneAnothersChanges() throws Exception {
        put("a.txt", "");
        List<Thread> threads = Stream.generate(() -> Thread.ofVirtual().unstarted(() -> {
                    try {
                        for (int i = 0; i < 5; i++) {
                            files.call("files_append", "path", "a.txt", "content", "x");
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }))
                .limit(6)
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(content("a.txt")).isEqualTo("x".repeat(30));
    }

    @Test
    void severalRootsAreNamed(@TempDir(factory = QuickDisk.class) Path second) throws Exception {
        put("a.txt", "one");
        Calls both = new Calls(
                FileTools.builder("code", root).root("notes", second).build().tools());

        assertThat(both.call("files_list")).isEqualTo("code/\nnotes/");
        assertThat(both.call("files_list", "path", "code")).isEqualTo("code/a.txt 3");
        both.call("files_copy", "from", "code/a.txt", "to", "notes/b.txt");
        assertThat(both.call("files_read", "path", "notes/b.txt")).isEqualTo("one");
        both.call("files_undo");
        assertThat(both.refused("files_read", "path", "notes/b.txt")).startsWith("there is no \"b.txt\"");
        assertThat(both.refused("files_read", "path", "a.txt"))
                .isEqualTo("\"a.txt\" begins with no root's name. Allowed: paths that begin with one of code, notes");
        assertThat(both.refused("files_move", "from", "code/a.txt", "to", "notes/a.txt"))
                .contains("lie under two roots");
        assertThatThrownBy(() -> FileTools.builder("a", root).root("b", root.resolve(".")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lie in one another");
    }

    @Test
    void readOnlyToolsChangeNothing() throws Exception {
        List<Tool> tools = FileTools.builder(root).readOnly().build().tools();

        assertThat(tools)
                .extracting(tool -> tool.spec().name())
                .containsExactly("files_read", "files_list", "files_glob", "files_grep", "files_stat");
        assertThat(tools).allMatch(tool -> tool.spec().is(Trait.READ_ONLY));
        new Calls(tools).call("files_list");
        try (Stream<Path> list = Files.list(root)) {
            assertThat(list).isEmpty();
        }
    }

    @Test
    void everyToolThatCanLoseSomethingSaysSo() {
        List<String> destructive = FileTools.under(root).tools().stream()
                .filter(tool -> tool.spec().is(Trait.DESTRUCTIVE))
                .map(tool -> tool.spec().name())
                .toList();

        assertThat(destructive)
                .containsExactly(
                        "files_write",
                        "files_append",
                        "files_edit",
                        "files_copy",
                        "files_move",
                        "files_delete",
                        "files_transaction",
                        "files_undo");
    }

    @Test
    void aSearchEndsInTimeAndSaysSo() throws Exception {
        files = new Calls(FileTools.builder(root)
                .limits(FileLimits.DEFAULT.withTime(Duration.ofNanos(1)))
                .build()
                .tools());
        put("a.txt", "x\n".repeat(1000));

        assertThat(files.call("files_grep", "pattern", "y"))
                .isEqualTo("[ended early: took 0 ms; ask for less with path or pattern]");
    }
}
