package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Question;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages on steps: what they show in Java and in YAML is one definition, and gives what they say. */
@Timeout(60)
class StepPagesTest {
    private static Agent agent(String name, Function<ModelRequest, Reply> script) {
        return Agent.builder(ScriptedProvider.of().always(script)).name(name).build();
    }

    private static final Registry LEAVES = Registry.EMPTY
            .function("shout", (input, context) -> Json.of(input.asString().toUpperCase(Locale.ROOT)))
            .script("sh", ScriptHandler.process("sh", "-c"))
            .step(
                    "repeat",
                    (settings, input, context) -> Json.of(input.asString()
                            .repeat((int) settings.get("times").orElseThrow().asLong())))
            .tool(Tool.of(
                    ToolSpec.of("publish", "Publishes", JsonSchema.parse("{\"type\":\"object\"}")),
                    (arguments, context) ->
                            Json.object("published", arguments.get("text").orElseThrow())))
            .agent(
                    "writer",
                    agent("writer", asked -> reply("On " + asked.lastUserText().substring(12) + ".")))
            .agent("sorter", agent("sorter", asked -> reply("{\"choice\":\"anger\"}")))
            .agent("front", agent("front", asked -> reply("{\"handoff\":\"bills\",\"task\":\"\",\"answer\":\"\"}")))
            .agent(
                    "bills",
                    agent("bills", asked -> reply("{\"handoff\":\"none\",\"task\":\"\",\"answer\":\"refunded\"}")))
            .agent(
                    "chief",
                    agent(
                            "chief",
                            asked -> reply(
                                    asked.lastUserText().contains("- maker (build): built")
                                            ? "{\"next\":\"done\",\"task\":\"\",\"answer\":\"all is built\"}"
                                            : "{\"next\":\"maker\",\"task\":\"build\",\"answer\":\"\"}")))
            .agent("maker", agent("maker", asked -> reply("built")));

    private static final Registry REGISTRY =
            LEAVES.workflow(Workflow.named("inner").registry(LEAVES).sequence(Step.transform("'inner ' & word")));

    static Stream<Arguments> pages() {
        return Stream.of(
                page(
                        "agent",
                        Step.agent("writer").input("Write about {{topic}}").as("draft")),
                page(
                        "tool",
                        Step.tool("publish")
                                .input(Json.object("text", "On {{topic}}."))
                                .as("published")),
                page(
                        "function",
                        Step.function("shout").input("{{topic}}").retry(3).timeout(Duration.ofSeconds(5))),
                page(
                        "script",
                        Step.script("sh", "read line; echo \"{\\\"got\\\": $line}\"")
                                .input("{{order}}")),
                page(
                        "transform",
                        Step.transform("$count(words) & ' words on ' & topic").as("line")),
                page(
                        "sequence",
                        Step.sequence(Step.function("shout").input("{{topic}}"), Step.transform("$last & '!'"))
                                .as("loud")),
                page(
                        "parallel",
                        Step.parallel(
                                        Step.function("shout").input("a"),
                                        Step.function("shout").input("b"))
                                .atMost(2)),
                page("when", Step.when("score >= 0.9", Step.transform("'good'")).otherwise(Step.transform("'bad'"))),
                page(
                        "switch",
                        Step.choose("level")
                                .on("gold", Step.transform("1"))
                                .on("silver", Step.transform("2"))
                                .otherwise(Step.transform("0"))),
                page(
                        "route",
                        Step.route("sorter")
                                .choice("praise", "somebody is happy", Step.transform("'thanks'"))
                                .choice("anger", "somebody is not", Step.transform("'sorry'"))
                                .input("{{mail}}")),
                page(
                        "loop",
                        Step.loop(Step.transform("$exists(n) ? n * 2 : 1").as("n"))
                                .until("n >= 100")
                                .atMost(50)
                                .reason("why")),
                page(
                        "map",
                        Step.map("words", Step.function("shout").input("{{$item}}{{$index}}"))
                                .atMost(4)),
                page(
                        "graph",
                        Step.graph(
                                Step.Node.of("soil", Step.transform("2").as("depth")),
                                Step.Node.of("seed", Step.transform("3")),
                                Step.Node.of(
                                        "plant", Step.transform("$last.soil + $last.seed + depth"), "soil", "seed"))),
                page("workflow", Step.workflow("inner").input(Json.object("word", "{{topic}}"))),
                page("wait", Step.awaitSignal("paid").as("sum")),
                page("approval", Step.approval("Publish {{topic}}?").otherwise(Step.transform("'kept'"))),
                page("ask", Step.ask("Who is {{topic}} for?").as("reader")),
                page("handoff", Step.handoff("front", "bills").input("{{mail}}").as("answer")),
                page("supervisor", Step.supervisor("chief", "maker").atMost(3).input("A house")),
                page(
                        "step",
                        Step.custom(
                                        "repeat",
                                        Json.object("times", "{{$count(words)}}")
                                                .asObj())
                                .input("ab")));
    }

    private static Arguments page(String name, Step step) {
        return Arguments.of(name, step);
    }

    private static String fence(String page, String language) {
        Matcher fence = Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```").matcher(page);
        assertThat(fence.find()).as("a fence of %s", language).isTrue();
        return fence.group(1);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatAPageShowsIsOneStepAndGivesWhatItSays(String name, Step step) {
        String page = Docs.text("steps/" + name + ".md");
        Docs.examplesStandIn("steps/" + name + ".md", StepPagesTest.class);
        Definition definition = Definition.parse(
                name + ".yaml", "workflow: page\nsteps:\n" + fence(page, "yaml").indent(2));
        assertThat(definition.json())
                .isEqualTo(Definition.of("page", Step.sequence(step)).json());

        Workflow workflow = Workflow.of(definition, REGISTRY);
        Json input = Json.parse(fence(Docs.text("steps/README.md"), "json"));
        WorkflowResult result = workflow.run(WorkflowRequest.of(input));
        while (result.paused()) {
            result = workflow.resume(
                    result,
                    result.questions().stream().map(StepPagesTest::answer).toArray(Answer[]::new));
        }
        assertThat(result.output()).isEqualTo(Json.parse(fence(page, "json")));
    }

    private static Answer answer(Question question) {
        return switch (question.kind()) {
            case INPUT -> Answer.give(question, "joiners");
            case SIGNAL -> Answer.give(question, 40);
            case RESULT -> Answer.give(question, "x");
            case APPROVAL, DOUBT -> Answer.approve(question);
        };
    }

    @Test
    void everyKindOfStepHasAPage() {
        assertThat(pages().<Class<?>>map(page -> page.get()[1].getClass()).toList())
                .containsExactlyInAnyOrder(Step.class.getPermittedSubclasses());
    }
}
