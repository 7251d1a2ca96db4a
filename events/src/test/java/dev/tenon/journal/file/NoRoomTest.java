package dev.tenon.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.error.Recovery;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The disk is full, cannot be written or does not do what it is told. */
@Timeout(600)
class NoRoomTest {
    @TempDir
    Path folder;

    private static FileJournal open(Disk disk, Fsync fsync) throws IOException {
        return FileJournal.builder(Path.of("journal")).fsync(fsync).open(disk, null);
    }

    private static JournalRecord large(int bytes) {
        return new JournalRecord.Signalled(Instant.EPOCH, "large", Json.of("x".repeat(bytes)), Map.of());
    }

    // A full disk, as this process sees it

    @ParameterizedTest
    @EnumSource(Fsync.class)
    void saysThatTheDiskIsFullAndGoesOnWhenThereIsRoom(Fsync fsync) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        FileJournal journal = open(disk, fsync);
        Story.append(journal, "a", Story.started(0));
        disk.room(500);

        JournalException full =
                catchThrowableOfType(JournalException.class, () -> Story.append(journal, "a", large(1_000)));

        assertThat(full)
                .hasMessage(
                        "cannot write to the journal in /journal: No space left on device; nothing of this append is"
                                + " there, what was appended before stays readable");
        assertThat(full.code()).isEqualTo("journal.io");
        assertThat(full.recovery()).isEqualTo(Recovery.BACK_OFF);
        assertThat(journal.read("a")).containsExactly(Story.started(0));
        Story.append(journal, "a", Story.ended(0));
        disk.room(Long.MAX_VALUE);
        Story.append(journal, "a", large(1_000));
        journal.close();
        assertThat(open(disk, fsync).read("a")).containsExactly(Story.started(0), Story.ended(0), large(1_000));
    }

    @Test
    void whatDoesNotFitTakesNobodyElseWithIt() throws Exception {
        ForgetfulDisk disk = new ForgetfulDisk();
        FileJournal journal = open(disk, Fsync.BATCHED);
        disk.room(60_000);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> appends = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String run = "small-" + i;
                appends.add(threads.submit(() -> Story.append(journal, run, Story.started(0))));
                String tooLarge = "large-" + i;
                appends.add(threads.submit(
                        () -> assertThatThrownBy(() -> Story.append(journal, tooLarge, large(60_000)))
                                .hasMessageContaining("No space left on device")));
            }
            for (Future<?> append : appends) {
                append.get(60, TimeUnit.SECONDS);
            }
        }

        assertThat(journal.runs()).hasSize(100).allMatch(run -> run.startsWith("small-"));
    }

    @Test
    void aCompactionWithoutRoomChangesNothing() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        FileJournal journal = open(disk, Fsync.ALWAYS);
        Story.append(journal, "a", large(2_000));
        Story.append(journal, "b", large(2_000));
        journal.delete("b");
        disk.room(1_000);

        assertThatThrownBy(journal::compact)
                .hasMessage("cannot compact the journal in "
                        + Path.of("journal").toAbsolutePath() + ": No space left on device");

        assertThat(journal.read("a")).containsExactly(large(2_000));
        disk.room(Long.MAX_VALUE);
        journal.compact();
        Story.append(journal, "a", Story.started(0));
        journal.close();
        FileJournal again = open(disk, Fsync.ALWAYS);
        assertThat(again.read("a")).containsExactly(large(2_000), Story.started(0));
        assertThat(again.runs()).containsExactly("a");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fsync.class,
            names = {"ALWAYS", "BATCHED"})
    void writesNothingMoreAfterAForceThatFailed(Fsync fsync) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        FileJournal journal = open(disk, fsync);
        Story.append(journal, "a", Story.started(0));
        disk.failForces(1);

        assertThatThrownBy(() -> Story.append(journal, "a", Story.ended(0)))
                .hasMessage(
                        "cannot write to the journal in /journal: Input/output error; whether this append is there is"
                                + " known when the journal is opened again, what was appended before stays readable");
        assertThatThrownBy(() -> Story.append(journal, "a", Story.ended(0)))
                .hasMessage("nothing is written to /journal/0000000000000001.journal any more, since it could not be"
                        + " forced (Input/output error); open the journal again");
        assertThat(journal.read("a")).containsExactly(Story.started(0));
        journal.close();

        FileJournal again = open(disk, fsync);
        assertThat(again.report().closed()).isFalse();
        assertThat(again.read("a")).containsExactly(Story.started(0));
        Story.append(again, "a", Story.ended(0));
    }

    // A full disk, as the operating system makes it

    private static List<String> appendUntilItFails(String before, Path folder, Fsync fsync, int runs) throws Exception {
        Process process = Appending.start(before, folder, fsync, runs);
        List<String> lines = Appending.lines(process).toList();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return lines;
    }

    @ParameterizedTest
    @EnumSource(Fsync.class)
    void whatWasAcknowledgedBeforeAFileReachedItsLimitIsThere(Fsync fsync) throws Exception {
        List<String> lines = appendUntilItFails("ulimit -f 64;", folder, fsync, 3);

        List<String> acknowledged =
                lines.stream().filter(line -> line.startsWith("run-")).toList();
        assertThat(acknowledged).hasSizeGreaterThan(100);
        assertThat(lines.stream().filter(line -> line.startsWith("failed")))
                .hasSizeBetween(3, 4)
                .allMatch(line ->
                        line.startsWith("failed journal.io cannot ") && line.contains(folder + ": File too large"));
        assertThat(lines).contains("readable " + 2 * acknowledged.size());
        assertIsThere(folder, acknowledged);
    }

    private static void assertIsThere(Path folder, List<String> acknowledged) {
        try (FileJournal journal = FileJournal.at(folder)) {
            assertThat(journal.runs().stream().mapToInt(run -> journal.read(run).size()))
                    .isNotEmpty();
            for (String line : acknowledged) {
                String[] words = line.split(" ");
                int step = Integer.parseInt(words[1]);
                assertThat(journal.read(words[0]).subList(2 * step, 2 * step + 2))
                        .containsExactly(Story.started(step), Story.ended(step));
            }
            Story.append(journal, "more", Story.started(0));
        }
    }

    // A folder that cannot be written. A superuser may write any: then a mount that only this process sees is
    // read-only.

    private static void assumeOwnMounts() throws Exception {
        Process process = new ProcessBuilder("bash", "-c", "unshare -m mount -t tmpfs none /tmp")
                .redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        Assumptions.assumeTrue(process.waitFor() == 0, "mounts of one's own are not allowed here");
    }

    private static String inOwnMounts(String command) {
        return "if [ -z \"$OWN\" ]; then export OWN=1; exec unshare -m bash -c '" + command
                + " && exec \"$@\"' bash \"$@\"; fi;";
    }

    @Test
    void saysThatAFolderIsReadOnlyAndLetsItBeRead() throws Exception {
        assumeOwnMounts();
        Path journal = folder.resolve("journal");
        try (FileJournal before = FileJournal.at(journal)) {
            Story.append(before, "a", Story.started(0));
        }
        String readOnly = "mount --bind " + folder + " " + folder + " && mount -o remount,ro,bind " + folder;

        List<String> lines = appendUntilItFails(inOwnMounts(readOnly), journal, Fsync.ALWAYS, 1);
        List<String> fresh = appendUntilItFails(inOwnMounts(readOnly), folder.resolve("new"), Fsync.ALWAYS, 1);

        assertThat(lines)
                .containsExactly("failed journal.io cannot open the journal in " + journal + ": FileSystemException: "
                        + journal.resolve("journal.lock") + ": Read-only file system");
        assertThat(fresh)
                .containsExactly("failed journal.io cannot open the journal in " + folder.resolve("new")
                        + ": FileSystemException: " + folder.resolve("new") + ": Read-only file system");
        try (FileJournal reader = FileJournal.readOnly(journal)) {
            assertThat(reader.read("a")).containsExactly(Story.started(0));
        }
    }

    @ParameterizedTest
    @EnumSource(Fsync.class)
    void whatWasAcknowledgedBeforeTheDiskWasFullIsThere(Fsync fsync) throws Exception {
        assumeOwnMounts();
        Path kept = Files.createDirectory(folder.resolve("kept"));
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String small = "mount -t tmpfs -o size=64k none " + disk;
        // What is on the small disk goes when its process ends: it is copied before.
        String before = "if [ -z \"$OWN\" ]; then export OWN=1; exec unshare -m bash -c '" + small + " && \"$@\"; cp "
                + disk + "/*.journal " + kept + "' bash \"$@\"; fi;";

        List<String> lines = appendUntilItFails(before, disk, fsync, 3);

        List<String> acknowledged =
                lines.stream().filter(line -> line.startsWith("run-")).toList();
        assertThat(acknowledged).hasSizeGreaterThan(50);
        assertThat(lines).anyMatch(line -> line.contains(disk + ": No space left on device"));
        assertThat(lines).contains("readable " + 2 * acknowledged.size());
        assertIsThere(kept, acknowledged);
    }

    @Test
    void saysThatAFileStandsWhereAFolderIsWanted() throws IOException {
        Path file = Files.writeString(folder.resolve("journal"), "mine");

        assertThatThrownBy(() -> FileJournal.at(file))
                .isInstanceOf(JournalException.class)
                .hasMessage("cannot keep a journal in " + file + ": it is a file, a folder is wanted");
        assertThatThrownBy(() -> FileJournal.at(file.resolve("below")))
                .isInstanceOf(JournalException.class)
                .hasMessageStartingWith("cannot open the journal in " + file.resolve("below") + ": ");
        assertThatThrownBy(() -> FileJournal.readOnly(file))
                .isInstanceOf(JournalException.class)
                .hasMessageStartingWith("cannot open the journal in " + file + ": ");
        assertThat(file).hasContent("mine");
    }

    @Test
    void saysThatThereIsNoJournalToRead() {
        assertThatThrownBy(() -> FileJournal.readOnly(folder))
                .hasMessage("cannot open the journal in " + folder + ": NoSuchFileException: there is no journal");
        assertThatThrownBy(() -> FileJournal.readOnly(folder.resolve("nowhere")))
                .hasMessageStartingWith("cannot open the journal in " + folder.resolve("nowhere") + ": ");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }
}
