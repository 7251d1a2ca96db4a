package dev.tenon.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixtureTotalsTest {
    @TempDir
    Path root;

    @Test
    void countsACaseOnceWhicheverModulesReadIt() throws IOException {
        counts("core", "now", "read sse/cases.jsonl sse-01\nread sse/cases.jsonl sse-02\n");
        counts("providers", "now", "read sse/cases.jsonl sse-01\nread providers/INDEX.jsonl sse-01\n");

        assertThat(FixtureTotals.line(root, "now")).isEqualTo("fixtures: 3 read");
    }

    @Test
    void countsTheTestsThatFoundNone() throws IOException {
        counts("core", "now", "skipped\nskipped\n");
        counts("examples/quickstart", "now", "skipped\n");

        assertThat(FixtureTotals.line(root, "now")).isEqualTo("fixtures absent: 3 tests skipped");
    }

    @Test
    void leavesOutWhatAnEarlierRunCounted() throws IOException {
        counts("core", "before", "read sse/cases.jsonl sse-01\n");

        assertThat(FixtureTotals.line(root, "now")).isEqualTo("fixtures: 0 read");
    }

    private void counts(String module, String run, String lines) throws IOException {
        Path file =
                root.resolve(module).resolve("target").resolve(Fixtures.COUNTS).resolve(run);
        Files.createDirectories(file.getParent());
        Files.writeString(file, lines);
    }
}
