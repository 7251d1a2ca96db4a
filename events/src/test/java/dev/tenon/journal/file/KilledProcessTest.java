package dev.tenon.journal.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.journal.JournalRecord;
import dev.tenon.testing.Chance;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that appends is killed, and what it had acknowledged is there. {@code -Dtenon.kills=1000} does it longer. */
@Timeout(3_600)
class KilledProcessTest {
    private static final int KILLS = Integer.getInteger("tenon.kills", 3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Fsync.class)
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled(Fsync fsync) throws Exception {
        Chance chance = new Chance(fsync.name().hashCode());
        Map<String, Integer> acknowledged = new HashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = Appending.start("", folder, fsync, 5);
            Iterator<String> lines = Appending.lines(process).iterator();
            for (int left = 1 + chance.below(200); left > 0; left--) {
                note(lines.next(), acknowledged);
            }
            // That of Process would close the pipe, and what is still in it is acknowledged too.
            process.toHandle().destroyForcibly();
            lines.forEachRemaining(line -> note(line, acknowledged));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("killed by SIGKILL").isEqualTo(137);

            try (FileJournal journal = FileJournal.at(folder)) {
                assertThat(journal.report().closed()).isFalse();
                assertThat(journal.runs()).containsAll(acknowledged.keySet());
                for (String run : journal.runs()) {
                    List<JournalRecord> records = journal.read(run);
                    assertWhole(records, acknowledged.getOrDefault(run, -1));
                    // The next process goes on from what is there, whether it was acknowledged or not.
                    acknowledged.put(run, records.size() / 2 - 1);
                }
            }
        }
    }

    private static void note(String line, Map<String, Integer> acknowledged) {
        assertThat(line).matches("run-[0-9]+ [0-9]+");
        String[] words = line.split(" ");
        acknowledged.put(words[0], Integer.parseInt(words[1]));
    }

    private static void assertWhole(List<JournalRecord> records, int acknowledged) {
        assertThat(records.size() % 2).isZero();
        assertThat(records.size() / 2).isBetween(acknowledged + 1, acknowledged + 2);
        for (int step = 0; step < records.size() / 2; step++) {
            assertThat(records.subList(2 * step, 2 * step + 2)).containsExactly(Story.started(step), Story.ended(step));
        }
    }
}
