package dev.tenon.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.run.Runner;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Property;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.VirtualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileJournalTest {
    private static final Instant TIME = Instant.parse("2026-11-25T12:00:00Z");

    @TempDir
    Path folder;

    private FileJournal open() {
        return FileJournal.at(folder);
    }

    private FileJournal small() {
        return FileJournal.builder(folder).segmentBytes(2_000).open();
    }

    private static JournalRecord text(String text) {
        return new JournalRecord.Signalled(TIME, "text", Json.of(text), Map.of());
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".journal")).count();
        }
    }

    private boolean anyFileHolds(String text) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void writesTheJsonFormOfARecord() {
        Property.forAll(1_000, Arbitrary.of(JournalRecord.class), record -> {
            assertThat(RecordJson.of(record)).isEqualTo(Json.of(record));
            assertThat(RecordJson.read(Json.parse(RecordJson.of(record).toString())))
                    .isEqualTo(record);
        });
    }

    @Test
    void anUnknownMemberDoesNotTakeThePlaceOfAKnownOne() {
        JournalRecord record = new JournalRecord.Ended(
                TIME, "0", Json.of(1), Map.of("key", Json.of("9"), "type", Json.of("closed"), "new", Json.of(2)));

        assertThat(RecordJson.read(RecordJson.of(record)))
                .isEqualTo(new JournalRecord.Ended(TIME, "0", Json.of(1), Map.of("new", Json.of(2))));
    }

    // One writer

    @Test
    void hasOneWriterInAProcess() {
        try (FileJournal journal = open()) {
            JournalException locked = catchThrowableOfType(JournalException.class, this::open);

            assertThat(locked)
                    .hasMessage("the journal in " + folder + " is being written by this process, which holds "
                            + folder.resolve("journal.lock")
                            + "; close it there, or use FileJournal.readOnly to read beside it");
            assertThat(locked.code()).isEqualTo("journal.locked");
            assertThatThrownBy(() -> FileJournal.at(folder.resolve("..").resolve(folder.getFileName())))
                    .hasMessageContaining("is being written by this process");
            Story.append(journal, "a", Story.started(0));
        }
        open().close();

        assertThat(folder.resolve("journal.lock")).exists();
    }

    @Test
    void hasOneWriterAmongProcesses() throws Exception {
        Process other = Appending.start("", folder, Fsync.NONE, 1);
        try {
            Iterator<String> lines = Appending.lines(other).iterator();
            lines.next();
            assertThatThrownBy(this::open)
                    .hasMessage("the journal in " + folder + " is being written by process " + other.pid()
                            + ", which holds " + folder.resolve("journal.lock")
                            + "; close it there, or use FileJournal.readOnly to read beside it");
            assertThatThrownBy(this::open)
                    .as("asking did not take the lock away")
                    .hasMessageContaining("is being written");

            try (FileJournal beside = FileJournal.readOnly(folder)) {
                assertThat(beside.read("run-0")).contains(Story.started(0), Story.ended(0));
            }
        } finally {
            other.toHandle().destroyForcibly();
            other.waitFor();
        }
        open().close();
    }

    @Test
    void aReaderWritesNothing() throws IOException {
        try (FileJournal journal = small()) {
            Story.append(journal, "a", Story.started(0));
        }
        Path file = folder.resolve("0000000000000001.journal");
        byte[] before = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3}, java.nio.file.StandardOpenOption.APPEND);

        try (FileJournal reader = FileJournal.readOnly(folder)) {
            assertThat(reader.report().cuts()).hasSize(1);
            assertThat(reader.read("a")).containsExactly(Story.started(0));
            for (org.assertj.core.api.ThrowableAssert.ThrowingCallable write :
                    List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                            () -> reader.own("a"),
                            () -> reader.delete("a"),
                            reader::compact,
                            () -> reader.deleteClosedBefore(TIME),
                            () -> reader.importFrom(file))) {
                assertThatThrownBy(write)
                        .hasMessage("the journal in " + folder
                                + " is open for reading only; open it with FileJournal.at to write");
            }
        }
        assertThat(Files.readAllBytes(file)).startsWith(before).hasSize(before.length + 3);
    }

    @Test
    void aReaderSeesTheJournalAsItStoodWhileItIsCompacted() {
        try (FileJournal journal = small()) {
            for (int i = 0; i < 50; i++) {
                Story.append(journal, "run-" + i, Story.started(i), text("x".repeat(300)));
            }
            try (FileJournal reader = FileJournal.readOnly(folder)) {
                for (int i = 0; i < 50; i += 2) {
                    journal.delete("run-" + i);
                }
                journal.compact();
                assertThat(reader.runs()).hasSize(50);
                assertThat(reader.read("run-0")).hasSize(2);
            }
        }
    }

    @Test
    void tellsHowItWasClosed() {
        FileJournal first = open();
        assertThat(first.report()).isEqualTo(new OpenReport(0, 0, 0, true, List.of(), List.of()));
        Story.append(first, "a", Story.started(0));
        first.close();
        first.close();

        try (FileJournal second = open()) {
            assertThat(second.report().closed()).isTrue();
            assertThat(second.report().runs()).isEqualTo(1);
            assertThat(second.report().segments()).isEqualTo(1);
            try (FileJournal beside = FileJournal.readOnly(folder)) {
                assertThat(beside.report().closed()).as("while it is open").isFalse();
            }
        }
    }

    @Test
    void refusesWhatIsAskedOfAClosedJournal() {
        FileJournal journal = open();
        RunJournal owner = journal.own("a");
        owner.append(List.of(Story.started(0)));
        journal.close();

        String message = "the journal in " + folder + " is closed";
        assertThatThrownBy(() -> owner.append(List.of(Story.ended(0)))).hasMessage(message);
        assertThatThrownBy(() -> journal.read("a")).hasMessage(message);
        assertThatThrownBy(() -> journal.own("b")).hasMessage(message);
        assertThatThrownBy(journal::compact).hasMessage(message);
        owner.close();
        assertThatThrownBy(() -> journal.delete("a")).hasMessage(message);
        assertThat(journal).hasToString("FileJournal[" + folder + "]");
    }

    @ParameterizedTest
    @EnumSource(Fsync.class)
    void anInterruptNeitherStopsAnAppendNorClosesTheJournal(Fsync fsync) {
        try (FileJournal journal =
                FileJournal.builder(folder).fsync(fsync).segmentBytes(2_000).open()) {
            Thread.currentThread().interrupt();
            for (int i = 0; i < 30; i++) {
                Story.append(journal, "a", Story.started(i), text("x".repeat(200)));
            }
            assertThat(journal.read("a")).hasSize(60);
            journal.compact();
            assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
            assertThat(journal.read("a")).hasSize(60);
        }
        Thread.currentThread().interrupt();
        try (FileJournal journal = open()) {
            assertThat(journal.read("a")).hasSize(60);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> FileJournal.builder(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> FileJournal.builder(folder).segmentBytes(0)).hasMessage("segmentBytes < 1: 0");
        assertThatThrownBy(() -> FileJournal.builder(folder).retention(Duration.ofDays(-1)))
                .hasMessage("retention < 0: PT-24H");
        try (FileJournal journal = open()) {
            assertThatThrownBy(() -> journal.own("half \ud83d"))
                    .hasMessage("the id of a run is half a surrogate pair at 5; well-formed text is wanted");
            JournalRecord deep = new JournalRecord.Signalled(TIME, "deep", nested(Json.MAX_DEPTH), Map.of());
            assertThatThrownBy(() -> Story.append(journal, "a", Story.started(0), deep))
                    .isInstanceOf(dev.tenon.json.JsonException.class);
            assertThat(journal.runs()).isEmpty();
        }
    }

    private static Json nested(int levels) {
        Json nested = Json.NULL;
        for (int i = 0; i < levels; i++) {
            nested = Json.array(nested);
        }
        return nested;
    }

    // Rotation and compaction

    @Test
    void beginsANewFileWhenOneIsFull() throws IOException {
        try (FileJournal journal = small()) {
            for (int i = 0; i < 40; i++) {
                Story.append(journal, "a", Story.started(i), Story.ended(i));
            }
            assertThat(files()).isGreaterThan(3);
            assertThat(journal.size().segments()).isEqualTo((int) files());
            assertThat(journal.read("a")).hasSize(80);
        }
        try (FileJournal journal = small()) {
            assertThat(journal.read("a")).hasSize(80);
        }
    }

    @Test
    void dropsWhatWasDeletedAndKeepsTheOrder() throws IOException {
        try (FileJournal journal = small()) {
            for (int i = 0; i < 60; i++) {
                Story.append(journal, "run-" + i, Story.started(0), text("secret-" + i));
                Story.append(journal, "run-" + i / 2, Story.ended(0));
            }
            for (int i = 0; i < 60; i++) {
                if (i % 6 != 1) {
                    journal.delete("run-" + i);
                }
            }
            JournalSize before = journal.size();
            Map<String, List<JournalRecord>> held = Story.content(journal);
            assertThat(anyFileHolds("secret-0\"")).isTrue();

            journal.compact();

            assertThat(Story.content(journal)).isEqualTo(held);
            assertThat(journal.runs()).containsExactlyElementsOf(held.keySet());
            assertThat(journal.size().bytes()).isLessThan(before.bytes() / 3);
            assertThat(journal.size().live()).isEqualTo(before.live());
            assertThat(journal.size().segments()).isLessThan(before.segments());
            assertThat(anyFileHolds("secret-0\"")).isFalse();
            assertThat(anyFileHolds("secret-1\"")).isTrue();
            journal.compact();
            assertThat(Story.content(journal)).isEqualTo(held);
        }
        try (FileJournal journal = small()) {
            assertThat(journal.runs()).hasSize(10);
            assertThat(journal.report().closed()).isTrue();
        }
    }

    @Test
    void anEmptyJournalIsCompacted() throws IOException {
        try (FileJournal journal = small()) {
            for (int i = 0; i < 5; i++) {
                journal.compact();
            }
            assertThat(journal.runs()).isEmpty();
        }
        assertThat(files()).isLessThanOrEqualTo(2);
    }

    @Test
    void runsGoOnWhileTheJournalIsCompacted() throws Exception {
        try (FileJournal journal = FileJournal.builder(folder)
                .fsync(Fsync.NONE)
                .segmentBytes(4_000)
                .open()) {
            List<Thread> writers = new ArrayList<>();
            List<Throwable> failed = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                String run = "run-" + i;
                writers.add(Thread.ofVirtual()
                        .uncaughtExceptionHandler((t, e) -> failed.add(e))
                        .start(() -> {
                            for (int step = 0; step < 200; step++) {
                                Story.append(journal, run, Story.started(step));
                                Story.append(journal, run + "/gone", Story.started(step));
                                journal.delete(run + "/gone");
                                assertThat(journal.read(run)).hasSize(step + 1);
                            }
                        }));
            }
            while (writers.stream().anyMatch(Thread::isAlive)) {
                journal.compact();
            }
            assertThat(failed).isEmpty();
            journal.compact();
            for (int i = 0; i < 4; i++) {
                List<JournalRecord> records = journal.read("run-" + i);
                assertThat(records).hasSize(200);
                for (int step = 0; step < 200; step++) {
                    assertThat(records.get(step)).isEqualTo(Story.started(step));
                }
            }
            assertThat(journal.size().bytes()).isLessThan(2 * journal.size().live());
        }
        assertThat(FileJournal.readOnly(folder).runs()).hasSize(4);
    }

    // Retention

    @Test
    void deletesOldRunsThatAreClosed() {
        try (FileJournal journal = small()) {
            Story.append(journal, "old", Story.started(0), Story.closed(TIME.minus(Duration.ofDays(40))));
            Story.append(journal, "old/0", Story.started(0), Story.closed(TIME.minus(Duration.ofDays(41))));
            Story.append(journal, "young", Story.started(0), Story.closed(TIME.minus(Duration.ofDays(20))));
            Story.append(journal, "young/0", Story.started(0), Story.closed(TIME.minus(Duration.ofDays(50))));
            Story.append(journal, "open", Story.started(0));
            Story.append(journal, "tenant/17", Story.started(0), Story.closed(TIME.minus(Duration.ofDays(60))));
            Story.append(journal, "owned", Story.started(0), Story.closed(TIME.minus(Duration.ofDays(60))));
            try (RunJournal owner = journal.own("owned")) {
                assertThat(owner.records()).hasSize(2);

                assertThat(journal.deleteClosedBefore(TIME.minus(Duration.ofDays(30))))
                        .containsExactlyInAnyOrder("old", "old/0", "tenant/17");
            }
            assertThat(journal.runs()).containsExactly("young", "young/0", "open", "owned");
            assertThat(journal.deleteClosedBefore(Instant.MIN)).isEmpty();
            Story.append(journal, "farthest", Story.closed(Instant.MAX));
            Story.append(journal, "longest ago", Story.closed(Instant.MIN));
            assertThat(journal.deleteClosedBefore(TIME.minus(Duration.ofDays(100))))
                    .containsExactly("longest ago");
        }
    }

    @Test
    void keepsClosedRunsAsLongAsItWasTold() {
        VirtualClock clock = new VirtualClock(TIME);
        FileJournal.Builder builder =
                FileJournal.builder(folder).retention(Duration.ofDays(30)).time(clock);
        try (FileJournal journal = builder.open()) {
            Story.append(journal, "a", Story.started(0), Story.closed(TIME));
            Story.append(journal, "b", Story.started(0));
        }
        clock.advance(Duration.ofDays(30));
        try (FileJournal journal = builder.open()) {
            assertThat(journal.runs()).containsExactly("a", "b");
            clock.advance(Duration.ofSeconds(1));
            journal.compact();
            assertThat(journal.runs()).containsExactly("b");
        }
        try (FileJournal journal = builder.open()) {
            assertThat(journal.runs()).containsExactly("b");
        }
    }

    // Redaction

    @Test
    void takesOutWhatMustNotBeWritten() throws IOException {
        Redaction redaction = Redaction.of("/outcome/**/password", "/payload/cards/*/number", "/input")
                .then((run, record) -> record);
        try (FileJournal journal =
                FileJournal.builder(folder).redaction(redaction).open()) {
            Json outcome =
                    Json.object("user", Json.object("password", "hunter2").with("name", "Ada"));
            Json payload = Json.object(
                    "cards", Json.array(Json.object("number", "4111").with("of", "Ada")));
            Story.append(
                    journal,
                    "a",
                    new JournalRecord.Begun(TIME, "shop", Json.object("v", 1), Json.of("hunter3"), Map.of()),
                    new JournalRecord.Ended(TIME, "0", outcome, Map.of()),
                    new JournalRecord.Signalled(TIME, "paid", payload, Map.of()));

            assertThat(journal.read("a").stream().map(Json::of))
                    .containsExactly(Json.parse("""
                        {"type":"begun","time":"2026-11-25T12:00:00Z","program":"shop","definition":{"v":1},"input":"[redacted]"}\
                        """), Json.parse("""
                            {"type":"ended","time":"2026-11-25T12:00:00Z","key":"0","outcome":{"user":{"password":"[redacted]","name":"Ada"}}}\
                            """), Json.parse("""
                                {"type":"signalled","time":"2026-11-25T12:00:00Z","name":"paid","payload":{"cards":[{"number":"[redacted]","of":"Ada"}]}}\
                                """));
        }
        assertThat(anyFileHolds("hunter")).isFalse();
        assertThat(anyFileHolds("4111")).isFalse();
        assertThat(anyFileHolds("Ada")).isTrue();
    }

    @Test
    void patternsFindTheirPlaces() {
        Json value = Json.parse("{\"a\":{\"b\":{\"c\":1}},\"b\":[{\"c\":2},3],\"~/\":4,\"\":5}");
        assertThat(redacted(value, "/outcome/a/b/c")).isEqualTo(with(value, "{\"b\":{\"c\":\"[redacted]\"}}", "a"));
        assertThat(redacted(value, "/outcome/a/**")).isEqualTo(with(value, "\"[redacted]\"", "a"));
        assertThat(redacted(value, "/outcome/*/b")).isEqualTo(with(value, "{\"b\":\"[redacted]\"}", "a"));
        assertThat(redacted(value, "/outcome/**/c"))
                .isEqualTo(with(with(value, "{\"b\":{\"c\":\"[redacted]\"}}", "a"), "[{\"c\":\"[redacted]\"},3]", "b"));
        assertThat(redacted(value, "/**/b/1")).isEqualTo(with(value, "[{\"c\":2},\"[redacted]\"]", "b"));
        assertThat(redacted(value, "/outcome/~0~1")).isEqualTo(with(value, "\"[redacted]\"", "~/"));
        assertThat(redacted(value, "/outcome/")).isEqualTo(with(value, "\"[redacted]\"", ""));
        assertThat(redacted(value, "/**")).isEqualTo(Json.of(Redaction.MARK));
        assertThat(redacted(value, "/**/**/**/nothing", "/payload/a", "/outcome/b/9"))
                .isEqualTo(value);
        assertThat(redacted(value)).isEqualTo(value);
    }

    @Test
    void aRunWhoseInputIsRedactedIsFoundAgainByTheSameInput() throws IOException {
        Redaction redaction = Redaction.of("/input/password", "/**/took");
        Agent agent = Agent.builder(ScriptedProvider.of(Reply.reply("ordered"))).build();
        RunRequest request =
                RunRequest.of("Order it").with("password", "hunter2").id("a");
        try (FileJournal journal =
                FileJournal.builder(folder).redaction(redaction).open()) {
            Runner runner = Runner.journalled(journal);
            assertThat(runner.run(agent, request).text()).isEqualTo("ordered");

            assertThat(runner.run(agent, request).text()).isEqualTo("ordered");
            assertThatThrownBy(() -> runner.run(agent, request.session("other")))
                    .hasMessageContaining("was begun with another input; changed: /session.");
        }
        assertThat(anyFileHolds("hunter")).isFalse();
    }

    private static Json redacted(Json outcome, String... patterns) {
        JournalRecord record =
                Redaction.of(patterns).redact("a", new JournalRecord.Ended(TIME, "key", outcome, Map.of()));
        assertThat(record).isInstanceOf(JournalRecord.Ended.class);
        JournalRecord.Ended ended = (JournalRecord.Ended) record;
        assertThat(ended.key()).isEqualTo("key");
        return ended.outcome();
    }

    private static Json with(Json value, String text, String name) {
        return value.asObj().with(name, Json.parse(text));
    }

    @Test
    void everyRecordStaysOneOfItsKind() {
        Redaction everything = Redaction.of("/**");
        Property.forAll(Arbitrary.of(JournalRecord.class), record -> {
            JournalRecord redacted = everything.redact("a", record);
            assertThat(redacted).hasSameClassAs(record);
            assertThat(redacted.time()).isEqualTo(record.time());
            redacted.extra().forEach((name, value) -> assertThat(value).isEqualTo(Json.of(Redaction.MARK)));
        });
    }

    @Test
    void refusesPatternsThatAreNoPlaces() {
        assertThatThrownBy(() -> Redaction.of("password"))
                .hasMessage("\"password\" is no place in a record; a JSON Pointer such as /input/password is wanted, in"
                        + " which * stands for one step and ** for any number");
        assertThatThrownBy(() -> Redaction.of("")).hasMessageContaining("is no place in a record");
        assertThatThrownBy(() -> Redaction.of("/a~2")).hasMessageContaining("is no place in a record");
        assertThatThrownBy(() -> Redaction.of("/key"))
                .hasMessage("\"/key\": the journal itself needs key; what can be taken out is in definition, input,"
                        + " outcome, payload, reserved, stop and end");
    }

    @Test
    void aRedactionThatFailsWritesNothingAndSaysNothingOfTheContent() {
        Redaction failing = (run, record) -> {
            if (record instanceof JournalRecord.Ended) {
                throw new IllegalStateException("cannot read hunter2");
            }
            return record;
        };
        try (FileJournal journal =
                FileJournal.builder(folder).redaction(failing).open()) {
            JournalException failed = catchThrowableOfType(
                    JournalException.class, () -> Story.append(journal, "a", Story.started(0), Story.ended(0)));

            assertThat(failed)
                    .hasMessage("run \"a\": the redaction of a Ended record failed with"
                            + " java.lang.IllegalStateException; nothing of the append was written");
            assertThat(failed.failure().toString()).doesNotContain("hunter2");
            assertThat(journal.runs()).isEmpty();
        }
    }

    // Export and import

    @Test
    void goesOutAndInAsJsonLines() throws IOException {
        Path file = folder.resolve("saved.jsonl");
        try (FileJournal journal = small()) {
            Story.append(journal, "b", Story.started(0), Story.ended(0));
            Story.append(journal, "a", text("line\nbreak \u2028 🚀"));
            Story.append(journal, "b", Story.started(1));
            Story.append(journal, "gone", Story.started(0));
            journal.delete("gone");

            assertThat(journal.exportTo(file)).isEqualTo(4);
            assertThat(journal.exportTo(folder.resolve("one.jsonl"), List.of("a", "nobody")))
                    .isEqualTo(1);
        }
        assertThat(Files.readAllLines(file).get(0))
                .isEqualTo(
                        "{\"run\":\"b\",\"append\":0,\"record\":{\"type\":\"started\",\"time\":\"2026-11-25T12:00:00Z\","
                            + "\"key\":\"0\",\"kind\":\"tool\",\"digest\":\"d0\",\"attempt\":1,\"reserved\":null}}");

        Path again = folder.resolve("again.jsonl");
        try (FileJournal fresh = FileJournal.at(folder.resolve("fresh"))) {
            assertThat(fresh.importFrom(file)).isEqualTo(4);
            assertThat(fresh.runs()).containsExactly("b", "a");
            assertThat(fresh.read("b")).containsExactly(Story.started(0), Story.ended(0), Story.started(1));
            fresh.exportTo(again);
            assertThatThrownBy(() -> fresh.importFrom(file))
                    .hasMessage(
                            file + ", line 1: run \"b\" is in this journal; delete it there first, or leave it out of"
                                    + " the file; nothing was imported");
        }
        assertThat(again).hasSameTextualContentAs(file);
    }

    @Test
    void everyRecordGoesOutAndIn() throws IOException {
        Path file = folder.resolve("saved.jsonl");
        Map<String, List<JournalRecord>> held;
        try (FileJournal journal =
                FileJournal.builder(folder.resolve("from")).fsync(Fsync.NONE).open()) {
            for (int seed = 0; seed < 200; seed++) {
                Chance chance = new Chance(seed);
                JournalRecord record = Arbitrary.of(JournalRecord.class).next(chance);
                Story.append(journal, "run-" + chance.below(9), record);
            }
            held = Story.content(journal);
            journal.exportTo(file);
        }
        try (FileJournal fresh = FileJournal.at(folder.resolve("to"))) {
            fresh.importFrom(file);
            assertThat(Story.content(fresh)).isEqualTo(held);
        }
    }

    @Test
    void importsAllOrNothing() throws IOException {
        String good = "{\"run\":\"a\",\"append\":0,\"record\":{\"type\":\"ended\",\"time\":\"2026-11-25T12:00:00Z\","
                + "\"key\":\"0\",\"outcome\":1}}\n";
        Map<String, String> bad = Map.of(
                "nonsense",
                "not JSON at line 1, column 1: Unrecognized token",
                "{\"run\":\"b\"}",
                "member \"append\" is missing",
                "{\"run\":\"\",\"append\":0,\"record\":{}}",
                "a run needs an id, got \"\"",
                "{\"run\":\"b\",\"append\":0,\"record\":{\"type\":\"never\"}}",
                "expected dev.tenon.journal.JournalRecord",
                "{\"run\":\"b\",\"append\":-1,\"record\":" + good.substring(31, good.length() - 1),
                "member \"append\": 0 or more is wanted, got -1;",
                "{\"run\":\"b\",\"append\":0,\"record\":{\"type\":\"started\",\"time\":\"2026-11-25T12:00:00Z\",\"key\":\"0\","
                    + "\"kind\":\"tool\",\"digest\":\"d\",\"attempt\":-1}}",
                "expected dev.tenon.journal.JournalRecord: attempt < 1: -1;");
        try (FileJournal journal = open()) {
            for (Map.Entry<String, String> line : bad.entrySet()) {
                Path file = Files.writeString(folder.resolve("bad.jsonl"), good + "\n" + line.getKey());

                assertThatThrownBy(() -> journal.importFrom(file))
                        .isInstanceOf(JournalException.class)
                        .hasMessageStartingWith(file + ", line 3: " + line.getValue())
                        .hasMessageEndingWith("; nothing was imported");
                assertThat(journal.runs()).isEmpty();
            }
            Path noText = Files.write(folder.resolve("bad.jsonl"), new byte[] {'\n', (byte) 0xff});
            assertThatThrownBy(() -> journal.importFrom(noText))
                    .hasMessageContaining("not UTF-8; nothing was imported");
            assertThatThrownBy(() -> journal.importFrom(folder.resolve("nowhere")))
                    .hasMessage("cannot import " + folder.resolve("nowhere") + ": NoSuchFileException: "
                            + folder.resolve("nowhere"));
        }
    }
}
