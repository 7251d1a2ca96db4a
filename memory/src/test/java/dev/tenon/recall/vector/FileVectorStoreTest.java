package dev.tenon.recall.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.provider.Embedding;
import dev.tenon.testing.contract.VectorStoreContract;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileVectorStoreTest extends VectorStoreContract {
    @TempDir
    Path folder;

    @Override
    protected VectorStore store() {
        return FileVectorStore.open(folder.resolve("contract.vectors"));
    }

    @Override
    protected boolean durable() {
        return true;
    }

    private Path path() {
        return folder.resolve("a.vectors");
    }

    @Test
    void isThereAgainWhenItIsOpenedAgain() {
        Random random = new Random(1);
        List<VectorEntry> all = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            all.add(new VectorEntry("v" + i, random(random, 20), "text " + i, Json.object("n", i)));
        }
        try (FileVectorStore store = FileVectorStore.open(path())) {
            store.add(all);
            store.delete(Where.atLeast("n", 590));
            store.upsert(List.of(entry("v1", new float[20])));
        }
        all.subList(590, 600).clear();
        all.set(1, entry("v1", new float[20]));
        for (Precision precision : Precision.values()) {
            try (FileVectorStore store = FileVectorStore.open(path(), precision)) {
                assertThat(store.cut()).isZero();
                Embedding query = random(random, 20);
                assertThat(store.search(query, 1_000)).isEqualTo(byComparingAll(all, query, 1_000, Where.ANY));
            }
        }
    }

    /** Whatever byte a crash stopped at, the change before it is there, and that which was not finished is not. */
    @Test
    void cutsOffWhatACrashLeftOfAChange() throws IOException {
        long before;
        try (FileVectorStore store = FileVectorStore.open(path())) {
            store.add(List.of(entry("a", 1, 0), entry("b", 0, 1)));
            before = Files.size(path());
            store.upsert(List.of(entry("b", 1, 1), entry("c", 2, 1)));
        }
        byte[] whole = Files.readAllBytes(path());
        for (int length = (int) before; length < whole.length; length++) {
            Path torn = folder.resolve("torn.vectors");
            // What the disk had not got yet is missing, or zero.
            for (boolean zeros : new boolean[] {false, true}) {
                Files.write(
                        torn,
                        java.util.Arrays.copyOf(java.util.Arrays.copyOf(whole, length), zeros ? whole.length : length));
                try (FileVectorStore store = FileVectorStore.open(torn)) {
                    assertThat(store.cut()).isEqualTo((zeros ? whole.length : length) - before);
                    assertThat(store.size()).isEqualTo(2);
                    assertThat(store.get("b")).contains(entry("b", 0, 1));
                    store.add(List.of(entry("d", 1, 2)));
                }
                try (FileVectorStore store = FileVectorStore.open(torn)) {
                    assertThat(store.cut()).isZero();
                    assertThat(store.size()).isEqualTo(3);
                }
            }
        }
    }

    /** No bit of what was finished may change without a word. */
    @Test
    void namesTheByteWhereItIsDamaged() throws IOException {
        try (FileVectorStore store = FileVectorStore.open(path())) {
            store.add(List.of(entry("a", 1, 0)));
            store.add(List.of(entry("b", 1, 1)));
        }
        byte[] whole = Files.readAllBytes(path());
        // From the head's end to the middle: the first change.
        for (int at = 16; at < (whole.length - 16) / 2; at++) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 0x10;
            Files.write(path(), bytes);
            assertThatExceptionOfType(MemoryException.class)
                    .isThrownBy(() -> FileVectorStore.open(path()))
                    .withMessageStartingWith(path() + " is damaged: the frame at byte ")
                    .withMessageEndingWith(" follows it; take the file from a copy");
            assertThat(path()).hasBinaryContent(bytes);
        }
    }

    @Test
    void doesNotTakeAnotherFileForItsOwn() throws IOException {
        for (String text : List.of("", "tenon", "some notes that are nobody's to delete")) {
            Files.writeString(path(), text);
            assertThatExceptionOfType(MemoryException.class)
                    .isThrownBy(() -> FileVectorStore.open(path()))
                    .withMessage(
                            path() + " is damaged: it does not begin as a file of vectors does; is it another file?");
            assertThat(path()).hasContent(text);
        }
    }

    @Test
    void isOpenOnceAtATime() {
        try (FileVectorStore store = FileVectorStore.open(path())) {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(MemoryException.class)
                        .isThrownBy(() -> FileVectorStore.open(folder.resolve("x/../a.vectors")))
                        .withMessage(
                                path() + " is open elsewhere; a file of vectors is open once at a time, so share the"
                                        + " store, or close it first");
            }
            store.add(List.of(entry("a", 1)));
        }
        FileVectorStore.open(path()).close();
    }

    @Test
    void isOpenInOneProcessAtATime() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process other = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Holder.class.getName(), path().toString())
                .redirectErrorStream(true)
                .start();
        try (var said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("open");
            assertThatExceptionOfType(MemoryException.class)
                    .isThrownBy(() -> FileVectorStore.open(path()))
                    .withMessageContaining("is open elsewhere");
            other.destroyForcibly().waitFor();
        }
        try (FileVectorStore store = FileVectorStore.open(path())) {
            assertThat(ids(store.search(Embedding.of(1), 1))).containsExactly("a");
        }
    }

    /** Opens a store, and keeps it until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            FileVectorStore store = FileVectorStore.open(Path.of(args[0]));
            store.add(List.of(entry("a", 1)));
            System.out.println("open");
            System.in.read();
        }
    }

    @Test
    void isWrittenAnewWhenMoreThanHalfIsOld() throws IOException {
        String text = "x".repeat(10_000);
        try (FileVectorStore store = FileVectorStore.open(path())) {
            for (int i = 0; i < 1_000; i++) {
                store.upsert(List.of(new VectorEntry("v" + i % 40, Embedding.of(i, 1), text + i)));
            }
            assertThat(Files.size(path())).isLessThan(1_200_000);
            assertThat(store.get("v39").orElseThrow().text()).isEqualTo(text + 999);
            store.compact();
            assertThat(Files.size(path())).isLessThan(420_000);
            assertThat(store.size()).isEqualTo(40);
            assertThat(store.search(Embedding.of(0, 1), 1).getFirst().id()).isEqualTo("v0");
        }
        try (FileVectorStore store = FileVectorStore.open(path())) {
            assertThat(store.size()).isEqualTo(40);
            assertThat(store.get("v7").orElseThrow().text()).isEqualTo(text + 967);
        }
    }

    @Test
    void forgetsWhatACrashLeftOfWritingAnew() throws IOException {
        try (FileVectorStore store = FileVectorStore.open(path())) {
            store.add(List.of(entry("a", 1, 0)));
        }
        Path fresh = folder.resolve("a.vectors.new");
        Files.write(fresh, new byte[] {1, 2, 3});
        try (FileVectorStore store = FileVectorStore.open(path())) {
            assertThat(store.size()).isEqualTo(1);
            assertThat(fresh).doesNotExist();
        }
    }

    @Test
    void readsOnWhenAThreadThatReadIsInterrupted() throws Exception {
        try (FileVectorStore store = FileVectorStore.open(path())) {
            store.add(List.of(entry("a", 1, 0)));
            Thread.currentThread().interrupt();
            assertThat(ids(store.search(Embedding.of(1, 0), 1))).containsExactly("a");
            store.add(List.of(entry("b", 1, 0)));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(store.get("a")).isPresent();
        }
    }

    @Test
    void saysThatItIsClosed() {
        FileVectorStore store = FileVectorStore.open(path());
        store.close();
        store.close();
        assertThatIllegalStateException().isThrownBy(store::size).withMessage("the store of " + path() + " is closed");
        assertThatIllegalStateException().isThrownBy(() -> store.add(List.of()));
    }

    @Test
    void refusesAnEntryThatIsTooLarge() {
        try (FileVectorStore store = FileVectorStore.open(path())) {
            String text = "x".repeat(64 * 1024 * 1024);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.add(List.of(entry("a", 1), new VectorEntry("b", Embedding.of(1), text))))
                    .withMessage(
                            "an entry of a file of vectors has at most 67108864 bytes, this has 67108891; split its"
                                    + " text. Nothing was added");
            assertThat(store.size()).isZero();
            store.add(List.of(entry("a", 1)));
        }
        try (FileVectorStore store = FileVectorStore.open(path())) {
            assertThat(store.cut()).isZero();
            assertThat(store.size()).isEqualTo(1);
        }
    }

    @Test
    void tellsOfDamageThatCameWhileItWasOpen() throws IOException {
        try (FileVectorStore store = FileVectorStore.open(path())) {
            store.add(List.of(entry("a", 1, 0)));
            try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "rw")) {
                file.seek(30);
                file.write(77);
            }
            assertThatExceptionOfType(MemoryException.class)
                    .isThrownBy(() -> store.search(Embedding.of(1, 0), 1))
                    .withMessage(path() + " is damaged: the frame at byte 16 is not as it was written");
        }
    }
}
