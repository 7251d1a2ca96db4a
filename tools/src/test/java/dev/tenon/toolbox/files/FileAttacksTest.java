package dev.tenon.toolbox.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tenon.json.Json;
import dev.tenon.tool.ToolOutput;
import dev.tenon.toolbox.Calls;
import dev.tenon.toolbox.QuickDisk;
import dev.tenon.toolbox.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attack table of the file tools: paths, links, special files, sizes, patterns. */
@Timeout(60)
class FileAttacksTest {
    private static final String SECRET = "the secret outside";

    @TempDir(factory = QuickDisk.class)
    Path base;

    private Path root;
    private Path outside;
    private Calls files;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(base.resolve("root"));
        outside = Files.createDirectories(base.resolve("root-not"));
        Files.writeString(outside.resolve("secret.txt"), SECRET);
        Files.createDirectories(root.resolve("d"));
        Files.writeString(root.resolve("d/a.txt"), "public");
        files = new Calls(FileTools.under(root).tools());
    }

    static Stream<String> hostilePaths() {
        return Stream.of(
                "../root-not/secret.txt",
                "d/../../root-not/secret.txt",
                "d/..",
                "..",
                "...",
                ".. /x",
                "../",
                "/etc/passwd",
                "//etc/passwd",
                "~/x",
                "~",
                "C:/Windows/win.ini",
                "c:secret",
                "C:\\Windows",
                "\\\\server\\share",
                "d\\..\\..\\x",
                "file:///etc/passwd",
                "jar:file:/x",
                "d/\u0000/../x",
                "a.txt\u0000.png",
                "d/\n",
                "\uFF0E\uFF0E/x",
                "\u2024\u2024/x",
                "\u2025/x",
                "d\uFF0F..\uFF0Fx",
                "d\u2215x",
                "d\u2044x",
                ".\u200B./x",
                ".\u2060./x",
                ".\u00AD./x",
                "\uFEFF../x",
                "d/\u202Etxt.a",
                "d/\uD800",
                "%2e%2e/x",
                "%2E%2E%2Fx",
                "%252e%252e/x",
                "..%5cx",
                "d/%2fetc",
                "d/" + "x".repeat(256),
                "x/".repeat(3000),
                "a/".repeat(200) + "b",
                ".tenon-changes",
                ".TENON-changes/lock",
                ".tenon-changes./lock",
                ".ten\u200Don-changes/log",
                "\uFF0Etenon-changes/log");
    }

    @ParameterizedTest
    @MethodSource("hostilePaths")
    void aHostilePathIsRefusedByEveryTool(String path) throws Exception {
        for (String tool : new String[] {"files_read", "files_stat", "files_mkdir", "files_delete"}) {
            assertThat(files.refused(tool, "path", path)).doesNotContain(base.toString());
        }
        files.refused("files_list", "path", path);
        files.refused("files_grep", "path", path, "pattern", "x");
        files.refused("files_glob", "path", path, "pattern", "*");
        files.refused("files_write", "path", path, "content", "x");
        files.refused("files_append", "path", path, "content", "x");
        files.refused("files_edit", "path", path, "find", "x", "replacement", "y");
        files.refused("files_copy", "from", path, "to", "d/b");
        files.refused("files_copy", "from", "d/a.txt", "to", path);
        files.refused("files_move", "from", path, "to", "d/b");
        files.refused("files_move", "from", "d/a.txt", "to", path);
        Json operation = Json.object()
                .put("kind", "WRITE")
                .put("path", path)
                .put("content", "x")
                .build();
        files.refused("files_transaction", "operations", Json.array(operation));
        assertThat(Files.readString(root.resolve("d/a.txt"))).isEqualTo("public");
        try (Stream<Path> list = Files.list(base)) {
            assertThat(list.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder("root", "root-not");
        }
    }

    static Stream<Arguments> wrongPaths() {
        return Stream.of(
                Arguments.of("/etc/passwd", "\"/etc/passwd\" does not begin at the root"),
                Arguments.of("~/x", "\"~/x\" does not begin at the root"),
                Arguments.of("file:x", "\"file:x\" does not begin at the root"),
                Arguments.of("d/..", "\"d/..\" would leave its folder"),
                Arguments.of("d/... ", "\"d/... \" would leave its folder"),
                Arguments.of("\uFF0E\uFF0E/x", "\"\uFF0E\uFF0E/x\" would leave its folder"),
                Arguments.of("d\u2215x", "\"d\u2215x\" would leave its folder"),
                Arguments.of("d/%2e%2e", "\"d/%2e%2e\" would leave its folder"),
                Arguments.of("d/%252e%252e", "\"d/%252e%252e\" would leave its folder"),
                Arguments.of("d\\x", "\"d\\x\" has a '\\'"),
                Arguments.of("d/\n", "\"d/\uFFFD\" has a control character"),
                Arguments.of("d/\u202Ex", "\"d/\uFFFDx\" has a character that hides or turns what follows"),
                Arguments.of("d/\uD800", "\"d/\uFFFD\" is no Unicode text"),
                Arguments.of("d/" + "x".repeat(5000), "a path of 5002 characters is too long"),
                Arguments.of(
                        "d/" + "x".repeat(256), "a name in \"d/" + "x".repeat(198) + "…\" is longer than 255 bytes"),
                Arguments.of("a/".repeat(101), "a path of 101 names is too deep"),
                Arguments.of(
                        ".Tenon-changes/log",
                        "\".Tenon-changes/log\" is a name that is kept for the changes' own record"));
    }

    @ParameterizedTest
    @MethodSource("wrongPaths")
    void whatIsWrongWithAPathIsSaid(String path, String why) throws Exception {
        assertThat(files.refused("files_stat", "path", path))
                .isEqualTo(why + ". Allowed: a path down from the root with '/' between its names, such as"
                        + " src/Main.java; '.' is the root itself");
    }

    @Test
    void whatIsAllowedIsSaid() throws Exception {
        assertThat(files.refused("files_read", "path", "../x"))
                .isEqualTo("\"../x\" would leave its folder. Allowed: a path down from the root with '/' between its"
                        + " names, such as src/Main.java; '.' is the root itself");
        assertThat(files.refused("files_read", "path", "/etc/passwd"))
                .startsWith("\"/etc/passwd\" does not begin at the root. Allowed: a path down from the root");
        assertThat(files.refused("files_read", "path", "nothing"))
                .isEqualTo("there is no \"nothing\". Allowed: what files_list and files_glob show");
        assertThat(files.refused("files_delete", "path", ".")).contains("is a root itself");
    }

    @Test
    void linksAreNotFollowedWhereverTheyStand() throws Exception {
        Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("folder"), outside);
        Files.createSymbolicLink(root.resolve("d/up"), Path.of("../../root-not"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(root.resolve("inner"), Path.of("d/a.txt"));
        Files.createSymbolicLink(root.resolve("dangling"), outside.resolve("new.txt"));

        assertThat(files.refused("files_read", "path", "file"))
                .isEqualTo("\"file\" is a symbolic link, and links are not followed. Allowed: plain files and folders"
                        + " under the root, by their own paths");
        for (String path : new String[] {"folder/secret.txt", "d/up/secret.txt", "loop", "inner", "dangling"}) {
            files.refused("files_read", "path", path);
            files.refused("files_write", "path", path, "content", "x");
            files.refused("files_append", "path", path, "content", "x");
            files.refused("files_grep", "path", path, "pattern", "secret");
            files.refused("files_copy", "from", path, "to", "copy");
            files.refused("files_move", "from", path, "to", "moved");
        }
        files.refused("files_list", "path", "folder");
        files.refused("files_mkdir", "path", "folder/new");
        files.refused("files_mkdir", "path", "folder");
        files.refused("files_move", "from", "d/a.txt", "to", "folder/a.txt");
        files.refused("files_copy", "from", "d", "to", "copied");
        assertThat(files.call("files_grep", "pattern", "secret")).isEqualTo("no line matches");
        assertThat(files.call("files_list", "depth", 5))
                .contains("folder (a link, not followed)")
                .doesNotContain("secret.txt");

        files.call("files_delete", "path", "folder"); // the link itself
        assertThat(Files.readString(outside.resolve("secret.txt"))).isEqualTo(SECRET);
        assertThat(outside).isDirectoryNotContaining(path -> !path.endsWith("secret.txt"));
    }

    @Test
    void aLinkToAFileIsNotReadWhateverIsSaid() throws Exception {
        Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret.txt"));

        assertThat(files.output("files_read", "path", "file").text()).doesNotContain(SECRET);
    }

    @Test
    void aLinkThatIsMadeDuringTheCallIsNotFollowed() throws Exception {
        Files.writeString(root.resolve("d/secret.txt"), "public");
        AtomicBoolean done = new AtomicBoolean();
        Path place = root.resolve("d");
        Path aside = root.resolve("aside");
        Thread attacker = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                try {
                    Files.move(place, aside);
                    Files.createSymbolicLink(place, outside);
                    Files.delete(place);
                    Files.move(aside, place);
                    LockSupport.parkNanos(20_000);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        int read = 0;
        int refused = 0;
        try {
            for (int i = 0; i < 500 || (read < 5 || refused < 5) && i < 200_000; i++) {
                ToolOutput output = files.output("files_read", "path", "d/secret.txt");
                assertThat(output.text()).doesNotContain(SECRET);
                if (output.error()) {
                    refused++;
                } else {
                    assertThat(output.text()).isEqualTo("public");
                    read++;
                }
                if (i % 20 == 0 && i <= 500) {
                    files.output("files_write", "path", "d/w" + i + ".txt", "content", "x");
                    files.output("files_mkdir", "path", "d/m" + i);
                    assertThat(files.output("files_grep", "pattern", "outside").text())
                            .doesNotContain(SECRET);
                }
            }
        } finally {
            done.set(true);
            attacker.join();
        }
        assertThat(read).isPositive();
        assertThat(refused).isPositive();
        assertThat(outside).isDirectoryNotContaining(path -> !path.endsWith("secret.txt"));
        assertThat(Files.readString(outside.resolve("secret.txt"))).isEqualTo(SECRET);
    }

    /** Puts one thing in the place of another, again and again, while calls are made. */
    private Thread exchanging(Path place, Path other, AtomicBoolean done) {
        Path aside = root.resolve("aside");
        return Thread.ofPlatform().start(() -> {
            try {
                while (!done.get()) {
                    Files.move(place, aside);
                    Files.move(other, place);
                    Files.move(place, other);
                    Files.move(aside, place);
                    LockSupport.parkNanos(20_000);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void readWhileItIsExchanged(Path other) throws Exception {
        Path place = Files.writeString(root.resolve("file"), "public");
        AtomicBoolean done = new AtomicBoolean();
        Thread attacker = exchanging(place, other, done);
        try {
            int read = 0;
            int refused = 0;
            for (int i = 0; i < 2_000 || (read < 5 || refused < 5) && i < 200_000; i++) {
                ToolOutput output = files.output("files_read", "path", "file");
                assertThat(output.text()).doesNotContain(SECRET);
                if (output.error()) {
                    refused++;
                } else {
                    assertThat(output.text()).isEqualTo("public");
                    read++;
                }
            }
            assertThat(read).isPositive();
            assertThat(refused).isPositive();
        } finally {
            done.set(true);
            attacker.join();
        }
    }

    @Test
    void aFileThatBecomesALinkDuringTheCallIsNotRead() throws Exception {
        readWhileItIsExchanged(Files.createSymbolicLink(root.resolve("other"), outside.resolve("secret.txt")));
    }

    @Test
    void aFileThatIsExchangedDuringTheCallIsNotRead() throws Exception {
        readWhileItIsExchanged(Files.createLink(root.resolve("other"), outside.resolve("secret.txt")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whichFileIsOpenIsKnownWhateverItsNameMeansByNow() throws Exception {
        Path file = Files.writeString(root.resolve("file"), "public");
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        try (FileChannel channel = FileChannel.open(file);
                FileChannel other = FileChannel.open(root.resolve("d/a.txt"))) {
            Files.move(file, root.resolve("aside"));
            Files.createLink(root.resolve("file"), outside.resolve("secret.txt"));
            for (int i = 0; i < 3; i++) {
                assertThat(OpenFile.attributes(channel)).hasValue(java.util.Map.of("fileKey", key, "nlink", 1));
                assertThat(OpenFile.attributes(other).orElseThrow().get("fileKey"))
                        .isNotEqualTo(key);
            }
            assertThat(channel.position()).isZero();
            Files.delete(root.resolve("aside"));
            assertThat(OpenFile.attributes(channel)).hasValue(java.util.Map.of("fileKey", key, "nlink", 0));
        }
    }

    @Test
    void aFileWithASecondNameIsNotRead() throws Exception {
        Files.createLink(root.resolve("hard"), outside.resolve("secret.txt"));

        assertThat(files.refused("files_read", "path", "hard"))
                .isEqualTo(
                        "\"hard\" is one of 2 names of a file, and the others may lie outside the root. Allowed: files"
                                + " with one name");
        files.refused("files_copy", "from", "hard", "to", "copy");
        files.refused("files_edit", "path", "hard", "find", "secret", "replacement", "x");
        files.refused("files_append", "path", "hard", "content", "x");
        assertThat(files.call("files_grep", "pattern", "secret")).isEqualTo("no line matches");

        files.call("files_write", "path", "hard", "content", "replaced");
        assertThat(Files.readString(outside.resolve("secret.txt"))).isEqualTo(SECRET);

        Files.createLink(root.resolve("again"), outside.resolve("secret.txt"));
        Calls allowed =
                new Calls(FileTools.builder(root).allowHardLinks().build().tools());
        assertThat(allowed.call("files_read", "path", "again")).isEqualTo(SECRET);
    }

    @Test
    void pipesAndDevicesAreRefusedAndHangNothing() throws Exception {
        Calls devices =
                new Calls(FileTools.builder(Path.of("/dev")).readOnly().build().tools());
        devices.refused("files_read", "path", "null");
        devices.refused("files_read", "path", "zero");
        assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();

        assertThat(files.refused("files_read", "path", "pipe"))
                .isEqualTo("\"pipe\" is a pipe, a socket or a device. Allowed: plain files and folders");
        files.refused("files_write", "path", "pipe", "content", "x");
        files.refused("files_append", "path", "pipe", "content", "x");
        files.refused("files_copy", "from", "pipe", "to", "copy");
        files.refused("files_list", "path", "pipe");
        files.refused("files_grep", "path", "pipe", "pattern", "x");
        assertThat(files.call("files_grep", "pattern", "zzz")).isEqualTo("no line matches");
        assertThat(files.call("files_list")).contains("pipe (no plain file)");
    }

    private Path pipe(String name) throws Exception {
        Path pipe = root.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    private static void inTime(Executable what) {
        // A thread that waits at a pipe hears no interrupt, so it is left.
        assertTimeoutPreemptively(Duration.ofSeconds(25), what);
    }

    @Test
    void aFileThatIsAPipeWhenItIsOpenedHoldsUpNobody() throws Exception {
        pipe("pipe");
        inTime(() -> {
            try (Folder folder = Folder.open(root);
                    Folder below = folder.child("d")) {
                BasicFileAttributes seen = below.plain("a.txt");

                assertThatThrownBy(() -> folder.read("pipe", seen, true))
                        .hasMessage("\"pipe\" was put in another's place while it was opened. Allowed: to try once"
                                + " more");
                assertThatThrownBy(() -> folder.inside("pipe")).isInstanceOf(RefusedException.class);
                assertThatThrownBy(() -> folder.own("pipe")).isInstanceOf(RefusedException.class);
                folder.permit("pipe", PosixFilePermissions.fromString("rw-------"));
            }
        });
    }

    @Test
    void aPipeWithSomebodyAtItsOtherEndIsNotReadEither() throws Exception {
        Path pipe = pipe("pipe");
        inTime(() -> {
            try (FileChannel writer = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    Folder folder = Folder.open(root)) {
                writer.write(ByteBuffer.wrap(SECRET.getBytes(StandardCharsets.UTF_8)));
                BasicFileAttributes same = folder.attributes("pipe").orElseThrow();

                assertThatThrownBy(() -> folder.read("pipe", same, true)).isInstanceOf(RefusedException.class);
            }
        });
    }

    @Test
    void whatCannotBeOpenedInTimeIsLeftAndClosedWhenItOpens() throws Exception {
        CountDownLatch opens = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(2);
        Opening.How<Closeable> stuck = () -> {
            assertThat(uninterruptibly(opens)).isTrue();
            return closed::countDown;
        };

        assertThatThrownBy(() -> Opening.open(stuck, () -> () -> {})).isInstanceOf(Opening.Stuck.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Opening.open(stuck, () -> () -> {})).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();

        opens.countDown();
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /** As the system waits at a pipe. */
    private static boolean uninterruptibly(CountDownLatch latch) {
        long left = TimeUnit.SECONDS.toNanos(50);
        long end = System.nanoTime() + left;
        while (left > 0) {
            try {
                return latch.await(left, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                left = end - System.nanoTime();
            }
        }
        return false;
    }

    @Test
    void filesAndFoldersThatBecomePipesDuringTheCallHoldUpNobody() throws Exception {
        Path file = Files.writeString(root.resolve("file"), "public");
        Path folder = Files.createDirectories(root.resolve("folder"));
        Files.writeString(folder.resolve("x"), "public");
        for (Path place : new Path[] {file, folder}) {
            Path pipe = pipe(place.getFileName() + "-pipe");
            AtomicBoolean done = new AtomicBoolean();
            Thread attacker = exchanging(place, pipe, done);
            try {
                inTime(() -> {
                    int caught = 0;
                    for (int i = 0; i < 5_000 && caught < 3; i++) {
                        ToolOutput output =
                                files.output("files_read", "path", place.equals(file) ? "file" : "folder/x");
                        assertThat(output.error() || output.text().equals("public"))
                                .as(output.text())
                                .isTrue();
                        caught += output.text().contains("in another's place") ? 1 : 0;
                    }
                });
            } finally {
                done.set(true);
                attacker.join();
            }
        }
    }

    @Test
    void filesWithoutEndAreBounded() throws Exception {
        Calls proc =
                new Calls(FileTools.builder(Path.of("/proc")).readOnly().build().tools());
        assertThat(proc.output("files_read", "path", "self/environ").error()).isTrue(); // a link
        assertThat(proc.call("files_read", "path", "sys/kernel/ostype")).isEqualTo("Linux\n");
    }

    @Test
    void sizesAreBounded() throws Exception {
        FileLimits small =
                FileLimits.DEFAULT.withReadBytes(1000).withWriteBytes(1000).withEntries(10);
        files = new Calls(FileTools.builder(root).limits(small).build().tools());
        Files.writeString(root.resolve("long"), "x".repeat(5000));
        for (int i = 0; i < 30; i++) {
            Files.writeString(root.resolve("f" + i), "hit\n".repeat(30));
        }

        assertThat(files.call("files_read", "path", "long"))
                .startsWith("x".repeat(1000))
                .endsWith("[cut within line 1, which is longer than one result; read on by offset and length]")
                .hasSizeLessThan(1100);
        assertThat(files.call("files_read", "path", "long", "offset", 0, "length", 4_000_000))
                .hasSizeLessThan(1100);
        assertThat(files.refused("files_write", "path", "big", "content", "x".repeat(1001)))
                .isEqualTo("\"big\" would have 1001 bytes. Allowed: files of at most 1000 bytes");
        files.call("files_write", "path", "grows", "content", "x".repeat(900));
        files.refused("files_append", "path", "grows", "content", "x".repeat(101));
        assertThat(files.refused("files_write", "path", "long", "content", "x".repeat(1001)))
                .contains("1001 bytes");
        assertThat(files.call("files_list"))
                .endsWith("[ended early: found 10 entries; ask for less with path or pattern]");
        assertThat(files.call("files_grep", "pattern", "hit").lines()).hasSize(11);
    }

    @Test
    void whatIsHiddenIsAsIfItWereNotThere() throws Exception {
        Files.writeString(root.resolve("d/.env"), "KEY=1");
        Files.writeString(root.resolve("d/.ENV.local"), "KEY=2");
        files = new Calls(FileTools.builder(root).hide(".env*").build().tools());

        for (String path : new String[] {"d/.env", "d/.ENV", "d/.ENV.local", "d/.env."}) {
            assertThat(files.refused("files_read", "path", path)).startsWith("there is no ");
        }
        files.refused("files_write", "path", "d/.env", "content", "x");
        assertThat(files.call("files_list", "path", "d", "depth", 3)).isEqualTo("d/a.txt 6");
        assertThat(files.call("files_grep", "pattern", "KEY")).isEqualTo("no line matches");
        files.refused("files_move", "from", "d", "to", "e");
        files.call("files_copy", "from", "d", "to", "e");
        assertThat(root.resolve("e"))
                .isDirectoryNotContaining(path -> path.toString().contains("env"));
        files.refused("files_delete", "path", "d", "recursive", true);
    }

    @ParameterizedTest
    @CsvSource({
        "straße/**, STRASSE/x",
        "straße/**, straße/x",
        "caf\u00e9, cafe\u0301",
        "cafe\u0301, caf\u00e9",
        "ﬁle, file",
        "İx, i\u0307x",
        "key., key.",
        "k\u200Dey, KEY",
        "ΣΑΣ, σας"
    })
    void whatIsHiddenIsHiddenInEverySpelling(String hidden, String path) throws Exception {
        Path place = root.resolve(path);
        Files.createDirectories(place.getParent());
        Files.writeString(place, "KEY=1");
        files = new Calls(FileTools.builder(root).hide(hidden).build().tools());

        assertThat(files.refused("files_read", "path", path))
                .isEqualTo("there is no \"" + path + "\". Allowed: what files_list and files_glob show");
        assertThat(files.call("files_grep", "pattern", "KEY")).isEqualTo("no line matches");
    }

    @Test
    void aFileOfZerosHoldsUpNoSearch() throws Exception {
        try (var sparse = Files.newByteChannel(
                root.resolve("a-sparse"),
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.WRITE,
                java.nio.file.StandardOpenOption.SPARSE)) {
            sparse.position(1L << 34);
            sparse.write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        Files.writeString(root.resolve("b"), "needle");

        assertThat(files.call("files_grep", "pattern", "needle")).isEqualTo("b:1: needle");
        assertThat(files.refused("files_read", "path", "a-sparse"))
                .isEqualTo("\"a-sparse\" is no text: it has zero bytes. Allowed: reading it with encoding base64");
        assertThat(files.call("files_read", "path", "a-sparse", "encoding", "base64"))
                .endsWith("[bytes 0 to 98304 of 17179869185]");
        assertThat(files.refused("files_copy", "from", "a-sparse", "to", "c"))
                .isEqualTo("\"a-sparse\" has 17179869185 bytes. Allowed: changing files of at most 8388608 bytes");
        assertThat(files.refused("files_append", "path", "a-sparse", "content", "x"))
                .isEqualTo("\"a-sparse\" has 17179869185 bytes. Allowed: changing files of at most 8388608 bytes");
    }

    @Test
    void aFolderOfManyNamesIsReadInPart() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            Files.createFile(root.resolve("n" + i));
        }
        FileLimits few = new FileLimits(1000, 1000, 1000, 5_000, 100, java.time.Duration.ofSeconds(10));
        files = new Calls(FileTools.builder(root).limits(few).build().tools());

        assertThat(files.call("files_list"))
                .endsWith("[ended early: looked at 100 files and folders; ask for less with path or pattern]");
        try (Folder folder = Folder.open(root)) {
            assertThat(folder.names(100)).hasSize(100);
        }
    }

    @Test
    void aNameWithALineBreakForgesNoLine() throws Exception {
        Files.writeString(root.resolve("x\nsecret.txt 99"), "needle");
        Files.writeString(root.resolve("y\u202Etxt.exe"), "needle");

        assertThat(files.call("files_list")).isEqualTo("d/\nx\uFFFDsecret.txt 99 6\ny\uFFFDtxt.exe 6");
        assertThat(files.call("files_grep", "pattern", "needle"))
                .isEqualTo("x\uFFFDsecret.txt 99:1: needle\ny\uFFFDtxt.exe:1: needle");
    }

    @Test
    void noHalfOfACharacterIsShown() throws Exception {
        files = new Calls(FileTools.builder(root)
                .limits(FileLimits.DEFAULT.withReadBytes(1000))
                .build()
                .tools());
        Files.writeString(root.resolve("long"), "a" + "😀".repeat(2_000));

        assertThat(files.call("files_read", "path", "long"))
                .startsWith("a" + "😀".repeat(499) + "\n[cut within line 1");
        assertThat(files.call("files_grep", "pattern", "a", "path", "long"))
                .isEqualTo("long:1: a" + "😀".repeat(199) + "…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello world", "!!!!", "YQ==YQ==", "Y", "YQ=", "-_-_", "YQ==\u00e9"})
    void whatIsNoBase64IsNotWritten(String content) throws Exception {
        assertThat(files.refused("files_write", "path", "x", "content", content, "encoding", "base64"))
                .isEqualTo("the content is no base64. Allowed: base64 (RFC 4648, section 4), or another encoding");
        assertThat(root.resolve("x")).doesNotExist();
    }

    @Test
    void noMarkIsWrittenIntoTheMiddleOfAFile() throws Exception {
        files.call("files_write", "path", "x", "content", "a", "encoding", "utf-16");

        assertThat(files.refused("files_append", "path", "x", "content", "b", "encoding", "UTF-16"))
                .isEqualTo("utf-16 begins with a mark that may stand at the beginning of a file only. Allowed: utf-16le"
                        + " or utf-16be, whichever the file is in");
        files.call("files_append", "path", "x", "content", "b", "encoding", "utf-16be");
        assertThat(files.call("files_read", "path", "x", "encoding", "utf-16")).isEqualTo("ab");
    }

    /** An interrupt closes the channels of the JDK: what was begun is taken back, now or by whoever comes next. */
    @Test
    void anInterruptedChangeIsMadeWhollyOrNotAtAll() throws Exception {
        Files.writeString(root.resolve("x"), "old");
        for (int i = 0; i < 20; i++) {
            String content = "new " + i;
            Thread writing = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    files.output("files_write", "path", "x", "content", content);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            writing.join();
            assertThat(files.call("files_write", "path", "y", "content", "1")).isEqualTo("wrote y, 1 bytes");
            assertThat(Files.readString(root.resolve("x"))).isIn("old", content);
            files.call("files_write", "path", "x", "content", "old");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d/.git/hooks/pre-commit",
                ".git/config",
                ".GIT/config",
                ".git./config",
                "git~1/config",
                ".g\u200Dit/config"
            })
    void whatRunsProgramsByItselfIsNotChanged(String path) throws Exception {
        assertThat(files.refused("files_write", "path", path, "content", "x"))
                .endsWith("may be read and not changed. Allowed: changes elsewhere under the root");
        files.refused("files_move", "from", "d/a.txt", "to", path);
        files.refused("files_copy", "from", "d/a.txt", "to", path);
        files.refused("files_mkdir", "path", path);
    }

    @Test
    void aFolderThatHoldsWhatMayNotBeChangedIsNotDeletedMovedOrSmuggledIn() throws Exception {
        Files.createDirectories(root.resolve("repo/.git/hooks"));
        Files.createDirectories(root.resolve("evil/hooks"));
        Files.writeString(root.resolve("evil/hooks/pre-commit"), "boom");

        files.refused("files_delete", "path", "repo", "recursive", true);
        Files.createDirectories(root.resolve("far/down/below/.git"));
        files.refused("files_delete", "path", "far", "recursive", true);
        files.refused("files_move", "from", "far", "to", "elsewhere");
        files.refused("files_move", "from", "evil", "to", ".git");
        files.refused("files_copy", "from", "evil", "to", "d/.git");
        files.refused("files_copy", "from", "repo", "to", "repo2");
        assertThat(root.resolve(".git")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(a|a)*b",
                "(a|aa)+$",
                "(.*)*x",
                "(?:|){60}b",
                "((a?){50}){50}b",
                "(?:a?){100}(?:a){100}b",
                "([a-z]+)*\\d",
                "^(([a-z])+.)+[A-Z]([a-z])+$"
            })
    void aPatternThatWouldBacktrackForYearsDoesNotHang(String pattern) throws Exception {
        Files.writeString(root.resolve("aaa"), "a".repeat(3000) + "!\n");

        assertThat(files.call("files_grep", "pattern", pattern, "path", "aaa")).isEqualTo("no line matches");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{99999999}",
                "((a{100}){20}){20}",
                "((a{1000}){1000}){1000}",
                "(?:(?:(?:){999}){999}){999}",
                "(?=a)b",
                "(?<!a)b",
                "(a)\\1",
                "(",
                ")",
                "[",
                "*a",
                "a**",
                "\\",
                "a{3,1}",
                "[z-a]",
                "\\p{Nonsense}",
                "(?#x)",
                "a*+"
            })
    void aPatternThatCannotBeRunIsRefused(String pattern) throws Exception {
        assertThat(files.refused("files_grep", "pattern", pattern)).startsWith("the pattern cannot be run: ");
    }

    @Test
    void hugePatternsAreRefused() throws Exception {
        files.refused("files_grep", "pattern", "(".repeat(1500) + ")".repeat(1500));
        files.refused("files_grep", "pattern", "(".repeat(500) + "a" + ")".repeat(500));
        files.refused("files_grep", "pattern", "a".repeat(5000));
        files.refused("files_glob", "pattern", "../*");
        files.refused("files_glob", "pattern", "/etc/*");
        files.refused("files_glob", "pattern", "{a,b");
        Files.writeString(root.resolve("a".repeat(200)), "");
        assertThat(files.call("files_glob", "pattern", "*a".repeat(100) + "b")).isEqualTo("nothing is there");
    }

    @Test
    void aStoppedCallEnds() throws Exception {
        files.scope.cancel("the user left");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> files.output("files_grep", "pattern", "x"))
                .hasMessage("stopped: the user left");
    }

    @Test
    void forgedRecordsOfChangesReachNothingOutside() throws Exception {
        files.call("files_write", "path", "a.txt", "content", "x");
        Path set = Files.createDirectories(root.resolve(".tenon-changes/000000009"));
        Files.writeString(
                set.resolve("log"),
                "{\"number\":1,\"kind\":\"PUT\",\"path\":[\"..\",\"root-not\",\"secret.txt\"],\"to\":[],\"before\":\"\",\"after\":\""
                        + Changes.digest(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8)) + "\"}\n"
                        + "{\"number\":2,\"kind\":\"REMOVE\",\"path\":[\"..\",\"x\"]}\nnonsense\n[]\n");
        Files.writeString(set.resolve("2.old"), "planted");

        files.call("files_write", "path", "b.txt", "content", "x");

        assertThat(Files.readString(outside.resolve("secret.txt"))).isEqualTo(SECRET);
        assertThat(base.resolve("x")).doesNotExist();
    }

    @Test
    void theRecordOfChangesMayNotBeALink() throws Exception {
        Files.createSymbolicLink(root.resolve(".tenon-changes"), outside);

        files.refused("files_write", "path", "a.txt", "content", "x");

        assertThat(outside).isDirectoryNotContaining(path -> !path.endsWith("secret.txt"));
    }
}
