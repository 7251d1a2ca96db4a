package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRepositoryTest {
    private static final JsonSchema TEXT = JsonSchema.parse("{\"type\": \"string\"}");
    private static final JsonSchema NUMBER = JsonSchema.parse("{\"type\": \"number\"}");

    @TempDir
    private Path folder;

    enum Kind {
        MEMORY,
        FOLDER
    }

    private SchemaRepository repository(Kind kind) {
        return kind == Kind.MEMORY ? SchemaRepository.inMemory() : SchemaRepository.inFolder(folder.resolve("schemas"));
    }

    @ParameterizedTest
    @EnumSource
    void versionsCountUpFromOne(Kind kind) {
        SchemaRepository schemas = repository(kind);
        assertThat(schemas.put("city", TEXT)).isEqualTo(1);
        assertThat(schemas.put("city", NUMBER)).isEqualTo(2);
        assertThat(schemas.get("city")).contains(NUMBER);
        assertThat(schemas.get("city", 1)).contains(TEXT);
        assertThat(schemas.versions("city")).containsExactly(1, 2);
    }

    @ParameterizedTest
    @EnumSource
    void theNewestIsNotKeptTwice(Kind kind) {
        SchemaRepository schemas = repository(kind);
        schemas.put("city", TEXT);
        assertThat(schemas.put("city", JsonSchema.of(TEXT.json()))).isEqualTo(1);
        schemas.put("city", NUMBER);
        assertThat(schemas.put("city", TEXT))
                .as("it is not the newest any more")
                .isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotThereIsEmpty(Kind kind) {
        SchemaRepository schemas = repository(kind);
        assertThat(schemas.list()).isEmpty();
        assertThat(schemas.get("city")).isEmpty();
        assertThat(schemas.get("city", 1)).isEmpty();
        assertThat(schemas.versions("city")).isEmpty();
        assertThat(schemas.delete("city")).isFalse();
        schemas.put("city", TEXT);
        assertThat(schemas.get("city", 0)).isEmpty();
        assertThat(schemas.get("city", -1)).isEmpty();
        assertThat(schemas.get("city", 2)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void namesAreListedSortedAndDeletedWhole(Kind kind) {
        SchemaRepository schemas = repository(kind);
        schemas.put("b.x_1-2", TEXT);
        schemas.put("a", TEXT);
        schemas.put("a", NUMBER);
        assertThat(schemas.list()).containsExactly("a", "b.x_1-2");
        assertThat(schemas.delete("a")).isTrue();
        assertThat(schemas.list()).containsExactly("b.x_1-2");
        assertThat(schemas.put("a", TEXT)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "../up", "a/b", "a\\b", "/root", ".hidden", "-x", "C:x", "a b", "a\u0000", "é", "a\n",
                "%2e%2e"
            })
    void namesThatCouldLeaveTheFolderAreRefused(String name) {
        for (Kind kind : Kind.values()) {
            SchemaRepository schemas = repository(kind);
            assertThatThrownBy(() -> schemas.put(name, TEXT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a schema's name must be 1 to 100 letters, digits");
            assertThatThrownBy(() -> schemas.get(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> schemas.get(name, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> schemas.delete(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> schemas.versions(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"con", "CON", "Nul", "aux.json", "COM1", "com0.a.b", "lpt9", "prn", "city.", "a.."})
    void namesThatWindowsHasNoFolderForAreRefused(String name) {
        for (Kind kind : Kind.values()) {
            assertThatThrownBy(() -> repository(kind).put(name, TEXT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Windows has no folder \"" + name + "\"; give the schema a name that is no device and"
                            + " does not end with a dot");
        }
        for (String near : List.of("console", "con-1", "com10", "nul_", "a.con", "com")) {
            assertThat(repository(Kind.FOLDER).put(near, TEXT)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoNamesDifferInMoreThanCapitals(Kind kind) {
        SchemaRepository schemas = repository(kind);
        schemas.put("Order", TEXT);
        assertThatThrownBy(() -> schemas.put("order", NUMBER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is a schema \"Order\" already, and \"order\" differs from it in capitals alone; use"
                        + " that name or another");
        assertThat(schemas.get("order")).isEmpty();
        assertThat(schemas.get("order", 1)).isEmpty();
        assertThat(schemas.delete("order")).isFalse();
        assertThat(schemas.list()).containsExactly("Order");
        schemas.delete("Order");
        assertThat(schemas.put("order", NUMBER)).isEqualTo(1);
    }

    @Test
    void longNamesAreRefused() {
        assertThatThrownBy(() -> SchemaRepository.inMemory().put("a".repeat(101), TEXT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void filesOutliveTheRepository() throws IOException {
        repository(Kind.FOLDER).put("city", TEXT);
        assertThat(repository(Kind.FOLDER).get("city")).contains(TEXT);
        assertThat(Files.readString(folder.resolve("schemas/city/1.json"))).isEqualTo("{\"type\":\"string\"}");
    }

    @Test
    void nothingElseIsLeftInTheFolder() throws IOException {
        SchemaRepository schemas = repository(Kind.FOLDER);
        schemas.put("city", TEXT);
        schemas.put("city", NUMBER);
        try (Stream<Path> files = Files.list(folder.resolve("schemas/city"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("1.json", "2.json");
        }
        schemas.delete("city");
        assertThat(folder.resolve("schemas/city")).doesNotExist();
    }

    @Test
    void aFileThatHoldsNoSchemaSaysSo() throws IOException {
        Files.createDirectories(folder.resolve("schemas/city"));
        Files.writeString(folder.resolve("schemas/city/1.json"), "{\"type\": \"strng\"}");
        Files.writeString(folder.resolve("schemas/city/notes.txt"), "mine");
        assertThatThrownBy(() -> repository(Kind.FOLDER).get("city"))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("1.json holds no schema: schema at \"/type\": expected one of");
        repository(Kind.FOLDER).delete("city");
        assertThat(folder.resolve("schemas/city/notes.txt"))
                .as("not ours to delete")
                .exists();
        assertThat(repository(Kind.FOLDER).list()).isEmpty();
    }

    @Test
    void aLinkOutOfTheFolderIsNotFollowed() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("1.json"), "{}");
        Files.createDirectories(folder.resolve("schemas"));
        Files.createSymbolicLink(folder.resolve("schemas/city"), outside);
        assertThat(repository(Kind.FOLDER).versions("city")).isEmpty();
        assertThat(repository(Kind.FOLDER).delete("city")).isFalse();
        assertThat(outside.resolve("1.json")).exists();
    }

    @ParameterizedTest
    @EnumSource
    void writersAtOnceGetNumbersOfTheirOwn(Kind kind) throws InterruptedException, ExecutionException {
        List<Future<Integer>> numbers = new ArrayList<>();
        try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 64; i++) {
                JsonSchema schema = JsonSchema.of(Json.object("minLength", i));
                // Each with a repository of its own on the same folder, as processes have.
                SchemaRepository schemas = kind == Kind.FOLDER ? repository(kind) : SHARED;
                numbers.add(writers.submit(() -> schemas.put("one", schema)));
            }
        }
        List<Integer> all = new ArrayList<>();
        for (Future<Integer> number : numbers) {
            all.add(number.get());
        }
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 64).boxed().toList());
    }

    private static final SchemaRepository SHARED = SchemaRepository.inMemory();
}
