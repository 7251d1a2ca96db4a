package dev.tenon.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a byte of a journal's files is told, or does no harm. */
class DamageTest {
    private static final String FIRST = "0000000000000001.journal";
    private static final String SECOND = "0000000000000002.journal";

    @TempDir
    Path folder;

    private static FileJournal open(Disk disk) throws IOException {
        return FileJournal.builder(Path.of("journal")).segmentBytes(700).open(disk, null);
    }

    /** A journal of several files, with all that can stand in one. */
    private static ForgetfulDisk written(boolean closed) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        FileJournal journal = open(disk);
        Story.append(journal, "gone", Story.started(0));
        Story.append(journal, "a", Story.started(1), Story.ended(1));
        journal.delete("gone");
        Story.append(journal, "b", Story.started(2));
        Story.append(journal, "a", Story.started(3), Story.ended(3), Story.started(4));
        Story.append(journal, "b", Story.ended(2));
        if (closed) {
            journal.close();
        }
        return disk;
    }

    /** What the journal held after each of its appends and deletions. */
    private static List<Map<String, List<JournalRecord>>> histories() {
        List<Story.Step> steps = List.of(
                new Story.Step.Append("gone", List.of(Story.started(0))),
                new Story.Step.Append("a", List.of(Story.started(1), Story.ended(1))),
                new Story.Step.Delete("gone"),
                new Story.Step.Append("b", List.of(Story.started(2))),
                new Story.Step.Append("a", List.of(Story.started(3), Story.ended(3), Story.started(4))),
                new Story.Step.Append("b", List.of(Story.ended(2))));
        List<Map<String, List<JournalRecord>>> held = new ArrayList<>(List.of(Map.of()));
        steps.forEach(step -> held.add(Story.after(held.getLast(), step)));
        return held;
    }

    /** Fails where the journal is opened without a word, and is not what it was. */
    private static void isToldOrHarmless(String what, Map<String, byte[]> files) throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk(files);
        FileJournal journal;
        try {
            journal = open(disk);
        } catch (JournalException e) {
            assertThat(e.code()).as(what).isIn("journal.damaged", "journal.version");
            assertThat(e).hasMessageContaining(".journal");
            staysReadable(what, files);
            return;
        }
        Map<String, List<JournalRecord>> found = Story.content(journal);
        if (!found.equals(histories().getLast())) {
            assertThat(histories()).as(what).contains(found);
            assertThat(journal.report().closed()).as(what).isFalse();
        }
        Story.append(journal, "a", Story.ended(4));
        journal.close();
        assertThat(Story.content(open(disk)))
                .as(what)
                .isEqualTo(Story.after(found, new Story.Step.Append("a", List.of(Story.ended(4)))));
    }

    /** What was written before the damage can be read. */
    private static void staysReadable(String what, Map<String, byte[]> files) {
        FileJournal.Builder builder = FileJournal.builder(Path.of("journal"));
        try {
            FileJournal beside = builder.look(new ForgetfulDisk(files));
            assertThat(histories()).as(what).contains(Story.content(beside));
            assertThat(beside.report().damage()).as(what).hasSize(1);
            assertThat(beside.report().closed()).as(what).isFalse();
        } catch (JournalException e) {
            assertThat(e.code()).as(what).isEqualTo("journal.version");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyFlippedBitIsToldOrHarmless(boolean closed) throws IOException {
        Map<String, byte[]> files = written(closed).files();
        assertThat(files).hasSizeGreaterThan(1);
        for (String name : files.keySet()) {
            byte[] whole = files.get(name);
            for (int at = 0; at < whole.length; at++) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] flipped = whole.clone();
                    flipped[at] ^= (byte) (1 << bit);
                    isToldOrHarmless(name + " bit " + bit + " of " + at, with(files, name, flipped));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyOtherByteIsToldOrHarmless(boolean closed) throws IOException {
        Map<String, byte[]> files = written(closed).files();
        for (String name : files.keySet()) {
            byte[] whole = files.get(name);
            for (int at = 0; at < whole.length; at++) {
                for (byte other : new byte[] {0, -1, (byte) ~whole[at], ' ', 1}) {
                    byte[] changed = whole.clone();
                    changed[at] = other;
                    isToldOrHarmless(name + " byte " + at + " is " + other, with(files, name, changed));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyTruncationIsToldOrHarmless(boolean closed) throws IOException {
        Map<String, byte[]> files = written(closed).files();
        for (String name : files.keySet()) {
            byte[] whole = files.get(name);
            for (int length = 0; length < whole.length; length++) {
                isToldOrHarmless(name + " cut to " + length, with(files, name, Arrays.copyOf(whole, length)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMissingDoubledOrExchangedFileIsTold(boolean closed) throws IOException {
        Map<String, byte[]> files = written(closed).files();
        for (String name : files.keySet()) {
            Map<String, byte[]> fewer = new LinkedHashMap<>(files);
            fewer.remove(name);
            isToldOrHarmless(name + " is missing", fewer);
            for (String other : files.keySet()) {
                if (!other.equals(name)) {
                    isToldOrHarmless(name + " is " + other, with(files, name, files.get(other)));
                }
            }
        }
        isToldOrHarmless("one more", with(files, "0000000000000009.journal", files.get(FIRST)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 24, 100, 5_000})
    void whateverFollowsTheEndIsCutAndReported(int bytes) throws IOException {
        Map<String, byte[]> files = written(false).files();
        byte[] last = files.get(SECOND);
        for (byte filling : new byte[] {0, -1, 1, '{'}) {
            byte[] longer = Arrays.copyOf(last, last.length + bytes);
            Arrays.fill(longer, last.length, longer.length, filling);

            FileJournal journal = open(new ForgetfulDisk(with(files, SECOND, longer)));

            assertThat(Story.content(journal)).isEqualTo(histories().getLast());
            assertThat(journal.report().cuts())
                    .containsExactly(new Cut(
                            Path.of("/journal", SECOND),
                            last.length,
                            bytes,
                            bytes < Frame.HEADER
                                    ? "the file ends within the header of a frame"
                                    : "the header of a frame has a wrong checksum"));
        }
    }

    /** A text that looks like a frame must not make a torn tail look like damage, nor be read. */
    @Test
    void aTextThatLooksLikeAFrameIsNone() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        FileJournal journal = open(disk);
        Story.append(journal, "a", Story.started(1));
        byte[] file = disk.files().get(FIRST);
        int start = Segment.HEADER + Frame.HEADER + Long.BYTES;
        byte[] copied = Arrays.copyOfRange(file, start, file.length);

        byte[] twice = Arrays.copyOf(file, file.length + 10 + copied.length);
        System.arraycopy(copied, 0, twice, file.length + 10, copied.length);
        FileJournal again = open(new ForgetfulDisk(Map.of(FIRST, twice)));

        assertThat(again.read("a")).containsExactly(Story.started(1));
        assertThat(again.report().cuts().get(0).bytes()).isEqualTo(10 + copied.length);
    }

    // On a real disk, with whole messages

    private FileJournal onDisk() {
        return FileJournal.builder(folder).segmentBytes(700).open();
    }

    private void write() {
        try (FileJournal journal = onDisk()) {
            Story.append(journal, "a", Story.started(1), Story.ended(1));
            Story.append(journal, "b", Story.started(2));
            Story.append(journal, "a", Story.started(3), Story.ended(3), Story.started(4));
            Story.append(journal, "b", Story.ended(2));
        }
    }

    private void flip(String name, int at) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void damageInTheMiddleNamesFileAndPlace() throws IOException {
        write();
        int second = Segment.HEADER + Frame.HEADER + Long.BYTES;
        flip(FIRST, second + Frame.HEADER + 5);

        JournalException damaged = catchThrowableOfType(JournalException.class, this::onDisk);

        assertThat(damaged)
                .hasMessage(folder.resolve(FIRST) + " is damaged at " + second + ": a frame has a wrong checksum");
        assertThat(damaged.code()).isEqualTo("journal.damaged");
        assertThat(damaged.context())
                .containsEntry("where", folder.resolve(FIRST).toString())
                .containsEntry("offset", Integer.toString(second));
        assertThat(Files.readAllBytes(folder.resolve(FIRST)))
                .as("nothing was changed")
                .hasSizeGreaterThan(second + Frame.HEADER);
        onDiskAgainAfter(second);
    }

    private void onDiskAgainAfter(int second) throws IOException {
        assertThatThrownBy(this::onDisk).as("the lock was given back").hasMessageContaining("is damaged at " + second);
        flip(FIRST, second + Frame.HEADER + 5);
        try (FileJournal mended = onDisk()) {
            assertThat(mended.read("a")).hasSize(5);
        }
    }

    @Test
    void whatLiesBeforeTheDamageIsReadableAndCanBeMovedToANewJournal() throws IOException {
        write();
        flip(SECOND, Segment.HEADER + Frame.HEADER + 5);
        Path saved = folder.resolve("saved.jsonl");

        try (FileJournal damaged = FileJournal.readOnly(folder)) {
            assertThat(damaged.report().damage())
                    .containsExactly(folder.resolve(SECOND) + " is damaged at " + Segment.HEADER
                            + ": a frame has a wrong checksum");
            damaged.exportTo(saved);
        }

        try (FileJournal fresh = FileJournal.at(folder.resolve("new"))) {
            fresh.importFrom(saved);
            assertThat(fresh.read("a")).startsWith(Story.started(1), Story.ended(1));
        }
    }

    @Test
    void damageThatComesAfterTheOpeningIsToldToWhoReadsIt() throws IOException {
        try (FileJournal journal = onDisk()) {
            Story.append(journal, "a", Story.started(1));
            Story.append(journal, "b", Story.started(2));
            int first = Segment.HEADER + Frame.HEADER + Long.BYTES;
            flip(FIRST, first + Frame.HEADER + 30);

            assertThatThrownBy(() -> journal.read("a"))
                    .hasMessage(folder.resolve(FIRST) + " is damaged at " + first + ": a frame has a wrong checksum");
            assertThatThrownBy(() -> journal.own("a")).hasMessageContaining("is damaged at " + first);
            assertThat(journal.read("b")).containsExactly(Story.started(2));
            assertThatThrownBy(journal::compact).hasMessageContaining("is damaged at " + first);
            Story.append(journal, "b", Story.ended(2));
            assertThat(journal.read("b")).containsExactly(Story.started(2), Story.ended(2));
        }
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        write();
        Path file = folder.resolve(FIRST);
        byte[] bytes = Files.readAllBytes(file);
        bytes[7] = 2;
        Frame.INT.set(bytes, 44, Frame.crc(bytes, 0, 44));
        Files.write(file, bytes);

        assertThatThrownBy(this::onDisk)
                .hasMessage(file + " was written by a newer version: format 2 is not known to this one");
        assertThatThrownBy(() -> FileJournal.readOnly(folder))
                .hasMessage(file + " was written by a newer version: format 2 is not known to this one");
    }

    @Test
    void aFileThatIsNoSegmentIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve("1.journal"), "mine");
        Files.writeString(folder.resolve("0000000000000000.journal"), "mine"); // segments are numbered from 1
        write();
        try (FileJournal journal = onDisk()) {
            journal.compact();
            assertThat(journal.runs()).containsExactly("a", "b");
        }

        assertThat(folder.resolve("notes.txt")).hasContent("mine");
        assertThat(folder.resolve("1.journal")).hasContent("mine");
        assertThat(folder.resolve("0000000000000000.journal")).hasContent("mine");
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] bytes) {
        Map<String, byte[]> changed = new LinkedHashMap<>(files);
        changed.put(name, bytes);
        return changed;
    }
}
