package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.checks.Docs;
import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.run.Runner;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import dev.tenon.workflow.document.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on definitions shows is read, compiled and run. */
class DefinitionPageTest {
    private static final String PAGE = "workflow-definitions.md";

    record Model(String model) {}

    private static final ProviderRegistry PROVIDERS = ProviderRegistry.empty()
            .with(
                    new FactoryInfo("house", "", Set.of(), List.of(), List.of(), JsonSchema.of(Model.class)),
                    Model.class,
                    config -> ScriptedProvider.of()
                            .always(asked -> reply(
                                    config.model().equals("large")
                                            ? "A tenon."
                                            : "{\"score\": 0.95, \"text\": \"Better.\"}")));

    private static final Tool PUBLISH = Tool.of(
            ToolSpec.of(
                    "publish",
                    "Publishes",
                    JsonSchema.parse(
                            "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},\"required\":[\"text\"]}")),
            (arguments, context) ->
                    Json.object("published", arguments.get("text").orElseThrow()));

    private static String yaml() {
        String page = Docs.text(PAGE);
        int from = page.indexOf("```yaml\n") + 8;
        return page.substring(from, page.indexOf("```", from));
    }

    @Test
    void thePagesCodeRuns(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("review.yaml");
        Files.writeString(file, yaml());
        ProviderRegistry providers = PROVIDERS;
        Tool publish = PUBLISH;

        // What follows stands on the page, but for where its lines break.
        Workflow review = Workflow.read(file, Registry.EMPTY.tool(publish).providers(providers));
        WorkflowResult result = review.run(WorkflowRequest.empty().with("topic", "tenons"));

        Definition definition = review.definition();
        String yaml = definition.yaml();
        String java = definition.java();
        Definition again = Definition.parse("again.yaml", yaml);
        // So far.

        assertThat(result.output()).isEqualTo(Json.object("published", "Better."));
        assertThat(again).isEqualTo(definition);
        assertThat(java).startsWith("Workflow.named(\"review\")");

        String run = "review-1";
        Journal journal = Journal.inMemory();
        Runner.journalled(journal)
                .run(review, WorkflowRequest.empty().with("topic", "tenons").id(run));
        String svg = Picture.of(definition).svg();
        String mermaid = Picture.of(definition).over(journal.read(run)).mermaid();
        assertThat(svg).startsWith("<svg");
        assertThat(mermaid).contains(":::done");
        assertThat(Docs.examplesStandIn(PAGE, DefinitionPageTest.class)).isEqualTo(2);
    }

    @Test
    void theProblemsOfThePageAreWhatIsSaid() {
        String broken = yaml().replace("agent: writer\n", "agent: writr\n")
                .replace("until: edit.score", "until: edit.scor")
                .replace("{text: '{{edit.text}}'}", "{}");
        WorkflowException refused = catchThrowableOfType(
                WorkflowException.class,
                () -> Workflow.parse(
                        "review.yaml", broken, Registry.EMPTY.tool(PUBLISH).providers(PROVIDERS)));
        assertThat(Docs.text(PAGE)).contains(refused.getMessage().indent(4).stripTrailing());
    }

    @Test
    void everyRuleStandsOnThePage() {
        String page = Docs.text(PAGE);
        for (Rule rule : Rule.values()) {
            String code = rule.code();
            String member = code.substring(code.indexOf('.'));
            assertThat(page)
                    .as(code)
                    .containsPattern("`(" + code.replace(".", "\\.") + "|" + member.replace(".", "\\.") + ")`");
        }
        assertThat(Flaw.Rule.values()).allMatch(rule -> rule.code().startsWith("file."));
    }

    /** {@code -Dtenon.write=true} writes them anew, after the description of definitions was changed. */
    @Test
    void allMembersStandOnThePage() throws IOException {
        String page = Docs.text(PAGE);
        String begin = "<!-- members -->\n";
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf("<!-- end -->");
        String members = members();
        if (Boolean.getBoolean("tenon.write")) {
            Files.writeString(Docs.folder().resolve(PAGE), page.substring(0, from) + members + page.substring(to));
            return;
        }
        assertThat(page.substring(from, to)).isEqualTo(members);
    }

    private static String members() {
        Json.Obj definitions =
                Definition.schema().json().at("/$defs").orElseThrow().asObj();
        List<String> lines = new ArrayList<>();
        table(lines, "A document", definitions.get("workflow").orElseThrow().asObj(), List.of());
        table(lines, "An agent", definitions.get("agent").orElseThrow().asObj(), List.of());
        lines.add("A step has one of these, which says what it does, and what belongs to it:\n");
        lines.add("| member | what it is | with |");
        lines.add("|---|---|---|");
        for (Form.Kind kind : Forms.KINDS) {
            lines.add("| `" + kind.what().name() + "` | " + kind.what().about() + " | "
                    + String.join(
                            "; ",
                            kind.others().stream()
                                    .map(member -> "`" + member.name() + "`"
                                            + (member.required() ? " (needed): " : ": ") + member.about())
                                    .toList())
                    + " |");
        }
        lines.add("");
        table(lines, "Any step", definitions.get("node").orElseThrow().asObj(), kinds());
        return String.join("\n", lines) + "\n";
    }

    private static List<String> kinds() {
        List<String> names = new ArrayList<>(Forms.kinds());
        Forms.KINDS.forEach(kind -> kind.others().forEach(member -> names.add(member.name())));
        return names;
    }

    private static void table(List<String> lines, String what, Json.Obj schema, List<String> without) {
        String needed = schema.get("required").orElse(Json.Arr.EMPTY).toString();
        lines.add(what + " may have:\n");
        lines.add("| member | what it is |");
        lines.add("|---|---|");
        schema.get("properties").orElseThrow().asObj().forEach((name, member) -> {
            if (!without.contains(name)) {
                lines.add("| `" + name + "` | "
                        + member.asObj().string("description").orElse("")
                        + (needed.contains("\"" + name + "\"") ? " (needed)" : "") + " |");
            }
        });
        lines.add("");
    }
}
