package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ConformanceTest {
    private static final List<String> EXCHANGES = List.of("providers/INDEX.jsonl", "providers/AUTHORED.jsonl");

    @TempDir
    private Path folder;

    private static final Kind SSE = new SseKind();
    private static final Kind PROVIDERS = new ProvidersKind();

    // The fixtures

    @Test
    void readsEveryEventStream() throws IOException {
        assertAllRead(SSE, "sse/cases.jsonl", given -> true);
    }

    @Test
    void getsTheValueOutOfEveryText() throws IOException {
        assertAllRead(new RecoveryKind(), "recovery/dev.jsonl", given -> true);
    }

    @Test
    void readsTheArgumentsOfEveryCall() throws IOException {
        assertAllRead(new ToolArgsKind(), "tool-args/cases.jsonl", given -> true);
    }

    @Test
    void aHangAndAWrongValueAreNoClearFailure() {
        Kind kind = new RecoveryKind();
        Json.Obj wanted = Json.parse("{\"id\": \"a\", \"unrecoverable\": true}").asObj();

        assertThat(kind.compare(
                        wanted,
                        List.of(Json.parse("{\"id\": \"a\", \"error\": \"no JSON\"}")
                                .asObj())))
                .isEmpty();
        assertThat(kind.compare(
                        wanted,
                        List.of(Json.parse("{\"id\": \"a\", \"crash\": \"took\"}")
                                .asObj())))
                .containsExactly("wanted an error, came {\"crash\":\"took\"}");
        assertThat(kind.compare(
                        wanted,
                        List.of(Json.parse("{\"id\": \"a\", \"value\": null}").asObj())))
                .containsExactly("wanted an error, came a value");
    }

    @TestFactory
    Stream<DynamicTest> readsEveryExchangeOfAFormatThatIsRead() {
        return Format.ALL.stream()
                .map(Format::api)
                .map(api -> dynamicTest(api, () -> {
                    int read = 0;
                    for (String file : EXCHANGES) {
                        read += read(
                                PROVIDERS, file, given -> given.needed("api").equals(api) && !isLeftOut(given));
                    }
                    assertThat(read).isPositive();
                }));
    }

    /** Perplexity's embeddings are signed bytes, which their case takes for numbers of 32 bits: docs/embeddings.md. */
    private static boolean isLeftOut(Given given) {
        return given.needed("api").equals("embeddings")
                && given.text("provider").equals(java.util.Optional.of("perplexity"));
    }

    private static void assertAllRead(Kind kind, String file, Predicate<Given> chosen) throws IOException {
        assertThat(read(kind, file, chosen)).isPositive();
    }

    /** Asserts that the chosen cases are read as they should be; says how many they are. */
    private static int read(Kind kind, String file, Predicate<Given> chosen) throws IOException {
        CaseFile cases = new CaseFile(Fixtures.path(file));
        List<Given> given = cases.given(kind.given()).stream().filter(chosen).toList();
        List<String> ids = given.stream().map(Given::id).toList();
        ids.forEach(id -> Fixtures.countRead(file, id));
        List<Json.Obj> wanted = cases.wanted().stream()
                .filter(one -> ids.contains(one.string("id").orElse("")))
                .toList();

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(Conformance.failed(kind, given, wanted)).isEmpty();
        return ids.size();
    }

    // Cases of our own

    private static final String REPLY = """
        {"id": "chatcmpl-1", "model": "m",
         "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": "Hé",
          "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\\"x\\": 1.0}"}},
           {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{\\"x"}}]}}],
         "usage": {"prompt_tokens": 3, "completion_tokens": 2}}\
        """;

    private static final String WANTED = """
        {"text": "Hé", "tool_calls": [{"id": "a", "name": "f", "arguments": {"x": 1}},
          {"id": "b", "name": "g", "arguments_raw": "{\\"x", "arguments_invalid": true}],
         "finish_reason": "tool_calls", "usage": {"input_tokens": 3, "output_tokens": 2}, "model": "m",
         "response_id": "chatcmpl-1", "notes": ["whatever"]}\
        """;

    private Path cases(String... lines) throws IOException {
        Files.createDirectories(folder.resolve("bodies"));
        Files.writeString(folder.resolve("bodies/reply.json"), REPLY);
        List<String> each =
                Stream.of(lines).map(line -> line.replace('\n', ' ')).toList();
        return Files.write(folder.resolve("cases.jsonl"), each);
    }

    private static String exchange(String id, String api, String expected) {
        return """
            {"id": "%s", "api": "%s", "stream": false, "transport": "json", "status": 200,
             "body": "bodies/reply.json", "expected": %s}\
            """.formatted(id, api, expected);
    }

    private record Ran(int status, String out, String err) {}

    private static Ran run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Conformance.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
        return new Ran(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void saysHowManyPassed() throws IOException {
        Path file = cases(exchange("one", "openai-chat", WANTED), "", exchange("two", "openai-chat", WANTED));

        assertThat(run("providers", file.toString())).isEqualTo(new Ran(0, "2 passed, 0 failed\n", ""));
    }

    @Test
    void saysWhatWasWantedAndWhatCame() throws IOException {
        Path file = cases(
                exchange("good", "openai-chat", WANTED),
                exchange(
                        "bad", "openai-chat", WANTED.replace("\"Hé\"", "\"He\"").replace("\"notes\"", "\"refusal\"")),
                exchange("new", "carrier-pigeon", WANTED));

        assertThat(run("providers", file.toString())).isEqualTo(new Ran(1, """
            bad
              refusal: wanted ["whatever"], came nothing
              text: wanted "He", came "Hé"
            new
              carrier-pigeon is not read yet
            1 passed, 2 failed
            """, ""));
    }

    @Test
    void writesWhatWasReadAsJsonLines() throws IOException {
        Path out = folder.resolve("out.jsonl");
        Path file = cases(exchange("one", "openai-chat", WANTED), exchange("new", "carrier-pigeon", WANTED));

        assertThat(run("providers", file.toString(), "--emit", out.toString())).isEqualTo(new Ran(0, "", ""));
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(2);
        assertThat(Json.parse(lines.get(0)))
                .isEqualTo(Json.parse(WANTED).asObj().without("notes").with("id", "one"));
        assertThat(lines.get(1)).isEqualTo("{\"id\":\"new\",\"unsupported\":\"carrier-pigeon\"}");
    }

    @Test
    void theReaderNeverSeesWhatIsWanted() throws IOException {
        Path honest = cases(exchange("one", "openai-chat", WANTED));
        Path first = folder.resolve("first.jsonl");
        run("providers", honest.toString(), "--emit", first.toString());
        Path lying = cases(exchange("one", "openai-chat", "{\"text\": \"a lie\", \"text\": \"twice\"}"));
        Path second = folder.resolve("second.jsonl");
        run("providers", lying.toString(), "--emit", second.toString());

        assertThat(second).hasSameTextualContentAs(first);
        assertThat(new CaseFile(honest).given(PROVIDERS.given()))
                .allSatisfy(given -> assertThat(given.members().members().keySet())
                        .containsExactlyInAnyOrder("api", "stream", "transport", "status", "body"));
        for (Kind kind : Conformance.kinds()) {
            assertThat(kind.given())
                    .doesNotContain("expected", "expected_error", "unrecoverable", "outcome", "retry", "last_event_id")
                    .doesNotContain("at_eof", "kind", "tags", "strict_valid", "peers");
        }
    }

    @Test
    void everyMemberThatDiffersFails() throws IOException {
        Json.Obj wanted = Json.parse(exchange("one", "openai-chat", WANTED)).asObj();
        Json.Obj came = Json.parse(WANTED).asObj().without("notes").with("id", "one");
        assertThat(PROVIDERS.compare(wanted, List.of(came))).isEmpty();

        for (String name : List.copyOf(came.without("id").members().keySet())) {
            assertThat(PROVIDERS.compare(wanted, List.of(came.with(name, "other"))))
                    .hasSize(1);
            assertThat(PROVIDERS.compare(wanted, List.of(came.without(name)))).hasSize(1);
        }
        assertThat(PROVIDERS.compare(wanted, List.of(came.with("made_up", 1))))
                .containsExactly("made_up: wanted nothing, came 1");
        assertThat(PROVIDERS.compare(wanted, List.of())).isNotEmpty();
        assertThat(PROVIDERS.compare(wanted, List.of(came, came))).isNotEmpty();
    }

    @Test
    void comparesLongTextsByTheirDigest() {
        Json.Obj wanted = Json.parse("""
            {"expected": {"text_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
             "text_chars": 3, "text_head": "ab"}}\
            """).asObj();

        assertThat(PROVIDERS.compare(wanted, List.of(Json.object("text", "abc"))))
                .isEmpty();
        assertThat(PROVIDERS.compare(wanted, List.of(Json.object("text", "abd"))))
                .hasSize(1);
        assertThat(PROVIDERS.compare(wanted, List.of(Json.Obj.EMPTY))).hasSize(3);
    }

    @Test
    void anErrorMayTellMoreOnlyOfWhatTheCaseIsSilentAbout() {
        Json came = Json.parse("{\"error\": {\"status\": 400, \"message\": \"no\", \"retryable\": false}}");
        List<String> silent = PROVIDERS.compare(
                Json.parse("{\"status_assumed\": true, \"expected\": {\"error\": {\"message\": \"no\"}}}")
                        .asObj(),
                List.of(came.asObj()));
        assertThat(silent).isEmpty();
        List<String> other = PROVIDERS.compare(
                Json.parse("{\"expected\": {\"error\": {\"message\": \"no\", \"retryable\": true, \"status\": 400}}}")
                        .asObj(),
                List.of(came.asObj()));
        assertThat(other).hasSize(1);
        List<String> known = PROVIDERS.compare(
                Json.parse("{\"expected\": {\"error\": {\"message\": \"no\"}}}").asObj(), List.of(came.asObj()));
        assertThat(known).hasSize(1);
    }

    @Test
    void everyFeedOfAStreamIsCompared() throws IOException {
        Path file = cases("""
            {"id": "s", "input": "aWQ6IDcKZGF0YTogYQoK", "splits": [3, 9],
             "expected": [{"event": "message", "data": "a", "lastEventId": "7"}],
            "last_event_id": "7"}\
            """);
        List<Json.Obj> came = new ArrayList<>();
        CaseFile cases = new CaseFile(file);
        SSE.read(cases.given(SSE.given()), came::add);
        assertThat(came.stream().map(line -> line.string("feed").orElse("")))
                .containsExactly("whole", "splits", "bytes");
        assertThat(came.get(1)).isEqualTo(Json.parse("""
            {"id": "s", "feed": "splits", "events": [{"event": "message", "data": "a", "lastEventId": "7"}],
             "retry": null,
            "last_event_id": "7"}\
            """));

        Json.Obj wanted = cases.wanted().get(0);
        assertThat(SSE.compare(wanted, came)).isEmpty();
        for (int i = 0; i < came.size(); i++) {
            List<Json.Obj> wrong = new ArrayList<>(came);
            wrong.set(i, came.get(i).with("events", Json.Arr.EMPTY).with("last_event_id", "8"));
            assertThat(SSE.compare(wanted, wrong)).hasSize(2);
            wrong.remove(i);
            assertThat(SSE.compare(wanted, wrong)).hasSize(2);
        }
    }

    @Test
    void goesOnAfterACaseThatCannotBeRead() throws IOException {
        Path file = cases(
                exchange("gone", "openai-chat", WANTED).replace("bodies/reply.json", "bodies/gone.json"),
                exchange("one", "openai-chat", WANTED));

        Ran ran = run("providers", file.toString());

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out())
                .contains("  threw: wanted nothing, came \"java.nio.file.NoSuchFileException: ")
                .endsWith("1 passed, 1 failed\n");
    }

    @Test
    void saysHowItIsCalled() throws IOException {
        String usage = "usage: conformance KIND FILE [--emit OUT], KIND one of "
                + String.join(", ", Conformance.kinds().stream().map(Kind::name).toList()) + "\n";

        assertThat(run()).isEqualTo(new Ran(2, "", "conformance: expected KIND FILE [--emit OUT]\n" + usage));
        assertThat(run("smoke", "x")).isEqualTo(new Ran(2, "", "conformance: no kind \"smoke\"\n" + usage));
        String absent = folder.resolve("absent").toString();
        assertThat(run("sse", absent))
                .isEqualTo(new Ran(
                        2, "", "conformance: cannot read or write: " + absent + " (NoSuchFileException)\n" + usage));
        String broken = cases("{\"id\": \"a\", \"input\": \"\"}", "{").toString();
        assertThat(run("sse", broken).status()).isEqualTo(2);
        assertThat(run("sse", broken).err()).startsWith("conformance: " + broken + ": line 2: ");
    }
}
