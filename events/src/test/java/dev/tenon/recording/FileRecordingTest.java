package dev.tenon.recording;

import static dev.tenon.recording.Samples.all;
import static dev.tenon.recording.Samples.event;
import static dev.tenon.recording.Samples.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileRecordingTest {
    private static final Rotation PLAIN = Rotation.DEFAULT.withGzip(false);

    @TempDir
    private Path folder;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("events.lock"))
                    .sorted()
                    .toList();
        }
    }

    private Path file(int number) {
        return new RecordingFiles(folder).plain(number);
    }

    private void record(Rotation rotation, int from, int to) {
        try (FileRecording recording = FileRecording.open(folder, rotation)) {
            for (int i = from; i <= to; i++) {
                recording.on(event("a", i));
            }
        }
    }

    private List<Event> readAgain() {
        try (EventReader reader = FileRecording.read(folder)) {
            return all(reader);
        }
    }

    @Test
    void isALineOfJsonAnEvent() throws IOException {
        record(PLAIN, 1, 2);

        assertThat(files()).containsExactly("events-00000001.jsonl");
        assertThat(Files.readAllLines(file(1)))
                .containsExactly(
                        Json.of(event("a", 1)).toString(),
                        Json.of(event("a", 2)).toString());
    }

    @Test
    void readsBackAnyEventAsItWas() {
        List<Event> events = new ArrayList<>();
        try (FileRecording recording = FileRecording.open(folder, PLAIN.withBytes(2_000))) {
            Property.forAll(Arbitrary.of(Event.class), event -> {
                recording.on(event);
                events.add(event);
            });
            assertThat(all(recording)).isEqualTo(events);
        }
        assertThat(readAgain()).isEqualTo(events);
    }

    @Test
    void goesOnWhereItEnded() {
        record(PLAIN, 1, 3);
        record(PLAIN, 4, 5);

        assertThat(sequences(readAgain())).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void isReadWhileItIsWritten() {
        try (FileRecording recording = FileRecording.open(folder, PLAIN.withBytes(400));
                EventReader beside = FileRecording.read(folder)) {
            for (int i = 1; i <= 5; i++) {
                recording.on(event("a", i));
            }
            assertThat(sequences(all(recording))).containsExactly(1L, 2L, 3L, 4L, 5L);
            try (EventReader later = FileRecording.read(folder)) {
                assertThat(sequences(all(later))).containsExactly(1L, 2L, 3L, 4L, 5L);
            }
            assertThat(all(beside)).isNotEmpty();
        }
    }

    // Rotation

    @Test
    void beginsANewFileBeforeOneGetsTooLongAndCompressesTheOldOne() throws IOException {
        int length = EventLine.of(event("a", 1)).length;
        record(Rotation.DEFAULT.withBytes(3L * length), 1, 8);

        assertThat(files())
                .containsExactly("events-00000001.jsonl.gz", "events-00000002.jsonl.gz", "events-00000003.jsonl");
        assertThat(sequences(readAgain())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(Files.size(file(3))).isEqualTo(2L * length);
    }

    @Test
    void anEventThatIsLongerThanAFileHasOneOfItsOwn() throws IOException {
        record(PLAIN.withBytes(1), 1, 3);

        assertThat(files()).containsExactly("events-00000001.jsonl", "events-00000002.jsonl", "events-00000003.jsonl");
        assertThat(sequences(readAgain())).containsExactly(1L, 2L, 3L);
    }

    @Test
    void keepsSoManyFullFilesAndSaysThatOthersAreGone() throws IOException {
        record(Rotation.DEFAULT.withBytes(1).withFiles(2), 1, 6);

        assertThat(files())
                .containsExactly("events-00000004.jsonl.gz", "events-00000005.jsonl.gz", "events-00000006.jsonl");
        try (EventReader reader = FileRecording.read(folder)) {
            assertThat(sequences(all(reader))).containsExactly(4L, 5L, 6L);
            assertThat(reader.gaps()).isTrue();
        }
    }

    @Test
    void finishesTheCompressionThatACrashCutShort() throws IOException {
        record(PLAIN.withBytes(1), 1, 3);
        Path compressed = new RecordingFiles(folder).compressed(1);
        Files.writeString(compressed.resolveSibling(compressed.getFileName() + ".part"), "half");

        record(Rotation.DEFAULT, 4, 4);

        assertThat(files())
                .containsExactly("events-00000001.jsonl.gz", "events-00000002.jsonl.gz", "events-00000003.jsonl");
        assertThat(sequences(readAgain())).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aFileThatIsThereTwiceIsReadOnce() throws IOException {
        record(PLAIN.withBytes(1), 1, 2);
        byte[] plain = Files.readAllBytes(file(1));
        record(Rotation.DEFAULT.withBytes(1), 3, 3);
        Files.write(file(1), plain); // as after a crash between the two steps

        assertThat(sequences(readAgain())).containsExactly(1L, 2L, 3L);
        record(Rotation.DEFAULT, 4, 4);
        assertThat(files()).doesNotContain("events-00000001.jsonl");
    }

    @Test
    void doesNotGoOnInACompressedFile() throws IOException {
        record(Rotation.DEFAULT.withBytes(1), 1, 2);
        Files.delete(file(2));

        record(Rotation.DEFAULT, 3, 3);

        assertThat(files()).containsExactly("events-00000001.jsonl.gz", "events-00000002.jsonl");
        assertThat(sequences(readAgain())).containsExactly(1L, 3L);
    }

    // Damage

    @Test
    void everyCutOfTheLastLineIsMendedAndReported() throws IOException {
        record(PLAIN, 1, 3);
        byte[] whole = Files.readAllBytes(file(1));
        int last = EventLine.of(event("a", 3)).length;

        for (int missing = 1; missing < last; missing++) {
            Files.write(file(1), Arrays.copyOf(whole, whole.length - missing));
            boolean onlyItsEnd = missing == 1;

            try (EventReader reader = FileRecording.read(folder)) {
                assertThat(sequences(all(reader))).containsExactly(1L, 2L);
                assertThat(reader.damages())
                        .containsExactly(new Damage(
                                "events-00000001.jsonl",
                                3,
                                true,
                                "half-written: " + (last - missing) + " bytes without an end"));
            }
            try (FileRecording recording = FileRecording.open(folder, PLAIN)) {
                assertThat(recording.mended())
                        .isEqualTo(
                                onlyItsEnd
                                        ? List.of()
                                        : List.of(new Damage(
                                                "events-00000001.jsonl",
                                                3,
                                                true,
                                                "half-written: " + (last - missing)
                                                        + " bytes without an end were cut")));
                recording.on(event("a", 4));
                assertThat(sequences(all(recording)))
                        .isEqualTo(onlyItsEnd ? List.of(1L, 2L, 3L, 4L) : List.of(1L, 2L, 4L));
            }
        }
    }

    @Test
    void namesDamagedLinesWithFileAndLineAndReadsTheRest() throws IOException {
        record(PLAIN.withBytes(3L * EventLine.of(event("a", 1)).length), 1, 6);
        List<String> lines = new ArrayList<>(Files.readAllLines(file(2)));
        lines.set(1, lines.get(1).replace("\"sequence\":5", "\"sequence\":-5"));
        lines.add(1, "");
        lines.add("{\"name\": \"a.b\"");
        lines.add("[1, 2]");
        lines.add("\u0000\u0001");
        Files.write(file(2), lines);

        try (EventReader reader = FileRecording.read(folder)) {
            assertThat(sequences(all(reader))).containsExactly(1L, 2L, 3L, 4L, 6L);
            assertThat(reader.damages())
                    .extracting(Damage::file, Damage::line, Damage::cut)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple("events-00000002.jsonl", 3L, false),
                            org.assertj.core.api.Assertions.tuple("events-00000002.jsonl", 5L, false),
                            org.assertj.core.api.Assertions.tuple("events-00000002.jsonl", 6L, false),
                            org.assertj.core.api.Assertions.tuple("events-00000002.jsonl", 7L, false));
            assertThat(reader.damages().get(0))
                    .hasToString("events-00000002.jsonl:3: no event: expected dev.tenon.event.Event: sequence < 0: -5");
        }
    }

    @Test
    void anySpoiledByteLeavesTheOtherLinesReadable() throws IOException {
        record(PLAIN, 1, 3);
        byte[] whole = Files.readAllBytes(file(1));

        for (int at = 0; at < whole.length; at++) {
            byte[] spoiled = whole.clone();
            spoiled[at] ^= 0x20;
            Files.write(file(1), spoiled);
            try (EventReader reader = FileRecording.read(folder)) {
                List<Event> events = all(reader);
                events.retainAll(List.of(event("a", 1), event("a", 2), event("a", 3)));
                // A spoiled line end joins two lines.
                assertThat(events.size()).as("byte " + at).isGreaterThanOrEqualTo(whole[at] == '\n' ? 1 : 2);
            }
        }
    }

    @Test
    void aCompressedFileThatIsCutIsNamedAndTheNextOnesAreRead() throws IOException {
        record(Rotation.DEFAULT.withBytes(5L * EventLine.of(event("a", 1)).length), 1, 12);
        Path first = new RecordingFiles(folder).compressed(1);
        byte[] whole = Files.readAllBytes(first);

        for (int length : new int[] {0, 5, 11, whole.length / 2, whole.length - 1}) {
            Files.write(first, Arrays.copyOf(whole, length));
            try (EventReader reader = FileRecording.read(folder)) {
                List<Long> sequences = sequences(all(reader));
                assertThat(sequences).endsWith(6L, 7L, 8L, 9L, 10L, 11L, 12L);
                assertThat(reader.damages())
                        .isNotEmpty()
                        .allSatisfy(damage -> assertThat(damage.file()).isEqualTo("events-00000001.jsonl"));
            }
        }
    }

    @Test
    void aLineThatIsTooLongIsLeftOutAndNotKeptInMemory() throws IOException {
        String text = "x".repeat(200_000) + "\nab\n" + "y".repeat(150_000) + "\n" + "z".repeat(70_000);
        try (LineReader lines =
                new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 100_000)) {
            LineReader.Line first = lines.next(Long.MAX_VALUE);
            LineReader.Line second = lines.next(Long.MAX_VALUE);
            LineReader.Line third = lines.next(Long.MAX_VALUE);

            assertThat(first.bytes()).isNull();
            assertThat(second.bytes()).asString().isEqualTo("ab");
            assertThat(third.bytes()).isNull();
            assertThat(third.number()).isEqualTo(3);
            assertThat(lines.next(Long.MAX_VALUE)).isNull();
            assertThat(lines.rest()).hasSize(70_000);
        }
    }

    @Test
    void linesAreTheSameHoweverTheyCome() {
        Property.forAll(Gen.text().list(6), texts -> {
            String all = String.join("\n", texts) + "\n";
            List<String> wanted =
                    Arrays.asList(all.substring(0, all.length() - 1).split("\n", -1));
            List<String> found = new ArrayList<>();
            try (LineReader lines =
                    new LineReader(new ByteArrayInputStream(all.getBytes(StandardCharsets.UTF_8)), 1_000)) {
                for (long limit = 0; limit <= 4_000; limit++) {
                    for (var line = lines.next(limit); line != null; line = lines.next(limit)) {
                        found.add(new String(line.bytes(), StandardCharsets.UTF_8));
                    }
                }
            }
            assertThat(found).isEqualTo(wanted);
        });
    }

    // One writer, many threads, bad input

    @Test
    void oneWritesAtATime() {
        try (FileRecording recording = FileRecording.open(folder)) {
            assertThatExceptionOfType(TenonException.class)
                    .isThrownBy(() -> FileRecording.open(folder))
                    .withMessage(
                            "the recording in " + folder + " is being written by this process; close it there, take"
                                    + " another folder, or use FileRecording.read to read beside it")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("recording.locked"));
            recording.on(event("a", 1));
        }
        record(Rotation.DEFAULT, 2, 2);
        assertThat(sequences(readAgain())).containsExactly(1L, 2L);
    }

    @Test
    void manyThreadsMayRecordAtOnce() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        try (FileRecording recording = FileRecording.open(folder, Rotation.DEFAULT.withBytes(5_000))) {
            for (int i = 0; i < 4; i++) {
                String run = "run-" + i;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int n = 1; n <= 100; n++) {
                        recording.on(event(run, n));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        List<Event> events = readAgain();
        assertThat(events).hasSize(400);
        for (int i = 0; i < 4; i++) {
            String run = "run-" + i;
            List<Long> sequences = sequences(
                    events.stream().filter(event -> event.run().equals(run)).toList());
            assertThat(sequences).hasSize(100).isSorted();
        }
    }

    @Test
    void anInterruptedThreadRecordsLikeAnyOther() {
        try (FileRecording recording = FileRecording.open(folder, PLAIN)) {
            Thread.currentThread().interrupt();
            recording.on(event("a", 1));
            assertThat(Thread.interrupted()).isTrue();
            recording.on(event("a", 2));
        }
        assertThat(sequences(readAgain())).containsExactly(1L, 2L);
    }

    @Test
    void saysWhatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> FileRecording.open(file))
                .withMessage("the recording in " + file + " cannot be opened: FileAlreadyExistsException")
                .satisfies(e -> assertThat(e.code()).isEqualTo("recording.io"));
        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> FileRecording.read(folder.resolve("none")))
                .withMessage("the recording in " + folder.resolve("none") + " cannot be read: NoSuchFileException");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rotation.DEFAULT.withBytes(0))
                .withMessage("bytes < 1: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rotation.DEFAULT.withFiles(-1))
                .withMessage("files < 0: -1; 0 keeps all");
        FileRecording recording = FileRecording.open(folder);
        recording.close();
        recording.close();
        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> recording.on(event("a", 1)))
                .satisfies(e -> assertThat(e.code()).isEqualTo("recording.closed"));
    }

    @Test
    void aFileThatCannotBeMadeLeavesTheOldOneInUse() throws IOException {
        int length = EventLine.of(event("a", 1)).length;
        try (FileRecording recording = FileRecording.open(folder, PLAIN.withBytes(length))) {
            recording.on(event("a", 1));
            Files.createDirectory(file(2)); // in the way
            assertThatExceptionOfType(TenonException.class)
                    .isThrownBy(() -> recording.on(event("a", 2)))
                    .withMessageContaining("cannot be written; tool.call.finished is not in it: ");
            Files.delete(file(2));
            recording.on(event("a", 3));
        }
        assertThat(sequences(readAgain())).containsExactly(1L, 3L);
    }

    @Test
    void otherFilesOfTheFolderAreLeftAlone() throws IOException {
        Files.writeString(folder.resolve("events-1.jsonl"), "x");
        Files.writeString(folder.resolve("notes.txt"), "x", StandardOpenOption.CREATE);
        record(PLAIN, 1, 1);

        assertThat(files()).containsExactly("events-00000001.jsonl", "events-1.jsonl", "notes.txt");
        assertThat(sequences(readAgain())).isEqualTo(Collections.singletonList(1L));
    }
}
