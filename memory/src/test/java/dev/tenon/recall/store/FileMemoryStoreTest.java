package dev.tenon.recall.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.testing.contract.MemoryStoreContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMemoryStoreTest extends MemoryStoreContract {
    @TempDir
    Path folder;

    private @Nullable FileMemoryStore store;

    @Override
    protected MemoryStore store() {
        FileMemoryStore open = store == null ? FileMemoryStore.at(folder) : store;
        store = open;
        return open;
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    @Override
    protected boolean durable() {
        return true;
    }

    @Override
    protected MemoryStore reopened() {
        store().close();
        store = null;
        return store();
    }

    /** A crash just before the first append of a session was there: nothing lists it, and it is not to stay for ever. */
    @Test
    void nothingStaysOfASessionThatNeverBegan() throws IOException {
        store().append("s", "ann", 0, List.of(entry("k")));
        Path begun = file().resolveSibling(file().getFileName() + ".new");
        Path others = folder.resolve("notes.session.new");
        Files.writeString(begun, "what ann said");
        Files.writeString(others, "of somebody else");
        reopened();
        assertThat(begun).doesNotExist();
        assertThat(others).exists();
        assertThat(store().info("s").version()).isEqualTo(1);
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".session"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<String> keys(MemoryStore store) {
        return store.read("s", 0).entries().stream().map(SessionEntry::key).toList();
    }

    @Test
    void aCrashAtAnyByteLeavesASessionAsBeforeOrAfter() throws IOException {
        store().append("s", "ann", 0, List.of(entry("a")));
        byte[] before = Files.readAllBytes(file());
        store().append("s", "ann", 1, List.of(entry("b"), entry("c")));
        byte[] after = Files.readAllBytes(file());
        Path file = file();
        for (int length = before.length; length <= after.length; length++) {
            byte[] left = java.util.Arrays.copyOf(after, length);
            Files.write(file, left);

            MemoryStore again = reopened();

            boolean whole = length == after.length;
            assertThat(keys(again)).isEqualTo(whole ? List.of("a", "b", "c") : List.of("a"));
            assertThat(again.sessions().getFirst().version()).isEqualTo(whole ? 3 : 1);
            if (!whole) {
                assertThat(again.append("s", "", 1, List.of(entry("d")))).isEqualTo(2);
                assertThat(keys(reopened())).containsExactly("a", "d");
            }
        }
    }

    @Test
    void zerosThatAPowerCutLeftAreNoLine() throws IOException {
        store().append("s", "", 0, List.of(entry("a")));
        int before = Files.readAllBytes(file()).length;
        store().append("s", "", 1, List.of(entry("b")));
        byte[] after = Files.readAllBytes(file());
        java.util.Arrays.fill(after, before + 30, after.length, (byte) 0);
        Files.write(file(), after);

        assertThat(keys(reopened())).containsExactly("a");
    }

    @Test
    void damageIsNamedAndNeverPassedOver() throws IOException {
        store().append("s", "", 0, List.of(entry("a")));
        int before = Files.readAllBytes(file()).length;
        store().append("s", "", 1, List.of(entry("b")));
        byte[] bytes = Files.readAllBytes(file());
        bytes[before - 3] ^= 1;
        Files.write(file(), bytes);

        MemoryStore again = reopened();

        assertThatThrownBy(() -> again.read("s", 0))
                .isInstanceOf(MemoryException.class)
                .hasMessageMatching(".*\\.session is damaged: the line at byte \\d+ is not as it was written");
        assertThatThrownBy(() -> again.append("s", "", 2, List.of(entry("c")))).isInstanceOf(MemoryException.class);
    }

    @Test
    void twoObjectsOnOneFolderSeeEachOther() {
        try (FileMemoryStore other = FileMemoryStore.at(folder)) {
            store().append("s", "", 0, List.of(entry("a")));
            other.append("s", "", 1, List.of(entry("b")));
            store().append("s", "", 2, List.of(entry("c")));
            assertThat(keys(other)).containsExactly("a", "b", "c");
            other.delete("s");
            assertThat(keys(store())).isEmpty();
            store().append("s", "", 0, List.of(entry("d")));
            assertThat(keys(other)).containsExactly("d");
        }
    }

    @Test
    void aNewerFormIsRefused() {
        store().append("s", "", 0, List.of(entry("a")));
        assertThatThrownBy(() -> {
                    byte[] all = Files.readAllBytes(file());
                    String text = new String(all, StandardCharsets.UTF_8);
                    String json = text.substring(18, text.indexOf('\n')).replace("\"form\":1", "\"form\":9");
                    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
                    crc.update(json.getBytes(StandardCharsets.UTF_8));
                    Files.writeString(
                            file(),
                            String.format("%08x %08x %s", json.length(), (int) crc.getValue(), json)
                                    + text.substring(text.indexOf('\n')));
                    reopened().read("s", 0);
                })
                .isInstanceOf(MemoryException.class)
                .hasMessageEndingWith(" has form 9, and this version knows forms up to 1; open it with a newer version"
                        + " of the library");
    }

    /** Appends until it is killed, and says of each append when it is done. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            try (FileMemoryStore store = FileMemoryStore.at(Path.of(args[0]))) {
                long version = store.info("s").version();
                while (true) {
                    version = store.append("s", "", version, List.of(entry("k" + version), entry("k" + version + "b")));
                    System.out.println(version);
                }
            }
        }
    }

    @Test
    void whatAKilledProcessWasToldIsThereAndNothingHalf() throws Exception {
        long told = 0;
        for (int kill = 0; kill < 3; kill++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader said =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < 20 + kill * 7; i++) {
                    told = Long.parseLong(said.readLine());
                }
            } finally {
                child.destroyForcibly();
            }
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

            List<String> keys = keys(reopened());
            assertThat(keys.size()).isEven().isGreaterThanOrEqualTo((int) told);
            for (int at = 0; at < keys.size(); at += 2) {
                assertThat(keys.get(at)).isEqualTo("k" + at);
                assertThat(keys.get(at + 1)).isEqualTo("k" + at + "b");
            }
        }
    }
}
