package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Limits;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Key;
import dev.tenon.testing.FoldedProgram;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each kind of step does. Every run here is made twice: once plainly, once with the state folded afresh and everything through JSON before each step. */
@Timeout(60)
class WorkflowTest {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    private final Registry registry = Registry.EMPTY
            .function("echo", (input, context) -> input)
            .function("upper", (input, context) -> Json.of(input.asString().toUpperCase(java.util.Locale.ROOT)))
            .function("inc", (input, context) -> Json.of(input.asLong() + 1))
            .function("fail", (input, context) -> {
                calls.add("fail");
                throw new TenonException("test.broken", "it is broken");
            })
            .function("note", (input, context) -> {
                calls.add(input.asString());
                return input;
            });

    private WorkflowBuilder named() {
        return Workflow.named("test").registry(registry);
    }

    /** Runs it twice. */
    private WorkflowResult run(Workflow workflow, WorkflowRequest request) {
        WorkflowResult plain = workflow.run(request);
        List<String> first = List.copyOf(calls);
        calls.clear();
        WorkflowResult folded = Runner.plain().run(FoldedProgram.of(workflow), request);
        assertThat(folded.end()).isEqualTo(plain.end());
        assertThat(folded.state()).isEqualTo(plain.state());
        assertThat(List.copyOf(calls)).hasSameElementsAs(first);
        Definition definition = workflow.definition();
        assertThat(Definition.of(definition.json())).isEqualTo(definition);
        return plain;
    }

    private Json output(Workflow workflow, WorkflowRequest request) {
        return run(workflow, request).output();
    }

    private static WorkflowRequest with(String name, Object value) {
        return WorkflowRequest.empty().with(name, value);
    }

    @Test
    void oneStepAfterTheOtherEachGivenWhatTheOneBeforeGave() {
        Workflow workflow = named().sequence(
                        Step.function("upper").input("{{word}}").as("loud"),
                        Step.function("echo"),
                        Step.transform("$last & '!' & word").as("end"));
        WorkflowResult result = run(workflow, with("word", "hey"));
        assertThat(result.output()).isEqualTo(Json.of("HEY!hey"));
        assertThat(result.state()).isEqualTo(Json.parse("{\"word\":\"hey\",\"loud\":\"HEY\",\"end\":\"HEY!hey\"}"));
        assertThat(result.get(Key.of("loud", String.class, ""))).isEqualTo("HEY");
    }

    @Test
    void mappingsPutValuesIn() {
        Workflow workflow = named().output(Json.object("said", "{{$output.text}}"))
                .sequence(Step.function("echo")
                        .input(Json.object()
                                .put("text", "Write about {{topic}} in {{most.words}} words, \\{{so}}")
                                .put("list", List.of("{{most}}", "{{$count(list)}}", 7))
                                .build()));
        assertThat(output(
                        workflow,
                        WorkflowRequest.of(Json.parse("{\"topic\":\"wood\",\"most\":{\"words\":9},\"list\":[1,2]}"))))
                .isEqualTo(Json.object("said", "Write about wood in 9 words, {{so}}"));
    }

    @Test
    void whatIsMissingIsNamed() {
        WorkflowResult result =
                named().sequence(Step.function("echo").input("About {{topic}}")).run(WorkflowRequest.empty());
        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        assertThatThrownBy(result::output)
                .hasMessageEndingWith("failed: expression \"topic\": there is nothing; say what else it may be:"
                        + " {{topic ? topic : \"\"}}");
    }

    @Test
    void branchesRunAtOnceAndTheirWritesAreJoined() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Registry meeting = registry.function("meet", (input, context) -> {
            both.countDown();
            both.await();
            return input;
        });
        Workflow workflow = Workflow.named("test")
                .registry(meeting)
                .key("log", Reducer.APPEND)
                .sequence(
                        Step.parallel(
                                Step.sequence(
                                        Step.function("meet").input("a").as("x"),
                                        Step.function("echo").input("{{x}}1").as("log")),
                                Step.sequence(
                                        Step.function("meet").input("b").as("y"),
                                        Step.function("echo").input("{{y}}2").as("log")),
                                Step.function("echo").input("c").as("log")),
                        Step.transform("[x, y, log]"));
        assertThat(output(workflow, WorkflowRequest.empty())).isEqualTo(Json.array("a", "b", "a1", "b2", "c"));
    }

    @Test
    void aBranchThatFailsStopsTheOthers() {
        Registry slow = registry.function("hang", (input, context) -> {
            calls.add("hang");
            CountDownLatch never = new CountDownLatch(1);
            try {
                never.await();
            } catch (InterruptedException e) {
                calls.add("stopped");
                throw e;
            }
            return input;
        });
        Workflow workflow = Workflow.named("test")
                .registry(slow)
                .sequence(Step.parallel(Step.function("hang"), Step.function("fail"), Step.sleep(Duration.ofDays(1))));
        WorkflowResult result = workflow.run(WorkflowRequest.empty());
        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        assertThatThrownBy(result::output).hasMessageEndingWith("failed: it is broken");
        assertThat(result.abandoned()).isEmpty();
    }

    @Test
    void collectedBranchesAllEnd() {
        Workflow workflow = named().sequence(Step.parallel(
                        Step.function("fail"), Step.function("note").input("b"), Step.function("fail"))
                .collect());
        WorkflowResult result = run(workflow, WorkflowRequest.empty());
        assertThatThrownBy(result::output)
                .hasMessageEndingWith("failed: 2 branches failed: it is broken; it is broken");
        assertThat(calls).contains("b");
    }

    @Test
    void oneOfTwoIsDone() {
        Workflow workflow = named().sequence(
                        Step.when("score >= 0.9", Step.transform("'good'")).otherwise(Step.transform("'bad'")));
        assertThat(output(workflow, with("score", 0.95))).isEqualTo(Json.of("good"));
        assertThat(output(workflow, with("score", 0.5))).isEqualTo(Json.of("bad"));
        assertThat(output(workflow, WorkflowRequest.empty())).isEqualTo(Json.of("bad"));
    }

    @Test
    void theCaseOfAValueIsDone() {
        Workflow workflow = named().sequence(Step.choose("customer.level")
                .on("gold", Step.transform("1"))
                .on("3", Step.transform("2"))
                .otherwise(Step.transform("0")));
        assertThat(output(workflow, with("customer", Json.object("level", "gold"))))
                .isEqualTo(Json.of(1));
        assertThat(output(workflow, with("customer", Json.object("level", 3)))).isEqualTo(Json.of(2));
        assertThat(output(workflow, WorkflowRequest.empty())).isEqualTo(Json.of(0));
    }

    @Test
    void noCaseIsAnError() {
        WorkflowResult result =
                run(named().sequence(Step.choose("level").on("a", Step.transform("1"))), with("level", "b"));
        assertThatThrownBy(result::output).hasMessageEndingWith("failed: no case for \"b\"; there are a");
    }

    @Test
    void aLoopTellsWhyItEnded() {
        Workflow until = named().sequence(
                        Step.transform("0").as("n"),
                        Step.loop(Step.function("inc").input("{{n}}").as("n"))
                                .until("n >= 3")
                                .atMost(10)
                                .reason("why"));
        WorkflowResult result = run(until, WorkflowRequest.empty());
        assertThat(result.output()).isEqualTo(Json.of(3));
        assertThat(result.state().string("why")).hasValue("until");

        Workflow count = named().sequence(
                        Step.transform("0").as("n"),
                        Step.loop(Step.transform("n + $iteration").as("n"))
                                .atMost(4)
                                .reason("why"));
        assertThat(run(count, WorkflowRequest.empty()).state()).isEqualTo(Json.parse("{\"n\":6,\"why\":\"count\"}"));

        Workflow none = named().sequence(Step.loop(Step.function("fail"))
                .whileHolds("more")
                .atMost(3)
                .reason("why"));
        assertThat(run(none, with("more", false)).state().string("why")).hasValue("while");
    }

    @Test
    void aStepForEachItem() {
        Workflow workflow = named().key("seen", Reducer.APPEND)
                .sequence(
                        Step.map(
                                        "words",
                                        Step.function("upper").as("loud"),
                                        Step.transform("$item & loud & $string($index)")
                                                .as("seen"))
                                .atMost(2)
                                .as("all"),
                        Step.transform("{'all': all, 'seen': seen, 'loud': $exists(loud)}"));
        assertThat(output(workflow, with("words", List.of("a", "b", "c"))))
                .isEqualTo(Json.parse(
                        "{\"all\":[\"aA0\",\"bB1\",\"cC2\"],\"seen\":[\"aA0\",\"bB1\",\"cC2\"],\"loud\":false}"));
        Workflow sum =
                named().sequence(Step.map("numbers", Step.function("inc")).reduce(Reducer.SUM));
        assertThat(output(sum, with("numbers", List.of(1, 2, 3)))).isEqualTo(Json.of(9));
        assertThat(output(sum, with("numbers", List.of()))).isEqualTo(Json.Arr.EMPTY);
        assertThatThrownBy(run(sum, with("numbers", "x"))::output)
                .hasMessageEndingWith("failed: map wants an array, got string");
    }

    @Test
    void stepsOfAGraphSeeWhatTheyDependOn() {
        Workflow workflow = named().sequence(Step.graph(
                Step.Node.of("a", Step.transform("1").as("x")),
                Step.Node.of("b", Step.transform("x + 1").as("y"), "a"),
                Step.Node.of("c", Step.transform("$exists(y)"), "a"),
                Step.Node.of("d", Step.transform("{'last': $last, 'x': $exists(x), 'y': y}"), "b", "c")));
        WorkflowResult result = run(workflow, WorkflowRequest.empty());
        assertThat(result.output())
                .isEqualTo(Json.parse("{\"d\":{\"last\":{\"b\":2,\"c\":false},\"x\":false,\"y\":2}}"));
        assertThat(result.state()).isEqualTo(Json.parse("{\"x\":1,\"y\":2}"));
    }

    @Test
    void whatCannotRunIsSaidAllAtOnce() {
        assertThatThrownBy(() -> named().resource("db", new Resource.Pool(1))
                        .sequence(
                                Step.agent("nobody"),
                                Step.tool("nothing"),
                                Step.function("ecko").needs("db", 2).needs("cpu", 1),
                                Step.transform("1 +"),
                                Step.loop(Step.function("echo")),
                                Step.parallel(
                                        Step.function("echo").as("x"),
                                        Step.sequence(Step.function("echo").as("x"))),
                                Step.graph(
                                        Step.Node.of("a", Step.function("echo"), "b"),
                                        Step.Node.of("b", Step.function("echo"), "a"))))
                .isInstanceOf(WorkflowException.class)
                .hasMessageContaining("workflow \"test\" has 9 problems:")
                .hasMessageContaining("/steps/0/agent: there is no agent \"nobody\"; there are none")
                .hasMessageContaining("/steps/4: nothing ends this loop; give it while, until or atMost")
                .hasMessageContaining(
                        "/steps/5/parallel/1/sequence/0/as: steps 0 and 1 run at once and both write \"x\"; give the"
                                + " key a reducer, or one of them another key")
                .hasMessageContaining(
                        "/steps/6/graph/0/dependsOn: steps depend on one another in a circle: a -> b -> a");
    }

    // Agents and tools

    private static Agent agent(
            String name, java.util.function.Function<dev.tenon.testing.ModelRequest, dev.tenon.testing.Reply> script) {
        return Agent.builder(ScriptedProvider.of().always(script)).name(name).build();
    }

    @Test
    void agentsAndToolsAnswer() {
        Registry more = registry.agent("writer", agent("writer", asked -> reply("On " + asked.lastUserText())))
                .tool(Tool.of(
                        ToolSpec.of("count", "Counts", JsonSchema.parse("{\"type\":\"object\"}")),
                        (arguments, context) -> Json.object(
                                "n", arguments.string("text").orElse("").length())));
        Workflow workflow = Workflow.named("test")
                .registry(more)
                .sequence(
                        Step.agent("writer").input("{{topic}}").as("draft"),
                        Step.tool("count")
                                .input(Json.object("text", "{{draft}}"))
                                .as("size"),
                        Step.transform("size.n"));
        assertThat(output(workflow, with("topic", "wood"))).isEqualTo(Json.of(7));
    }

    @Test
    void anAgentChoosesWhatIsDone() {
        Registry more = registry.agent(
                "sorter",
                agent(
                        "sorter",
                        asked -> reply(
                                asked.lastUserText().contains("- angry: shouts\n- calm")
                                        ? "{\"choice\":\"angry\"}"
                                        : "{\"choice\":\"?\"}")));
        Workflow workflow = Workflow.named("test")
                .registry(more)
                .sequence(((Step.Route) Step.route("sorter").input("{{mail}}"))
                        .choice("angry", "shouts", Step.transform("'calm down: ' & $last.mail"))
                        .choice("calm", "", Step.transform("'thanks'")));
        assertThat(output(workflow, with("mail", "WHAT?"))).isEqualTo(Json.of("calm down: WHAT?"));
    }

    @Test
    void aSupervisorPicksWhoGoesOn() {
        Registry team = registry.agent("chief", agent("chief", asked -> {
                    String text = asked.lastUserText();
                    return text.contains("- maker (build it): built")
                            ? reply("{\"next\":\"done\",\"task\":\"\",\"answer\":\"all is built\"}")
                            : reply("{\"next\":\"maker\",\"task\":\"build it\",\"answer\":\"\"}");
                }))
                .agent(
                        "maker",
                        agent(
                                "maker",
                                asked -> reply(
                                        asked.lastUserText().endsWith("Your task: build it") ? "built" : "what?")))
                .agent("tester", agent("tester", asked -> reply("tested")));
        Workflow workflow = Workflow.named("test")
                .registry(team)
                .sequence(Step.supervisor("chief", "maker", "tester").input("A house"));
        assertThat(output(workflow, WorkflowRequest.empty())).isEqualTo(Json.of("all is built"));
        Registry endless = team.agent(
                "boss", agent("boss", asked -> reply("{\"next\":\"tester\",\"task\":\"again\",\"answer\":\"\"}")));
        Workflow bounded = Workflow.named("test")
                .registry(endless)
                .sequence(Step.supervisor("boss", "tester").atMost(2));
        assertThatThrownBy(run(bounded, WorkflowRequest.empty())::output)
                .hasMessageEndingWith("failed: there is no answer after 2 turns of agents");
    }

    @Test
    void agentsHandTheWorkOn() {
        Registry team = registry.agent(
                        "front",
                        agent(
                                "front",
                                asked ->
                                        reply("{\"handoff\":\"bills\",\"task\":\"wants money back\",\"answer\":\"\"}")))
                .agent(
                        "bills",
                        agent(
                                "bills",
                                asked -> reply(
                                        asked.lastUserText().contains("- front: handed on to bills: wants money back")
                                                ? "{\"handoff\":\"none\",\"task\":\"\",\"answer\":\"refunded\"}"
                                                : "{\"handoff\":\"none\",\"task\":\"\",\"answer\":\"what?\"}")));
        Workflow workflow = Workflow.named("test")
                .registry(team)
                .sequence(Step.handoff("front", "bills").input("{{mail}}"));
        assertThat(output(workflow, with("mail", "My money!"))).isEqualTo(Json.of("refunded"));
    }

    @Test
    void stepsOfAUsersOwnKindAndScriptsAreRun() {
        Registry more = registry.step(
                        "repeat",
                        (settings, input, context) -> Json.of(input.asString().repeat((int)
                                settings.get("times").orElseThrow().asLong())))
                .script("sh", ScriptHandler.process("sh", "-c"));
        Workflow workflow = Workflow.named("test")
                .registry(more)
                .sequence(
                        Step.custom("repeat", Json.object("times", "{{n}}").asObj())
                                .input("ab")
                                .as("twice"),
                        Step.script("sh", "read line; echo \"{\\\"got\\\": $line}\"")
                                .input("{{twice}}"));
        assertThat(output(workflow, with("n", 2))).isEqualTo(Json.object("got", "abab"));
        Workflow broken = Workflow.named("test").registry(more).sequence(Step.script("sh", "echo no >&2; exit 3"));
        assertThatThrownBy(run(broken, WorkflowRequest.empty())::output)
                .hasMessageEndingWith("failed: a script of sh ended with status 3: no");
    }

    // Failures

    @Test
    void whatFailsIsTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        Registry flaky = registry.function("flaky", (input, context) -> {
            if (tries.incrementAndGet() % 3 != 0) {
                throw new IllegalStateException("not yet");
            }
            return Json.of("done");
        });
        Workflow workflow = Workflow.named("test")
                .registry(flaky)
                .sequence(Step.function("flaky").retry(3));
        assertThat(output(workflow, WorkflowRequest.empty())).isEqualTo(Json.of("done"));
        Workflow paused = Workflow.named("test")
                .registry(flaky)
                .sequence(Step.sequence(Step.function("flaky"))
                        .retry(StepRetry.attempts(3)
                                .exponential(Duration.ofNanos(1), Duration.ofMillis(1))
                                .jitter(0.5)));
        assertThat(output(paused, WorkflowRequest.empty())).isEqualTo(Json.of("done"));
    }

    @Test
    void aFailureMayBeDealtWith() {
        assertThat(output(
                        named().sequence(Step.function("fail")
                                .orElseGive("{{$error.code}}: {{$error.message}}")
                                .as("x")),
                        WorkflowRequest.empty()))
                .isEqualTo(Json.of("test.broken: it is broken"));
        assertThat(run(
                                named().sequence(
                                                Step.function("fail")
                                                        .onError(OnError.CONTINUE)
                                                        .as("x"),
                                                Step.transform("$exists(x)")),
                                WorkflowRequest.empty())
                        .output())
                .isEqualTo(Json.of(false));
        assertThat(output(
                        named().sequence(Step.sequence(Step.function("fail"))
                                .orElse(Step.transform("$error.code"), Step.function("upper"))
                                .as("x")),
                        WorkflowRequest.empty()))
                .isEqualTo(Json.of("TEST.BROKEN"));
    }

    @Test
    void whatWasDoneIsUndoneInTheOppositeOrder() {
        Workflow workflow = named().sequence(
                        Step.function("note")
                                .input("a")
                                .compensate(Step.function("note").input("undo {{$output}}")),
                        Step.parallel(Step.function("note")
                                .input("b")
                                .compensate(Step.function("note").input("undo {{$output}}"))),
                        Step.function("fail"));
        WorkflowResult result = workflow.run(WorkflowRequest.empty());
        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        assertThat(calls).containsExactly("a", "b", "fail", "undo b", "undo a");
        calls.clear();
        run(workflow, WorkflowRequest.empty());
    }

    @Test
    void whatIsTriedAgainIsUndoneFirst() {
        Workflow workflow = named().sequence(Step.sequence(
                        Step.function("note")
                                .input("a{{$attempt}}")
                                .compensate(Step.function("note").input("undo {{$output}}")),
                        Step.function("fail"))
                .retry(2)
                .orElse(Step.function("note").input("instead")));
        assertThat(workflow.run(WorkflowRequest.empty()).output()).isEqualTo(Json.of("instead"));
        assertThat(calls).containsExactly("a1", "fail", "undo a1", "a1", "fail", "undo a1", "instead");
        calls.clear();
        run(workflow, WorkflowRequest.empty());
    }

    @Test
    void aStepHasItsTime() {
        Registry slow = registry.function("hang", (input, context) -> {
            new CountDownLatch(1).await();
            return input;
        });
        Workflow workflow = Workflow.named("test")
                .registry(slow)
                .sequence(Step.sequence(Step.function("hang")).timeout(Duration.ofMillis(20)));
        assertThatThrownBy(run(workflow, WorkflowRequest.empty())::output)
                .hasMessageEndingWith("failed: step \"body/0\" took longer than PT0.02S");
        Workflow dealt = Workflow.named("test")
                .registry(slow)
                .sequence(Step.function("hang")
                        .timeout(Duration.ofMillis(20))
                        .retry(2)
                        .orElseGive("late"));
        assertThat(output(dealt, WorkflowRequest.empty())).isEqualTo(Json.of("late"));
        Workflow deadline = Workflow.named("test")
                .registry(slow)
                .sequence(Step.function("hang").deadline(Duration.ofMillis(20)).orElseGive("late"));
        assertThat(output(deadline, WorkflowRequest.empty())).isEqualTo(Json.of("late"));
    }

    // People

    @Test
    void aPersonIsAsked() {
        Workflow workflow = named().sequence(
                        Step.ask("Your name, {{who}}?")
                                .schema(JsonSchema.parse("{\"type\":\"string\",\"minLength\":3}"))
                                .as("name"),
                        Step.approval("Publish for {{name}}?").otherwise(Step.transform("'kept'")),
                        Step.awaitSignal("paid").as("paid"),
                        Step.transform("[name, $last, paid]"));
        WorkflowResult asks = workflow.run(with("who", "you"));
        assertThat(asks.paused()).isTrue();
        assertThat(asks.questions().getFirst().subject()).isEqualTo("Your name, you?");
        WorkflowResult again =
                workflow.resume(asks, Answer.give(asks.questions().getFirst(), "x"));
        assertThat(again.questions().getFirst().reason()).contains("at least 3");
        WorkflowResult named =
                workflow.resume(again, Answer.give(again.questions().getFirst(), "Ann"));
        assertThat(named.questions().getFirst().subject()).isEqualTo("Publish for Ann?");
        WorkflowResult waits =
                workflow.resume(named, Answer.approve(named.questions().getFirst()));
        assertThat(waits.questions().getFirst().subject()).isEqualTo("paid");
        assertThat(workflow.resume(waits, Answer.give(waits.questions().getFirst(), 7))
                        .output())
                .isEqualTo(Json.array("Ann", 7, 7));
        WorkflowResult kept =
                workflow.resume(named, Answer.deny(named.questions().getFirst(), "no"));
        assertThat(kept.questions().getFirst().subject()).isEqualTo("paid");
    }

    @Test
    void aWorkflowIsAToolAndAnAgent() {
        Workflow inner = Workflow.named("inner")
                .registry(registry)
                .sequence(Step.function("upper").input("{{request}}"));
        assertThat(inner.asAgent().run("hey").text()).isEqualTo("HEY");
        Workflow outer = Workflow.named("outer")
                .registry(
                        registry.workflow(inner).agent("inner", inner.asAgent()).tool(inner.asTool()))
                .sequence(
                        Step.workflow("inner")
                                .input(Json.object("request", "a"))
                                .as("x"),
                        Step.agent("inner").input("b").as("y"),
                        Step.tool("inner").input(Json.object("request", "c")).as("z"),
                        Step.transform("[x, y, z]"));
        assertThat(output(outer, WorkflowRequest.empty())).isEqualTo(Json.array("A", "B", "C"));
    }

    @Test
    void theTimeAndLotsComeFromTheRun() {
        Workflow workflow =
                named().sequence(Step.transform("$random() < 1 and $millis() > 0 and $count($shuffle([1,2])) = 2"));
        assertThat(output(workflow, WorkflowRequest.empty())).isEqualTo(Json.of(true));
    }

    @Test
    void resourcesAreNeverOverdrawn() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Registry counting = registry.function("use", (input, context) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.sleep(1);
            now.decrementAndGet();
            return input;
        });
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            steps.add(Step.function("use").needs("db", 1));
        }
        Workflow workflow = Workflow.named("test")
                .registry(counting)
                .resource("db", new Resource.Pool(3))
                .of(Step.parallel(steps));
        WorkflowResult result = workflow.run(WorkflowRequest.empty());
        assertThat(result.completed()).isTrue();
        assertThat(most.get()).isBetween(1, 3);
        assertThat(result.resources()).containsEntry("db", new WorkflowResult.Use(3, 3, 20));
    }

    record Order(String what, int pieces) {}

    record Price(int cents) {}

    @Test
    void whatATypedFunctionGivesIsReadByTheNext() {
        Registry prices = Registry.EMPTY
                .function("quote", Order.class, Price.class, order -> new Price(order.pieces() * 250))
                .function("double", Price.class, price -> 2 * price.cents());
        Workflow workflow = Workflow.named("test")
                .registry(prices)
                .sequence(
                        Step.function("quote").input(Map.of("what", "{{what}}", "pieces", "{{pieces}}")),
                        Step.function("double"));
        assertThat(workflow.run(with("what", "screws").with("pieces", 2)).output())
                .isEqualTo(Json.of(1000));
    }

    @Test
    void manyStepsInARowDoNotRecurse() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            steps.add(i % 2 == 0 ? Step.function("echo") : Step.transform("$last"));
        }
        Workflow workflow = Workflow.named("test").registry(registry).of(Step.sequence(steps));
        assertThat(workflow.run(WorkflowRequest.empty()).completed()).isTrue();
        Workflow loop = named().of(Step.loop(Step.transform("$iteration")).atMost(50_000));
        assertThat(loop.run(WorkflowRequest.empty()).output()).isEqualTo(Json.of(49_999));
    }

    @Test
    void limitsHoldForAll() {
        Workflow workflow = Workflow.named("test")
                .registry(registry.agent("writer", agent("writer", asked -> reply("ok"))))
                .sequence(Step.loop(Step.agent("writer").input("x")).atMost(10));
        WorkflowResult result = workflow.run(WorkflowRequest.empty().limits(Limits.NONE.withSteps(2)));
        assertThat(result.end()).isInstanceOf(RunEnd.Limited.class);
    }
}
