package dev.tenon.journal.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.testing.Chance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The machine stops at every step that a disk takes, and forgets what was not forced. */
class StoppedMachineTest {
    private static final int SMALL = 600;

    private static FileJournal open(Disk disk, Fsync fsync, long segmentBytes) throws IOException {
        return FileJournal.builder(Path.of("journal"))
                .fsync(fsync)
                .segmentBytes(segmentBytes)
                .open(disk, null);
    }

    /** What the journal held after each step that was acknowledged, and last what it may hold besides. */
    private static List<Map<String, List<JournalRecord>>> play(
            ForgetfulDisk disk, Fsync fsync, List<Story.Step> steps, List<Long> tokens) {
        List<Map<String, List<JournalRecord>>> held = new ArrayList<>();
        held.add(Map.of());
        try {
            FileJournal journal = open(disk, fsync, SMALL);
            for (Story.Step step : steps) {
                Map<String, List<JournalRecord>> next = Story.after(held.getLast(), step);
                held.add(next);
                switch (step) {
                    case Story.Step.Append append -> {
                        try (RunJournal owner = journal.own(append.run())) {
                            tokens.add(owner.token());
                            owner.append(append.records());
                        }
                    }
                    case Story.Step.Delete delete -> journal.delete(delete.run());
                    case Story.Step.Compact compact -> journal.compact();
                    case Story.Step.Reopen reopen -> {
                        journal.close();
                        journal = open(disk, fsync, SMALL);
                    }
                }
            }
            held.add(held.getLast());
            journal.close();
        } catch (JournalException | IOException e) {
            assertThat(e).hasMessageContaining("the machine stopped");
            return held;
        }
        held.add(held.getLast());
        return held;
    }

    private static void goesOn(ForgetfulDisk disk, Fsync fsync, Map<String, List<JournalRecord>> held, long token)
            throws IOException {
        Story.Step step = new Story.Step.Append("a", List.of(Story.started(-1)));
        FileJournal journal = open(disk, fsync, SMALL);
        try (RunJournal owner = journal.own("a")) {
            assertThat(owner.token()).as("tokens only grow").isGreaterThan(token);
            owner.append(List.of(Story.started(-1)));
        }
        journal.compact();
        journal.close();
        journal = open(disk, fsync, SMALL);
        assertThat(journal.report().closed()).isTrue();
        assertThat(Story.content(journal)).isEqualTo(Story.after(held, step));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fsync.class,
            names = {"ALWAYS", "BATCHED"})
    void holdsWhatWasAcknowledgedWhereverTheMachineStops(Fsync fsync) throws IOException {
        for (int seed = 1; seed <= 12; seed++) {
            List<Story.Step> steps = Story.steps(new Chance(seed), 25);
            ForgetfulDisk whole = new ForgetfulDisk();
            play(whole, fsync, steps, new ArrayList<>());
            for (long stop = 1; stop <= whole.steps(); stop++) {
                ForgetfulDisk disk = new ForgetfulDisk().stopAt(stop);
                List<Long> tokens = new ArrayList<>(List.of(0L));
                List<Map<String, List<JournalRecord>>> held = play(disk, fsync, steps, tokens);
                ForgetfulDisk after = disk.afterCrash(new Chance(seed * 1_000L + stop));

                Map<String, List<JournalRecord>> found = Story.content(open(after, fsync, SMALL));

                assertThat(List.of(held.get(Math.max(0, held.size() - 2)), held.getLast()))
                        .as("seed " + seed + ", stopped at " + stop)
                        .contains(found);
                goesOn(after, fsync, found, tokens.getLast());
            }
        }
    }

    @Test
    void holdsABeginningOfWhatWasAcknowledgedWhereNothingIsForced() throws IOException {
        for (int seed = 1; seed <= 12; seed++) {
            List<Story.Step> steps = Story.steps(new Chance(seed), 25);
            ForgetfulDisk whole = new ForgetfulDisk();
            play(whole, Fsync.NONE, steps, new ArrayList<>());
            for (long stop = 1; stop <= whole.steps(); stop++) {
                ForgetfulDisk disk = new ForgetfulDisk().stopAt(stop);
                List<Long> tokens = new ArrayList<>(List.of(0L));
                List<Map<String, List<JournalRecord>>> held = play(disk, Fsync.NONE, steps, tokens);
                ForgetfulDisk after = disk.afterCrash(new Chance(seed * 1_000L + stop));

                Map<String, List<JournalRecord>> found = Story.content(open(after, Fsync.NONE, SMALL));

                assertThat(held).as("seed " + seed + ", stopped at " + stop).contains(found);
                goesOn(after, Fsync.NONE, found, tokens.getLast());
            }
        }
    }

    /** A killed process leaves what it wrote: the disk forgets nothing. */
    @ParameterizedTest
    @EnumSource(Fsync.class)
    void losesNothingWhereOnlyTheProcessStops(Fsync fsync) throws IOException {
        List<Story.Step> steps = Story.steps(new Chance(5), 25);
        ForgetfulDisk whole = new ForgetfulDisk();
        play(whole, fsync, steps, new ArrayList<>());
        for (long stop = 1; stop <= whole.steps(); stop++) {
            ForgetfulDisk disk = new ForgetfulDisk().stopAt(stop);
            List<Long> tokens = new ArrayList<>(List.of(0L));
            List<Map<String, List<JournalRecord>>> held = play(disk, fsync, steps, tokens);
            ForgetfulDisk after = new ForgetfulDisk(disk.files());

            Map<String, List<JournalRecord>> found = Story.content(open(after, fsync, SMALL));

            assertThat(List.of(held.get(Math.max(0, held.size() - 2)), held.getLast()))
                    .as("stopped at " + stop)
                    .contains(found);
            goesOn(after, fsync, found, tokens.getLast());
        }
    }

    @Test
    void holdsWhatManyRunsWereToldWhereTheyShareAForce() throws Exception {
        for (int seed = 1; seed <= 150; seed++) {
            ForgetfulDisk disk = new ForgetfulDisk().stopAt(8 + seed % 60);
            Map<String, List<JournalRecord>> acknowledged = new ConcurrentHashMap<>();
            writeAtOnce(disk, acknowledged);

            FileJournal journal = open(disk.afterCrash(new Chance(seed)), Fsync.BATCHED, SMALL);

            for (String run : journal.runs()) {
                assertWhole(journal.read(run));
            }
            acknowledged.forEach((run, records) ->
                    assertThat(journal.read(run)).as(run).startsWith(records.toArray(JournalRecord[]::new)));
        }
    }

    private static void writeAtOnce(ForgetfulDisk disk, Map<String, List<JournalRecord>> acknowledged)
            throws Exception {
        FileJournal journal;
        try {
            journal = open(disk, Fsync.BATCHED, SMALL);
        } catch (IOException | JournalException stopped) {
            return;
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String run = "run-" + i;
                acknowledged.put(run, new ArrayList<>());
                writers.add(threads.submit(() -> {
                    try (RunJournal owner = journal.own(run)) {
                        for (int step = 0; step < 10; step++) {
                            List<JournalRecord> both = List.of(Story.started(step), Story.ended(step));
                            owner.append(both);
                            acknowledged.get(run).addAll(both);
                        }
                    } catch (JournalException stopped) {
                        assertThat(stopped.code()).isEqualTo("journal.io");
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static void assertWhole(List<JournalRecord> records) {
        assertThat(records.size() % 2).isZero();
        for (int step = 0; step < records.size() / 2; step++) {
            assertThat(records.subList(2 * step, 2 * step + 2)).containsExactly(Story.started(step), Story.ended(step));
        }
    }
}
