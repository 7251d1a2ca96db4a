package dev.tenon.journal.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.testing.Chance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run of an agent whose process is killed, or whose machine stops, goes on where it was: nothing is lost, nothing is done twice. {@code -Dtenon.kills=1000} kills
 * longer.
 */
@Timeout(7_200)
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("tenon.kills", 2);

    @TempDir
    Path folder;

    /** A world in memory: it outlives the machine. */
    private static final class Elsewhere implements Errand.World {
        private final List<String> lines = new ArrayList<>();

        @Override
        public synchronized void done(String line) {
            lines.add(line);
        }

        @Override
        public synchronized List<String> all() {
            return List.copyOf(lines);
        }
    }

    /** What was done for a run, and how often; the tool that may be called again once where it was more. */
    private static Map<String, Integer> deeds(Errand.World world, String run) {
        Map<String, Integer> deeds = new TreeMap<>();
        for (String line : world.all()) {
            String deed = line.replaceFirst(" " + run + "(?=[/ ]|$)", " run");
            if (!deed.equals(line)) {
                deeds.merge(deed, 1, Integer::sum);
            }
        }
        // The idempotent one may have been called again, and the turn handed over again: both bear it.
        deeds.computeIfPresent("did run/1/2", (deed, times) -> 1);
        deeds.replaceAll((deed, times) -> deed.startsWith("stored ") ? 1 : times);
        return deeds;
    }

    private static final String UNINTERRUPTED = "r0";

    private static Errand.World whole() {
        Errand.World world = new Elsewhere();
        assertThat(Errand.drive(Journal.inMemory(), world, UNINTERRUPTED).text())
                .isEqualTo("all done");
        return world;
    }

    private static void assertWhole(Journal journal, Errand.World world, String run, Errand.World whole) {
        assertThat(deeds(world, run)).as(run).isEqualTo(deeds(whole, UNINTERRUPTED));
        assertThat(journal.read(run).getLast()).isInstanceOf(JournalRecord.Closed.class);
        RunResult again = Errand.drive(journal, world, run);
        assertThat(again.text()).isEqualTo("all done");
        assertThat(deeds(world, run)).isEqualTo(deeds(whole, UNINTERRUPTED));
    }

    @Test
    void goesOnWhereverTheMachineStopsWithWhatWasForced() throws IOException {
        Errand.World whole = whole();
        ForgetfulDisk unstopped = new ForgetfulDisk();
        long steps = run(unstopped, new Elsewhere());
        int stops = 0;
        for (long stop = 1; stop <= steps; stop++) {
            Errand.World world = new Elsewhere();
            ForgetfulDisk disk = new ForgetfulDisk().stopAt(stop);
            try {
                run(disk, world); // Ends that come together are written together: then there are fewer steps.
            } catch (JournalException | IOException e) {
                assertThat(e).hasMessageContaining("the machine stopped");
                stops++;
            }

            ForgetfulDisk after = disk.afterCrash(new Chance(stop));
            run(after, world);

            try (FileJournal journal = open(after)) {
                assertWhole(journal, world, "r1", whole);
            }
        }
        assertThat(stops).isGreaterThan(30);
    }

    private static long run(ForgetfulDisk disk, Errand.World world) throws IOException {
        FileJournal journal = open(disk);
        assertThat(Errand.drive(journal, world, "r1").text()).isEqualTo("all done");
        journal.close();
        return disk.steps();
    }

    private static FileJournal open(ForgetfulDisk disk) throws IOException {
        return FileJournal.builder(Path.of("journal"))
                .fsync(Fsync.ALWAYS)
                .segmentBytes(16 << 10)
                .open(disk, null);
    }

    /** Kills the program when so many of its errands wait for it. Returns what it had said. */
    private static List<String> killed(Process process, int waiting) throws InterruptedException {
        int[] now = {waiting};
        List<String> said = Appending.lines(process)
                .takeWhile(line -> !line.equals("now") || --now[0] > 0)
                .toList();
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> String.join("\n", said)).isEqualTo(137);
        return said;
    }

    /** What the journal said was written is there. */
    private static void assertAcknowledged(Journal journal, List<String> said) {
        for (String line : said) {
            if (line.startsWith("wrote ")) {
                String[] words = line.split(" ");
                assertThat(journal.read(words[1]).size()).as(line).isGreaterThanOrEqualTo(Integer.parseInt(words[2]));
            }
        }
    }

    /** One process has a run for each thing that one run does: it is killed when the first is at its first, the second at its second, and so on to the last. */
    @Test
    void goesOnWhereverTheProcessIsKilled() throws Exception {
        Errand.World whole = whole();
        List<String> lines = new ArrayList<>();
        Errand.drive(new Errand.Telling(Journal.inMemory(), lines::add), new Elsewhere(), "r1");
        int runs = lines.size() + deeds(whole, UNINTERRUPTED).size();
        assertThat(runs).isGreaterThan(30);

        List<String> said = killed(Errand.start(folder, runs, 1, 0), runs);

        Errand.World paper = new Errand.Paper(folder.resolve("paper"));
        try (FileJournal journal = FileJournal.at(folder.resolve("journal"))) {
            assertAcknowledged(journal, said);
            long broken = journal.runs().stream()
                    .filter(run -> !run.contains("/"))
                    .filter(run -> !(journal.read(run).getLast() instanceof JournalRecord.Closed))
                    .count();
            assertThat(broken).isGreaterThan(runs * 3L / 4);
            for (int run = 1; run <= runs; run++) {
                Errand.drive(journal, paper, "r" + run);
                assertWhole(journal, paper, "r" + run, whole);
            }
        }
    }

    @Test
    void losesNothingAndDoesNothingTwiceHoweverOftenItIsKilled() throws Exception {
        Errand.World whole = whole();
        Chance chance = new Chance(KILLS);
        Errand.World paper = new Errand.Paper(folder.resolve("paper"));
        int atOnce = 8;
        int first = 1;
        int cuts = 0;
        int broken = 0;
        long begun = System.nanoTime();
        for (int kill = 1; kill <= KILLS; kill++) {
            List<String> said = killed(Errand.start(folder, atOnce, first, 1 + chance.below(45 * atOnce)), 1);
            try (FileJournal journal = FileJournal.at(folder.resolve("journal"))) {
                cuts += journal.report().cuts().size();
                assertAcknowledged(journal, said);
                while (closed(journal, first)) {
                    assertWhole(journal, paper, "r" + first++, whole);
                }
                for (int run = first; !journal.read("r" + run).isEmpty(); run++) {
                    broken += closed(journal, run) ? 0 : 1;
                }
            }
        }
        try (FileJournal journal = FileJournal.at(folder.resolve("journal"))) {
            for (; !journal.read("r" + first).isEmpty(); first++) {
                Errand.drive(journal, paper, "r" + first);
                assertWhole(journal, paper, "r" + first, whole);
            }
            assertThat(journal.runs()).hasSize(2 * (first - 1));
        }
        if (KILLS > 20) {
            System.out.printf(
                    "%d kills: %d runs, broken off %d times, %d torn tails cut; nothing lost, nothing twice; %d s%n",
                    KILLS, first - 1, broken, cuts, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
        }
    }

    private static boolean closed(Journal journal, int run) {
        List<JournalRecord> records = journal.read("r" + run);
        return !records.isEmpty() && records.getLast() instanceof JournalRecord.Closed;
    }
}
