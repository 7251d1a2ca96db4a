package dev.tenon.toolbox.guard;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunResult;
import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.RunEnd;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolException;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.files.FileTools;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Consent, audit log, secrets and redactor, by themselves and around an agent. */
@Timeout(60)
class GuardTest {
    @TempDir
    Path folder;

    private static ToolSpec spec(String name, Trait... traits) {
        return new ToolSpec(
                name,
                "",
                JsonSchema.parse("{\"type\":\"object\"}"),
                java.util.Set.of(traits),
                ToolSpec.DEFAULT_TIMEOUT,
                java.util.Map.of());
    }

    private static String decision(Consent consent, ToolSpec spec) {
        return switch (consent.decide(spec, Json.Obj.EMPTY, List.of())) {
            case ToolDecision.Run run -> "run";
            case ToolDecision.Ask ask -> "ask";
            case ToolDecision.Deny deny -> "deny";
            case ToolDecision.Rewrite rewrite -> "rewrite";
            case ToolDecision.Defer defer -> "defer";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "ASK, run, run, ask, ask, ask, ask",
        "ACCEPT_EDITS, run, run, ask, ask, run, ask",
        "PLAN, run, deny, deny, ask, deny, deny"
    })
    void modesDecideByWhatATooldoes(
            Consent.Mode mode,
            String reads,
            String plain,
            String destroys,
            String reads0pen,
            String edits,
            String sends) {
        Consent consent = Consent.of(mode);

        assertThat(decision(consent, spec("a", Trait.READ_ONLY))).isEqualTo(reads);
        assertThat(decision(consent, spec("b"))).isEqualTo(plain);
        assertThat(decision(consent, spec("files_delete", Trait.DESTRUCTIVE))).isEqualTo(destroys);
        assertThat(decision(consent, spec("web_get", Trait.READ_ONLY, Trait.OPEN_WORLD)))
                .isEqualTo(reads0pen);
        assertThat(decision(consent, spec("files_write", Trait.DESTRUCTIVE))).isEqualTo(edits);
        assertThat(decision(consent, spec("process_run", Trait.DESTRUCTIVE, Trait.OPEN_WORLD)))
                .isEqualTo(sends);
    }

    @Test
    void listsGoBeforeModes() {
        Consent consent = Consent.of(Consent.Mode.ASK).allow("a", "c").ask("b").deny("c");

        assertThat(decision(consent, spec("a", Trait.DESTRUCTIVE))).isEqualTo("run");
        assertThat(decision(consent, spec("b", Trait.READ_ONLY))).isEqualTo("ask");
        assertThat(decision(consent, spec("c", Trait.READ_ONLY))).isEqualTo("deny");
        assertThat(decision(Consent.of(Consent.Mode.PLAN).allow("a"), spec("a", Trait.DESTRUCTIVE)))
                .isEqualTo("deny");
        assertThat(decision(Consent.of(Consent.Mode.PLAN), spec("liar", Trait.READ_ONLY, Trait.DESTRUCTIVE)))
                .isEqualTo("deny");
        assertThat(decision(
                        Consent.of(Consent.Mode.ACCEPT_EDITS),
                        spec("files_write", Trait.DESTRUCTIVE, Trait.OPEN_WORLD)))
                .isEqualTo("ask");
    }

    @Test
    void aPersonIsAskedAndAllIsOnRecord() throws Exception {
        Path files = Files.createDirectories(folder.resolve("files"));
        Files.writeString(files.resolve("a.txt"), "one");
        Path log = folder.resolve("audit.jsonl");
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("files_delete", Json.object("path", "a.txt")),
                toolCall("files_read", Json.object("path", "../x")),
                reply("done"));
        List<Event> events = new ArrayList<>();
        RunResult result;
        try (AuditLog audit = AuditLog.open(log)) {
            Agent agent = Agent.builder(model)
                    .tools(FileTools.under(files).tools())
                    .policy(Consent.of(Consent.Mode.ASK))
                    .interceptor(audit.interceptor("ada"))
                    .listener(events::add)
                    .answers(question -> Optional.of(Answer.approve(question)))
                    .build();
            result = agent.run("Delete it");
        }

        assertThat(result.end()).isInstanceOf(RunEnd.Completed.class);
        assertThat(files.resolve("a.txt")).doesNotExist();
        List<Json.Obj> lines = Files.readAllLines(log).stream()
                .map(line -> Json.parse(line).asObj())
                .toList();
        assertThat(lines.stream()
                        .map(line -> line.string("act").orElse("") + " "
                                + line.string("what").orElse("") + " "
                                + line.string("decision").orElse("") + " "
                                + line.string("outcome").orElse("")))
                .containsExactly(
                        "decided files_delete ask files_delete can destroy or overwrite",
                        "began files_delete approved ",
                        "ended files_delete approved done",
                        "decided files_read run ",
                        "began files_read run ",
                        "ended files_read run failed");
        assertThat(lines).allMatch(line -> line.string("who").orElse("").equals("ada"));
        assertThat(lines.get(0).string("arguments"))
                .hasValue(Json.object("path", "a.txt").digest());
        assertThat(events)
                .anyMatch(event -> event.name().equals("tool.call.refused")
                        && event.payload().at("/code").orElseThrow().equals(Json.of("files.path")));
        assertThat(AuditLog.verify(log).lines()).isEqualTo(6);
    }

    @Test
    void aModelAsksAPersonAndGoesOnWithTheAnswer() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall(
                        AskPerson.NAME,
                        Json.object("question", "Which branch?").with("choices", Json.array("main", "next"))),
                reply("done"));
        Agent agent = Agent.builder(model)
                .tools(AskPerson.tool())
                .policy(Consent.of(Consent.Mode.PLAN))
                .answers(question -> Optional.of(Answer.give(
                        question,
                        "next to " + question.arguments().at("/choices/0").orElseThrow())))
                .build();

        assertThat(agent.run("go").messages().toString()).contains("next to \"main\"");
        Agent without = Agent.builder(ScriptedProvider.of(
                        toolCall(AskPerson.NAME, Json.object("question", "x").with("choices", Json.Arr.EMPTY)),
                        reply("ok")))
                .tools(AskPerson.tool())
                .build();
        assertThat(without.run("go").messages().toString()).contains("no person can be asked here");
    }

    private Path log(int lines) {
        Path path = folder.resolve("log.jsonl");
        try (AuditLog audit = AuditLog.open(path)) {
            for (int i = 0; i < lines; i++) {
                audit.append("ada", "sent", "run/" + i, "mail", Json.object("to", "x" + i), "run", "done");
            }
        }
        return path;
    }

    private static String command(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        return AuditLog.command(arguments, print, print) + " "
                + out.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void aLogThatWasTouchedIsFoundOut() throws Exception {
        Path path = log(4);
        List<String> lines = Files.readAllLines(path);
        String last = Json.parse(lines.get(3)).asObj().string("digest").orElseThrow();
        assertThat(command(path.toString())).isEqualTo("0 4 lines, the last " + last);
        assertThat(command(path.toString(), last)).startsWith("0 ");

        Files.write(
                path, List.of(lines.get(0), lines.get(1).replace("\"done\"", "\"fail\""), lines.get(2), lines.get(3)));
        assertThat(command(path.toString()))
                .isEqualTo("1 the audit log " + path + " is broken at line 2: it was altered");
        Files.write(path, List.of(lines.get(0), lines.get(2), lines.get(3)));
        assertThat(command(path.toString())).endsWith("is broken at line 2: its number is 3");
        Files.write(path, List.of(lines.get(0), lines.get(2).replace("\"number\":3", "\"number\":2"), lines.get(3)));
        assertThat(command(path.toString())).endsWith("is broken at line 2: it does not follow from the line before");
        Files.write(path, List.of(lines.get(1), lines.get(2)));
        assertThat(command(path.toString())).contains("line 1");
        Files.writeString(path, lines.get(0) + "\n" + lines.get(1).substring(0, 40) + "\n");
        assertThat(command(path.toString())).endsWith("is broken at line 2: it is no record");
        assertThatThrownBy(() -> AuditLog.open(path))
                .isInstanceOf(TenonException.class)
                .hasMessageContaining("broken at line 2");
        Files.write(path, lines.subList(0, 3));
        assertThat(command(path.toString())).startsWith("0 3 lines");
        assertThat(command(path.toString(), last))
                .isEqualTo("1 the audit log " + path + " does not hold the digest " + last
                        + ": its end is missing, or it was written anew");
        assertThat(command()).startsWith("2 usage");
        assertThat(command(folder.resolve("none").toString())).startsWith("1 ");
    }

    @Test
    void aLogGoesOnWhereItEnded() {
        Path path = log(2);
        assertThat(log(3)).isEqualTo(path);
        assertThat(AuditLog.verify(path).lines()).isEqualTo(5);
        try (AuditLog open = AuditLog.open(path)) {
            assertThatThrownBy(() -> AuditLog.open(path))
                    .hasMessage("the audit log " + path + " is written by another; give each its own file");
            assertThat(open.end().lines()).isEqualTo(5);
        }
    }

    @Test
    void whatACrashLeftOfALineIsTakenOffAndTold() throws Exception {
        Path path = log(2);
        List<String> lines = Files.readAllLines(path);
        for (String torn : new String[] {lines.get(1).substring(0, 40), lines.get(1), "{", "\0\0\0"}) {
            Files.writeString(path, lines.get(0) + "\n" + torn);
            assertThat(command(path.toString()))
                    .isEqualTo("1 the audit log " + path
                            + " is broken at line 2: it was cut off; opening the log takes it off and says so");

            try (AuditLog audit = AuditLog.open(path)) {
                audit.append("ada", "sent", "run/9", "mail", Json.NULL, "run", "done");
            }

            assertThat(AuditLog.verify(path).lines()).isEqualTo(3);
            Json.Obj told = Json.parse(Files.readAllLines(path).get(1)).asObj();
            assertThat(told.string("act")).hasValue("recovered");
            assertThat(told.string("outcome")).hasValue(torn.length() + " bytes of a line that was cut off");
        }
    }

    @Test
    void anInterruptedCallDoesNotCloseTheLogForOthers() throws Exception {
        Path path = folder.resolve("interrupted.jsonl");
        try (AuditLog audit = AuditLog.open(path)) {
            Thread interrupted = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                audit.append("ada", "sent", "run/1", "mail", Json.NULL, "run", "done");
            });
            interrupted.join();

            audit.append("bob", "sent", "run/2", "mail", Json.NULL, "run", "done");
        }

        assertThat(AuditLog.verify(path).lines()).isEqualTo(2);
    }

    @Test
    void manyWritersMakeOneChain() throws Exception {
        Path path = folder.resolve("many.jsonl");
        try (AuditLog audit = AuditLog.open(path)) {
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String who = "writer" + i;
                writers.add(Thread.ofVirtual().start(() -> {
                    for (int j = 0; j < 20; j++) {
                        audit.append(who, "sent", "run/" + j, "mail\n\u2028", Json.of("x\ny"), "run", "done\n");
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
        }

        assertThat(AuditLog.verify(path).lines()).isEqualTo(160);
        List<String> lines = Files.readAllLines(path);
        java.util.Collections.swap(lines, 3, 4);
        Files.write(path, lines);
        assertThat(command(path.toString())).endsWith("is broken at line 4: its number is 5");
    }

    @Test
    void whatIsNotOnRecordIsNotDone() throws Exception {
        Path log = folder.resolve("closed.jsonl");
        AuditLog audit = AuditLog.open(log);
        audit.close();
        List<String> done = new ArrayList<>();
        Tool act = Tool.of(spec("act"), (arguments, context) -> done.add("act"));
        Agent agent = Agent.builder(ScriptedProvider.of(toolCall("act", Json.Obj.EMPTY), reply("ok")))
                .tools(act)
                .interceptor(audit.interceptor("ada"))
                .build();

        RunResult result = agent.run("go");

        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        assertThat(done).isEmpty();
    }

    @Test
    void secretsAreSealedInTheirFile() throws Exception {
        Path path = folder.resolve("secrets");
        SecretFile file = SecretFile.open(path, "correct horse".toCharArray());
        file.put(new Secret("API_KEY", "sk-123456789"));
        file.put(new Secret("OTHER", "zweites"));
        file.remove("OTHER");

        String text = Files.readString(path);
        assertThat(text)
                .doesNotContain(
                        "API_KEY",
                        "sk-123456789",
                        Base64.getEncoder().encodeToString("sk-123456789".getBytes(StandardCharsets.UTF_8)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        SecretFile again = SecretFile.open(path, "correct horse".toCharArray());
        assertThat(again.names()).containsExactly("API_KEY");
        assertThat(again.get("API_KEY").reveal()).isEqualTo("sk-123456789");
        assertThatThrownBy(() -> again.get("OTHER"))
                .hasMessage("there is no secret \"OTHER\" here, or it may not be seen; grant it by its name");
        assertThat(again + " " + again.get("API_KEY")).isEqualTo("SecretFile[" + path + "] Secret[API_KEY]");
        assertThatThrownBy(() -> SecretFile.open(path, "wrong horse".toCharArray()))
                .hasMessageEndingWith("cannot be opened: the key or password is another, or the file was altered");
        assertThatThrownBy(() -> SecretFile.open(path, new byte[32])).isInstanceOf(TenonException.class);
    }

    @Test
    void aSecretFileThatWasAlteredIsRefused() throws Exception {
        Path path = folder.resolve("secrets");
        byte[] key = new byte[32];
        key[5] = 7;
        SecretFile.open(path, key).put(new Secret("A", "value-of-a"));
        Json.Obj head = Json.parse(Files.readString(path)).asObj();
        String sealed = head.string("sealed").orElseThrow();
        char other = sealed.charAt(4) == 'A' ? 'B' : 'A';
        List<Json.Obj> altered = List.of(
                head.with("sealed", sealed.substring(0, 4) + other + sealed.substring(5)),
                head.with("nonce", Base64.getEncoder().encodeToString(new byte[12])),
                head.with("sealed", ""),
                head.with("sealed", "%%%"),
                head.with("format", "other"),
                head.without("nonce"));

        for (Json.Obj each : altered) {
            Files.writeString(path, each.toString());
            assertThatThrownBy(() -> SecretFile.open(path, key))
                    .isInstanceOf(TenonException.class)
                    .hasMessageContaining("cannot be opened");
        }
        for (Object rounds : new Object[] {1, 2_000_000_000L, "x", -1}) {
            Files.writeString(
                    path, head.with("rounds", rounds).with("salt", "AAAA").toString());
            assertThatThrownBy(() -> SecretFile.open(path, "pw".toCharArray())).isInstanceOf(TenonException.class);
        }
        Files.writeString(path, "nonsense");
        assertThatThrownBy(() -> SecretFile.open(path, key)).isInstanceOf(TenonException.class);
        assertThatThrownBy(() -> SecretFile.open(path, new byte[16]))
                .hasMessage("AES-256 needs a key of 32 bytes, got 16");
    }

    @Test
    void aToolSeesTheSecretsItWasGrantedAndNoOthers() {
        SecretStore store = name -> Optional.of(new Secret(name, "value-of-" + name));
        Tool peek = Tool.of(spec("peek"), (arguments, context) -> {
            SecretStore seen = context.get(SecretStore.class);
            return seen.find("MINE").isPresent() + " " + seen.find("YOURS").isPresent();
        });
        Agent agent = Agent.builder(ScriptedProvider.of(toolCall("peek", Json.Obj.EMPTY), reply("ok")))
                .tools(GrantedTool.of(peek, store, "MINE"))
                .provide(SecretStore.class, store)
                .build();

        assertThat(agent.run("go").messages().toString()).contains("true false");
        assertThat(SecretStore.environment("PATH").find("HOME")).isEmpty();
        assertThat(SecretStore.environment("PATH").find("PATH")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-Aa1+/=\"\\ü x", "p@ssword&123", "0123456789abcdef"})
    void aSecretIsStrippedInItsSpellings(String value) {
        Redactor redactor = Redactor.of(new Secret("KEY", value));
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);

        assertThat(redactor.strip("a " + value + " b")).isEqualTo("a [secret KEY] b");
        assertThat(redactor.strip(Json.of(value).toString())).isEqualTo("\"[secret KEY]\"");
        assertThat(redactor.strip(java.net.URLEncoder.encode(value, StandardCharsets.UTF_8)))
                .isEqualTo("[secret KEY]");
        assertThat(redactor.strip(java.util.HexFormat.of().formatHex(bytes))).isEqualTo("[secret KEY]");
        for (String before : new String[] {"", "u:", "x", "us:"}) {
            String encoded =
                    Base64.getEncoder().encodeToString((before + value + "tail").getBytes(StandardCharsets.UTF_8));
            assertThat(redactor.strip("Basic " + encoded)).contains("[secret KEY]");
        }
        assertThat(redactor.strip(Json.object("k", Json.array(value, 1, true)).with(value, 2))
                        .toString())
                .isEqualTo("{\"k\":[\"[secret KEY]\",1,true],\"[secret KEY]\":2}");
        assertThat(redactor.toString()).isEqualTo("Redactor[[[secret KEY]]]");
        assertThatThrownBy(() -> Redactor.of(new Secret("S", "abc")))
                .hasMessageContaining("is shorter than 6 characters")
                .hasMessageNotContaining("abc");
    }

    @Test
    void aSecretIsStrippedInOtherSpellingsToo() {
        String value = "pä/ss&<w>'\"(or)d+long~enough*to be wrapped, since it goes on for more than one line of text";
        Redactor redactor = Redactor.of(new Secret("KEY", value));
        String json = Json.of(Json.of(value).toString()).toString();

        for (String spelling : List.of(
                json,
                "p%c3%a4%2fss%26%3cw%3e%27%22%28or%29d%2blong~enough%2ato%20be%20wrapped%2c%20since%20it%20goes%20on%20for%20more%20than%20one%20line%20of%20text",
                "p%C3%A4%2Fss%26%3Cw%3E'%22(or)d%2Blong~enough*to%20be%20wrapped%2C%20since%20it%20goes%20on%20for%20more%20than%20one%20line%20of%20text",
                "p%C3%A4/ss&%3Cw%3E'%22(or)d+long~enough*to%20be%20wrapped,%20since%20it%20goes%20on%20for%20more%20than%20one%20line%20of%20text",
                value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
                value.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;")
                        .replace("'", "&#39;"),
                Json.of(value).toString().replace("/", "\\/"))) {
            assertThat(redactor.strip("a " + spelling + " b"))
                    .contains("[secret KEY]")
                    .doesNotContain("enough");
        }
        for (String before : new String[] {"", "x", "us:"}) {
            byte[] all = (before + value).getBytes(StandardCharsets.UTF_8);
            String wrapped = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(all);
            assertThat(wrapped).contains("\n");
            assertThat(redactor.strip(wrapped)).contains("[secret KEY]").hasSizeLessThan(30);
        }
    }

    @Test
    void whatATaskKeepsAndHowItFailsHoldNoSecret() {
        Secret secret = new Secret("KEY", "very-secret-value");
        Redactor redactor = Redactor.of(secret);
        List<Event> events = new ArrayList<>();
        Tool ends = Tool.of(spec("ends"), (arguments, context) -> {
            throw new ToolException("the host said no to " + secret.reveal());
        });
        Tool throwing = Tool.of(spec("throws"), (arguments, context) -> {
            throw new IllegalStateException("no " + secret.reveal());
        });
        Agent agent = Agent.builder(ScriptedProvider.of(
                        toolCall("throws", Json.Obj.EMPTY), toolCall("ends", Json.Obj.EMPTY), reply("ok")))
                .tools(ends, throwing)
                .interceptor(redactor.results())
                .listener(redactor.events(events::add))
                .build();

        RunResult result = agent.run("go");

        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        assertThat(result.end().toString()).contains("[secret KEY]");
        assertThat(result.toString() + result.messages() + events).doesNotContain(secret.reveal());
    }

    @Test
    void resultsAndEventsOfARunHoldNoSecret() {
        Secret secret = new Secret("KEY", "very-secret-value");
        Redactor redactor = Redactor.of(secret);
        List<Event> events = new ArrayList<>();
        Tool leaky = Tool.of(spec("leaky"), (arguments, context) -> {
            context.progress("using " + secret.reveal());
            context.emit("leaky.says", Json.object("token", secret.reveal()));
            return "token=" + secret.reveal();
        });
        Agent agent = Agent.builder(ScriptedProvider.of(toolCall("leaky", Json.Obj.EMPTY), reply("ok")))
                .tools(leaky)
                .interceptor(redactor.results())
                .listener(redactor.events(events::add))
                .build();

        RunResult result = agent.run("go");

        assertThat(result.messages().toString()).contains("token=[secret KEY]").doesNotContain(secret.reveal());
        assertThat(events).anyMatch(event -> event.name().equals("leaky.says"));
        assertThat(events.toString()).doesNotContain(secret.reveal());
    }

    @Test
    void aLogThatIsWrittenOtherwiseIsFoundOut() throws Exception {
        Path path = log(3);
        String whole = Files.readString(path);
        for (String other : new String[] {
            whole.replaceFirst("\n", "\r"),
            whole.replace("\n", "\r\n"),
            whole.replaceFirst(":", " :"),
            whole.replaceFirst("\"who\":\"ada\"", "\"who\":\"\\\\u0061da\""),
            "\n" + whole,
            whole + "\n",
            "\uFEFF" + whole
        }) {
            assertThat(other).isNotEqualTo(whole);
            Files.writeString(path, other);
            assertThat(command(path.toString())).as(other).startsWith("1 ").contains("is broken at line ");
        }
        Files.write(path, new byte[] {'{', (byte) 0xFF, '}', '\n'});
        assertThat(command(path.toString())).endsWith("is broken at line 1: it is no text");
        Files.writeString(path, "[".repeat(100_000) + "\n");
        assertThat(command(path.toString())).endsWith("is broken at line 1: it is no record");
    }

    @Test
    void whatAModelWritesBreaksNoLog() {
        Path path = folder.resolve("log.jsonl");
        String wild = "\uD800 \uDC00\uD800 \0 \r\n \u2028 \uFFFF \uFEFF";
        try (AuditLog audit = AuditLog.open(path)) {
            audit.append(wild, wild, wild, wild, Json.of(wild), wild, wild);
            audit.append("ada", "sent", "run/2", "mail", Json.NULL, "run", "done");
        }

        assertThat(AuditLog.verify(path).lines()).isEqualTo(2);
    }

    @Test
    void aLogThatWasExchangedOrCutWhileItIsWrittenEndsTheWriting() throws Exception {
        for (String how : new String[] {"cut", "added to", "exchanged", "copied", "deleted"}) {
            Path path = folder.resolve(how + ".jsonl");
            try (AuditLog audit = AuditLog.open(path)) {
                audit.append("ada", "sent", "run/1", "mail", Json.NULL, "run", "done");
                byte[] all = Files.readAllBytes(path);
                switch (how) {
                    case "cut" -> Files.write(path, new byte[0]);
                    case "added to" -> Files.writeString(path, "{}\n", java.nio.file.StandardOpenOption.APPEND);
                    case "exchanged" -> {
                        Files.move(path, folder.resolve("aside"));
                        Files.write(path, new byte[0]);
                    }
                    case "copied" -> {
                        Files.delete(path);
                        Files.write(path, all);
                    }
                    default -> Files.delete(path);
                }

                for (int i = 0; i < 2; i++) {
                    assertThatThrownBy(() -> audit.append("ada", "sent", "run/2", "mail", Json.NULL, "run", "done"))
                            .as(how)
                            .hasMessage("the audit log " + path + " cannot be written, so nothing more is done");
                }
            }
        }
    }

    private Path sealed() {
        Path path = folder.resolve("sealed");
        SecretFile.open(path, new byte[32]).put(new Secret("A", "first-secret"));
        return path;
    }

    @Test
    void severalWhoWriteSecretsKeepWhatTheOthersWrote() throws Exception {
        Path path = sealed();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            SecretFile own = SecretFile.open(path, new byte[32]);
            String name = "S" + i;
            writers.add(Thread.ofPlatform().start(() -> {
                for (int j = 0; j < 5; j++) {
                    own.put(new Secret(name + j, "secret-" + j));
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }

        SecretFile all = SecretFile.open(path, new byte[32]);
        assertThat(all.names()).hasSize(21).contains("A", "S00", "S34");
        all.remove("A");
        assertThat(SecretFile.open(path, new byte[32]).names()).hasSize(20);
    }

    @Test
    void aFileOfSecretsThatIsNotAsItWasWrittenIsRefused() throws Exception {
        Path path = sealed();
        Json.Obj head = Json.parse(Files.readAllBytes(path)).asObj();
        SecretFile open = SecretFile.open(path, new byte[32]);
        List<Json> wrong =
                new ArrayList<>(List.of(Json.NULL, Json.of("x"), Json.array(1), Json.Obj.EMPTY, head.with("more", 1)));
        for (String member : head.members().keySet()) {
            wrong.add(head.without(member));
            for (Object value : new Object[] {
                "", "x", "AAAA", "!!!!", "A".repeat(100_000), 0, -1, 1.5, 1e300, 600_000, true, List.of(), "\uD800"
            }) {
                wrong.add(head.with(member, value));
            }
        }
        for (Json each : wrong) {
            if (each.equals(head)) {
                continue;
            }
            Files.writeString(path, each.toString());
            for (Runnable use : List.<Runnable>of(
                    () -> SecretFile.open(path, new byte[32]), () -> open.put(new Secret("B", "second-secret")))) {
                assertThatThrownBy(use::run)
                        .as(each.toString())
                        .isInstanceOf(TenonException.class)
                        .hasMessageContaining(
                                "cannot be opened: the key or password is another, or the file was altered");
            }
            assertThat(Files.readString(path)).isEqualTo(each.toString());
        }
        Files.writeString(path, head.toString());
        open.put(new Secret("B", "second-secret"));
        byte[] other = new byte[32];
        other[31] = 1;
        assertThatThrownBy(() -> SecretFile.open(path, other)).hasMessageContaining("cannot be opened");
        assertThatThrownBy(() -> SecretFile.open(path, "word".toCharArray())).hasMessageContaining("cannot be opened");
    }
}
