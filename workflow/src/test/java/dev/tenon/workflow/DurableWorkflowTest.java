package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Limits;
import dev.tenon.run.Question;
import dev.tenon.run.Runner;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.FoldedProgram;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.StoppingJournal;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A workflow with every kind of step goes on after a crash at any record, and gives what it would have given. */
@Timeout(90)
class DurableWorkflowTest {
    /** How often each call happened, by its identity. */
    private final Map<String, Integer> happened = new ConcurrentHashMap<>();

    private Json note(Json input, StepContext context) {
        happened.merge(context.id(), 1, Integer::sum);
        return input;
    }

    private static Agent agent(String name, String answer) {
        return Agent.builder(ScriptedProvider.of().always(asked -> reply(answer)))
                .name(name)
                .build();
    }

    private Registry registry() {
        Registry leaves = Registry.EMPTY
                .function("note", this::note)
                .function("again", this::note)
                .repeatable("again", "sh")
                .function("flaky", (input, context) -> {
                    if (!context.id().contains("~")) {
                        throw new TenonException("test.flaky", "not at first");
                    }
                    return input;
                })
                .function("fail", (input, context) -> {
                    throw new TenonException("test.broken", "it is broken");
                })
                .step("own", (settings, input, context) -> note(settings, context))
                .script("sh", (code, input, context) -> note(Json.of(code + " " + input.asString()), context))
                .tool(Tool.of(
                        ToolSpec.of("tool", "A tool", JsonSchema.parse("{\"type\":\"object\"}"))
                                .withTraits(ToolSpec.Trait.IDEMPOTENT),
                        (arguments, context) -> arguments))
                .agent("writer", agent("writer", "written"))
                .agent("sorter", agent("sorter", "{\"choice\":\"left\"}"))
                .agent("chief", agent("chief", "{\"next\":\"done\",\"task\":\"\",\"answer\":\"led\"}"))
                .agent("front", agent("front", "{\"handoff\":\"none\",\"task\":\"\",\"answer\":\"helped\"}"));
        Workflow inner = Workflow.named("inner")
                .registry(leaves)
                .sequence(Step.function("note").input("{{word}}"), Step.approval("Inner?"), Step.transform("word"));
        return leaves.workflow(inner);
    }

    private Workflow everything() {
        return Workflow.named("everything")
                .registry(registry())
                .key("log", Reducer.APPEND)
                .resource("db", new Resource.Pool(1))
                .resource("calls", new Resource.Rate(5, Duration.ofMillis(1)))
                .sequence(
                        Step.function("note")
                                .input("a")
                                .as("log")
                                .compensate(Step.function("note").input("undo")),
                        Step.parallel(
                                        Step.sequence(
                                                Step.function("again")
                                                        .input("b")
                                                        .needs("db", 1)
                                                        .as("log"),
                                                Step.sleep(Duration.ofMillis(1))),
                                        Step.function("note")
                                                .input("c")
                                                .needs("db", 1)
                                                .as("log"),
                                        Step.agent("writer")
                                                .input("d")
                                                .needs("calls", 1)
                                                .as("text")
                                                .timeout(Duration.ofMinutes(1)))
                                .atMost(2),
                        Step.when(
                                "text == \"written\"",
                                Step.tool("tool")
                                        .input(Json.object("x", "{{text}}"))
                                        .as("tool")),
                        Step.choose("tool.x")
                                .on(
                                        "written",
                                        Step.script("sh", "cat").input("s").as("script")),
                        ((Step.Route) Step.route("sorter").input("which"))
                                .choice("left", "", Step.transform("'L'").as("way")),
                        Step.loop(Step.function("note").input("{{$iteration}}").as("log"))
                                .atMost(2),
                        Step.map(
                                        "[1,2,3]",
                                        Step.custom(
                                                "own",
                                                Json.object("n", "{{$item}}").asObj()))
                                .atMost(2)
                                .as("mapped"),
                        Step.graph(
                                        Step.Node.of(
                                                "g1",
                                                Step.function("note")
                                                        .input("g1")
                                                        .as("g")),
                                        Step.Node.of("g2", Step.transform("g & '2'"), "g1"),
                                        Step.Node.of("g3", Step.function("note").input("{{g}}3"), "g1"))
                                .as("graph"),
                        Step.workflow("inner").input(Json.object("word", "w")).as("inner"),
                        Step.supervisor("chief", "writer").input("lead").as("led"),
                        Step.handoff("front", "writer").input("help").as("helped"),
                        Step.ask("Name?").as("name"),
                        Step.approval("Go on?"),
                        Step.awaitSignal("paid").as("paid"),
                        Step.function("flaky")
                                .input("f")
                                .retry(StepRetry.attempts(2)
                                        .fixed(Duration.ofMillis(1))
                                        .jitter(0.1))
                                .as("flaky"),
                        Step.sequence(
                                        Step.function("note")
                                                .input("undone")
                                                .compensate(
                                                        Step.function("note").input("undo {{$output}}")),
                                        Step.function("fail"))
                                .orElse(Step.transform("$error.code"))
                                .as("dealt"),
                        Step.sleepUntil("2000-01-01T00:00:00Z"),
                        Step.sequence(Step.transform("$exists($millis())"))
                                .budget(Limits.NONE.withOutputTokens(9))
                                .priority(1));
    }

    private static Answer answer(Question question) {
        return switch (question.kind()) {
            case INPUT -> Answer.give(question, "Ann");
            case SIGNAL -> Answer.give(question, 7);
            case RESULT -> Answer.give(question, "x");
            case APPROVAL, DOUBT -> Answer.approve(question);
        };
    }

    private static WorkflowResult drive(Runner runner, Workflow workflow) {
        WorkflowResult result = runner.run(workflow, WorkflowRequest.empty().id("r"));
        for (int i = 0; result.paused() && i < 100; i++) {
            result = runner.resume(
                    workflow,
                    "r",
                    result.questions().stream().map(DurableWorkflowTest::answer).toArray(Answer[]::new));
        }
        return result;
    }

    @Test
    void goesOnAfterACrashAtEveryRecord() {
        Workflow workflow = everything();
        Set<String> kinds = new TreeSet<>();
        kinds(workflow.definition().json(), kinds);
        assertThat(kinds)
                .containsAll(Forms.kinds().stream()
                        .filter(kind -> !kind.equals("sequence"))
                        .toList());

        StoppingJournal counting = new StoppingJournal(Journal.inMemory(), Integer.MAX_VALUE, true);
        WorkflowResult whole = drive(Runner.journalled(counting), workflow);
        assertThat(whole.output()).isEqualTo(Json.of(true));
        assertThat(whole.state().string("dealt")).hasValue("test.broken");
        Map<String, Integer> once = Map.copyOf(happened);
        assertThat(once.values()).containsOnly(1);
        int appends = counting.appends();
        assertThat(appends).isGreaterThan(40);

        int deaths = 0;
        for (int at = 1; at <= appends; at++) {
            for (boolean durable : new boolean[] {false, true}) {
                happened.clear();
                Journal kept = Journal.inMemory();
                StoppingJournal dying = new StoppingJournal(kept, at, durable);
                try {
                    drive(Runner.journalled(dying), workflow);
                } catch (JournalException e) {
                    assertThat(e.code()).isEqualTo(StoppingJournal.CODE);
                }
                deaths += dying.died() ? 1 : 0;
                WorkflowResult after = drive(Runner.journalled(kept), workflow);
                assertThat(after.end())
                        .as("after append %s, durable %s", at, durable)
                        .isEqualTo(whole.end());
                assertThat(after.state())
                        .as("after append %s, durable %s", at, durable)
                        .isEqualTo(whole.state());
                assertThat(happened.keySet()).isEqualTo(once.keySet());
                assertThat(happened.values())
                        .as("a call that had begun may be made again")
                        .allMatch(times -> times <= 2);
            }
        }
        // How many records go into one append depends on who was first, so that a run may have one or two fewer.
        assertThat(deaths).isGreaterThan(appends * 2 - 10);
    }

    private static void kinds(Json json, Set<String> into) {
        if (json instanceof Json.Obj object) {
            Forms.kinds().stream().filter(object::has).forEach(into::add);
            object.forEach((name, value) -> kinds(value, into));
        } else if (json instanceof Json.Arr array) {
            array.forEach(value -> kinds(value, into));
        }
    }

    @Test
    void isTheSameWithItsStateFoldedAfresh() {
        Workflow workflow = everything();
        Journal journal = Journal.inMemory();
        WorkflowResult whole = drive(Runner.journalled(journal), workflow);
        Runner runner = Runner.journalled(Journal.inMemory());
        WorkflowResult folded =
                runner.run(FoldedProgram.of(workflow), WorkflowRequest.empty().id("r"));
        for (int i = 0; folded.paused() && i < 100; i++) {
            folded = runner.resume(
                    FoldedProgram.of(workflow),
                    "r",
                    folded.questions().stream().map(DurableWorkflowTest::answer).toArray(Answer[]::new));
        }
        assertThat(folded.end()).isEqualTo(whole.end());
        assertThat(folded.state()).isEqualTo(whole.state());
    }
}
