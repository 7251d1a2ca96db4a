package dev.tenon.journal.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The examples of {@code docs/journal.md}. */
class JournalDocsTest {
    private static final Logger log = LoggerFactory.getLogger(JournalDocsTest.class);

    @TempDir
    Path folder;

    private static final JournalRecord begun = new JournalRecord.Begun(
            Instant.EPOCH, "shop", Json.object("v", 1), Json.object("password", "hunter2"), Map.of());
    private static final JournalRecord started =
            new JournalRecord.Started(Instant.EPOCH, "0", "model", "d0", 1, Json.NULL, Map.of());

    @Test
    void aJournalIsOpenedWrittenAndRead() {
        Path path = folder.resolve("journal");

        try (FileJournal journal = FileJournal.at(path)) {
            try (RunJournal run = journal.own("order-17")) {
                run.append(List.of(begun, started));
            }
            List<JournalRecord> records = journal.read("order-17");
            assertThat(records).containsExactly(begun, started);
        }
    }

    @Test
    void aJournalIsConfigured() {
        Path path = folder.resolve("journal");

        FileJournal journal = FileJournal.builder(path)
                .fsync(Fsync.ALWAYS)
                .segmentBytes(16 << 20)
                .retention(Duration.ofDays(30))
                .redaction(Redaction.of("/input/password", "/outcome/**/token"))
                .open();

        try (journal) {
            try (RunJournal run = journal.own("order-17")) {
                run.append(List.of(begun));
            }
            assertThat(Json.of(journal.read("order-17").get(0)).at("/input/password"))
                    .contains(Json.of("[redacted]"));
        }
    }

    @Test
    void whatWasFoundIsReported() {
        try (FileJournal journal = FileJournal.at(folder)) {
            OpenReport report = journal.report();
            if (!report.closed()) {
                report.cuts().forEach(cut -> log.warn("{} bytes cut off {}", cut.bytes(), cut.segment()));
            }
            assertThat(report.closed()).isTrue();
        }
    }

    @Test
    void aDamagedJournalIsSaved() {
        Path path = folder.resolve("journal");
        FileJournal.at(path).close();

        try (FileJournal damaged = FileJournal.readOnly(path);
                FileJournal fresh = FileJournal.at(path.resolveSibling("journal-2"))) {
            damaged.exportTo(path.resolveSibling("saved.jsonl"));
            fresh.importFrom(path.resolveSibling("saved.jsonl"));
            assertThat(fresh.runs()).isEmpty();
        }
    }

    @Test
    void runsAreForgotten() {
        try (FileJournal journal = FileJournal.at(folder)) {
            journal.delete("order-17");
            journal.deleteClosedBefore(Instant.now().minus(Duration.ofDays(30)));
            journal.compact();
            assertThat(((Journal) journal).runs()).isEmpty();
        }
    }

    @Test
    void thePageShowsOnlyWhatRunsHere() {
        assertThat(Docs.examplesStandIn("journal.md", JournalDocsTest.class)).isEqualTo(5);
    }
}
