package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.agent.Agent;
import dev.tenon.json.Json;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import dev.tenon.workflow.document.Document;
import dev.tenon.workflow.document.Flaw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken definitions, at least one for each rule of the checker, of the reader and of the document under it, each with all that is said of it. Each is refused by its rule alone, so that a rule that is taken away makes
 * its documents pass, and this test red.
 */
class BadDefinitionsTest {
    record Card(String number, int cents) {}

    /** What ran: nothing may. */
    private static final AtomicInteger RUNS = new AtomicInteger();

    record Price(int cents, String currency) {}

    record Keyed(String model, String apiKey) {}

    private static final Registry REGISTRY = Registry.EMPTY
            .agent("writer", scripted())
            .agent("editor", scripted())
            .tool(tool(
                    "publish",
                    "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},\"required\":[\"text\"]}"))
            .tool(tool("refund", "{\"type\":\"object\"}"))
            .function("echo", (input, context) -> {
                RUNS.incrementAndGet();
                return input;
            })
            .tool(
                    tool("weigh", "{\"type\":\"object\"}")
                            .with(
                                    spec -> spec.withOutput(
                                            JsonSchema.parse(
                                                    "{\"type\":\"object\",\"properties\":{\"grams\":{\"type\":\"integer\"}},\"required\":[\"grams\"]}"))))
            .function("charge", Card.class, card -> RUNS.incrementAndGet())
            .function("add", int[].class, numbers -> RUNS.incrementAndGet())
            .function("quote", Card.class, Price.class, card -> new Price(RUNS.incrementAndGet(), "EUR"))
            .script("python", (code, input, context) -> Json.of(RUNS.incrementAndGet()))
            .step("mail", (settings, input, context) -> Json.of(RUNS.incrementAndGet()))
            .workflow(Workflow.named("billing")
                    .input(
                            JsonSchema.parse(
                                    "{\"type\":\"object\",\"properties\":{\"cents\":{\"type\":\"integer\"}},\"required\":[\"cents\"]}"))
                    .sequence(Step.transform("cents")))
            .workflow(deep())
            .providers(
                    ProviderRegistry.empty()
                            .with(
                                    new FactoryInfo(
                                            "scripted", "", Set.of(), List.of(), List.of(), JsonSchema.of(Keyed.class)),
                                    Keyed.class,
                                    config -> ScriptedProvider.of().always(asked -> reply("x"))),
                    Map.of());

    /** A workflow that runs others as deep as may be. */
    private static Workflow deep() {
        Workflow deepest = Workflow.named("deep0").sequence(Step.transform("1"));
        for (int i = 1; i <= 100; i++) {
            deepest = Workflow.named("deep" + i)
                    .registry(Registry.EMPTY.workflow(deepest))
                    .sequence(Step.workflow("deep" + (i - 1)));
        }
        return deepest;
    }

    private static Agent scripted() {
        return Agent.builder(ScriptedProvider.of().always(asked -> {
                    RUNS.incrementAndGet();
                    return reply("x");
                }))
                .build();
    }

    private static Tool tool(String name, String schema) {
        return Tool.of(ToolSpec.of(name, "", JsonSchema.parse(schema)), (arguments, context) -> {
            RUNS.incrementAndGet();
            return Json.NULL;
        });
    }

    /**
     * A broken definition.
     *
     * @param rule which refuses it
     * @param wrong what is said, a line a problem
     */
    record Case(String rule, String name, String text, String wrong) {
        @Override
        public String toString() {
            return rule + " " + name;
        }
    }

    /** The table, as a document of its own: blocks of a heading, a definition and what is said of it. */
    static List<Case> table() throws IOException {
        List<Case> cases = new ArrayList<>();
        String table = Files.readString(Path.of("src/test/resources/dev/tenon/workflow/bad-definitions.txt"));
        for (String block : table.split("\n?=== ", -1)) {
            if (!block.contains("\n--- ")) {
                continue;
            }
            String[] heading = block.substring(0, block.indexOf('\n')).split(" ", 2);
            int middle = block.indexOf("\n--- ");
            cases.add(new Case(
                    heading[0],
                    heading.length > 1 ? heading[1] : "a.yaml",
                    block.substring(block.indexOf('\n') + 1, middle + 1).replace("<TAB>", "\t"),
                    block.substring(middle + 1).replaceAll("(?m)^--- ", "").strip()));
        }
        return cases;
    }

    private static List<Problem> problems(String name, String text) {
        int before = RUNS.get();
        WorkflowException refused =
                catchThrowableOfType(WorkflowException.class, () -> Workflow.parse(name, text, REGISTRY));
        assertThat(RUNS.get()).as("nothing runs").isEqualTo(before);
        return refused == null ? List.of() : refused.problems();
    }

    private static String said(List<Problem> problems) {
        return String.join("\n", problems.stream().map(Problem::toString).toList());
    }

    @ParameterizedTest
    @MethodSource("table")
    void isRefusedByItsRuleAlone(Case broken) {
        List<Problem> problems = problems(broken.name(), broken.text());
        assertThat(said(problems)).isEqualTo(broken.wrong());
        assertThat(problems).extracting(Problem::rule).containsOnly(broken.rule());
    }

    /** For {@link RulesTakenAwayTest}. */
    static void wholeTable() throws IOException {
        for (Case broken : table()) {
            new BadDefinitionsTest().isRefusedByItsRuleAlone(broken);
        }
    }

    @Test
    void everyRuleHasADocumentThatItRefuses() throws IOException {
        Map<String, Integer> seen = new TreeMap<>();
        table().forEach(broken -> seen.merge(broken.rule(), 1, Integer::sum));
        Set<String> rules = new TreeSet<>();
        for (Rule rule : Rule.values()) {
            rules.add(rule.code());
        }
        for (Flaw.Rule rule : Flaw.Rule.values()) {
            rules.add(rule.code());
        }
        // These have documents too large for a table, below.
        rules.removeAll(Set.of(
                "file.too_large", "file.encoding", "file.too_many", "file.too_deep", "file.sign", "problems.more"));
        assertThat(seen.keySet()).isEqualTo(rules);
    }

    private static String one(byte[] bytes) {
        Document document = Document.of("a.yaml", bytes);
        List<Problem> problems = new Problems(document).all();
        assertThat(problems).hasSize(1);
        return problems.getFirst().rule() + " " + problems.getFirst();
    }

    private static String one(String text) {
        return one(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsTooLargeIsNotRead(@TempDir Path dir) throws IOException {
        byte[] large = "a: 1 # 4567890\n".repeat(700_000).getBytes(StandardCharsets.UTF_8);
        assertThat(one(large))
                .isEqualTo("file.too_large a.yaml: expected at most 8388608 bytes, got 10500000 bytes; split the"
                        + " document");
        Path file = dir.resolve("large.yaml");
        Files.write(file, large);
        assertThat(catchThrowableOfType(WorkflowException.class, () -> Workflow.read(file, REGISTRY)))
                .hasMessage("workflow \"\" has a problem:\n  " + file
                        + ": expected at most 8388608 bytes, got 8388609 bytes; split the document");
    }

    @Test
    void whatIsNoUtf8IsNotRead() {
        byte[] latin = "workflow: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(one(latin))
                .isEqualTo("file.encoding a.yaml:1:14: expected UTF-8, got the byte 0xe9 at offset 13; save the file as"
                        + " UTF-8");
        byte[] wide = "workflow: a\n".getBytes(StandardCharsets.UTF_16);
        assertThat(one(wide))
                .isEqualTo("file.encoding a.yaml:1:1: expected UTF-8, got the byte 0xfe at offset 0; save the file as"
                        + " UTF-8");
    }

    @Test
    void signsThatNoDocumentHoldsAreRefused() {
        assertThat(one("workflow: a\nsteps: \u0007[]\n"))
                .isEqualTo("file.sign a.yaml:2:8: expected a sign that YAML may hold, got U+0007; write it as an escape"
                        + " in double quotes");
    }

    @Test
    void aBombOfAliasesIsRefusedBeforeItIsMade() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(9))
                    .append("*a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertThat(one(bomb.toString()))
                .isEqualTo("file.too_many a.yaml:5:5: expected at most 1000000 values, those that aliases repeat"
                        + " included");
        assertThat(one("[" + "1,".repeat(3_500_000) + "1]"))
                .isEqualTo("file.too_many a.yaml:1:5999996: expected at most 1000000 values, those that aliases repeat"
                        + " included");
    }

    @Test
    void whatNestsTooDeepIsRefused() {
        String wrong = ": expected at most 200 levels; make sub-workflows of inner parts";
        assertThat(one("[".repeat(4_000_000))).isEqualTo("file.too_deep a.yaml:1:201" + wrong);
        StringBuilder steps = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            steps.append(" ".repeat(i)).append("loop:\n");
        }
        assertThat(one(steps.toString())).isEqualTo("file.too_deep a.yaml:201:201" + wrong);
        String half = "x: &a " + "[".repeat(150) + "]".repeat(150) + "\ny: " + "[".repeat(150) + "*a" + "]".repeat(150);
        assertThat(one(half)).startsWith("file.too_deep a.yaml:1:");
        assertThat(problems("a.json", "[".repeat(4_000_000))).singleElement().hasToString("a.json:1:201" + wrong);
    }

    @Test
    void allThatIsWrongIsSaidAtOnceInTheOrderOfTheFile(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("review.yaml");
        Files.writeString(file, """
            workflow: review
            agents:
              judge: {provider: scriptd, model: m, tools: [publsh]}
            steps:
              - agent: writr
                as: draft
              - loop:
                  agent: editor
              - when: score >=
                then: {tool: publish, input: {text: 7}}
              - agnet: judge
              - function: echo
                retry: {attempts: 3, delay: soon}
            """);
        WorkflowException refused = catchThrowableOfType(WorkflowException.class, () -> Workflow.read(file, REGISTRY));
        assertThat(refused.code()).isEqualTo("workflow.invalid");
        assertThat(refused.getMessage().replace(file.toString(), "review.yaml")).isEqualTo("""
            workflow "review" has 8 problems:
              review.yaml:3:21: there is no provider "scriptd"; did you mean "scripted"? known are scripted
              review.yaml:3:48: there is no tool "publsh"; did you mean "publish"? known are publish, refund, weigh
              review.yaml:5:12: there is no agent "writr"; did you mean "writer"? known are writer, editor, judge
              review.yaml:7:5: nothing ends this loop; give it while, until or atMost
              review.yaml:9:19: expression "score >=": Unexpected end of expression at character 8
              review.yaml:10:34: the input does not fit the tool "publish": $.text: expected string, got number 7
              review.yaml:11:5: a step needs one member that says what it does; it has agnet; did you mean "agent"? one of agent, tool, function, script, transform, sequence, parallel, when, switch, route, loop, map, graph, wait, approval, ask, handoff, supervisor, step, workflow
              review.yaml:13:33: expected a duration, such as "500ms", "30s", "5m", "2h", "3d" or "PT1M30S", got string "soon\"\
            """.stripTrailing());
    }

    @Test
    void nobodyIsToldMoreThanAThousandProblemsAtOnce() {
        List<Problem> problems = problems("a.yaml", "workflow: a\nsteps:\n" + "- function: ecko\n".repeat(20_000));
        assertThat(problems).hasSize(1_001);
        assertThat(problems.getFirst().source()).isEqualTo("a.yaml:3:13");
        assertThat(problems.getLast()).hasToString("/: there are more problems; mend these first");
        assertThat(problems("b.yaml", "workflow: a\nsteps: []\n" + "x: 1\n".repeat(20_000)))
                .hasSize(1_001);
    }

    @Test
    void aDefinitionMadeInJavaIsHeldAgainstTheSameRules() {
        assertThat(catchThrowableOfType(
                        WorkflowException.class,
                        () -> Workflow.named("a")
                                .registry(REGISTRY)
                                .sequence(Step.function("ecko"), Step.transform("1 +"))))
                .hasMessage("""
                    workflow "a" has 2 problems:
                      /steps/0/function: there is no function "ecko"; did you mean "echo"? known are echo, charge, add, quote
                      /steps/1/transform: expression "1 +": Unexpected end of expression at character 3\
                    """);
    }
}
