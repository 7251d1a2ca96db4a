package dev.tenon.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class FixturesTest {
    @TempDir
    Path beside;

    @Test
    void aTestIsSkippedWhereThereAreNone() {
        Path shared = beside.resolve("shared");

        assertThatThrownBy(() -> Fixtures.find(shared, "fixtures", "sse/cases.jsonl"))
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("no folder ../shared beside the project");
    }

    @Test
    void aTestFailsWhereTheyAreAndOneCannotBeRead() {
        assertThatThrownBy(() -> Fixtures.find(beside, "fixtures", "sse/cases.jsonl"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("../shared is there, but cannot be read: " + beside.resolve("fixtures/sse/cases.jsonl"));
    }

    @Test
    void aTestIsGivenTheFile() throws IOException {
        Path file = beside.resolve("specs").resolve("openapi.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{}");

        assertThat(Fixtures.find(beside, "specs", "openapi.json")).hasContent("{}");
    }

    @Test
    void aCaseIsKnownByItsIdOrItsLine() {
        assertThat(Fixtures.id("{\"id\": \"sse-01\", \"name\": \"LF\"}", 7)).isEqualTo("sse-01");
        assertThat(Fixtures.id("{\"name\": \"LF\"}", 7)).isEqualTo("line 7");
    }
}
