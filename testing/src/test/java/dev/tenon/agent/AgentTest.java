package dev.tenon.agent;

import static dev.tenon.testing.Reply.json;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static dev.tenon.testing.Reply.toolCallWithId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Price;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import dev.tenon.run.Answer;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Outcome;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.schema.Description;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Key;
import dev.tenon.scope.Stop;
import dev.tenon.testing.FoldedProgram;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolException;
import dev.tenon.tool.ToolMethod;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.Toolset;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an agent does. {@link FoldedAgentTest} runs the same with its state folded afresh, and everything through JSON. */
@Timeout(60)
class AgentTest {
    record City(String city) {}

    record Weather(@Description("degrees Celsius") double temperature, String summary) {}

    /** How these tests run an agent. */
    RunResult run(Agent agent, RunRequest request) {
        return run(agent, request, Watch.NONE);
    }

    RunResult run(Agent agent, RunRequest request, Watch watch) {
        return agent.run(request, watch);
    }

    RunResult run(Agent agent, String text) {
        return run(agent, RunRequest.of(text));
    }

    RunResult resume(Agent agent, RunResult paused, Answer... answers) {
        return agent.resume(paused, answers);
    }

    private static Tool weather() {
        return Tool.of("weather", "The weather now", City.class, city -> "sunny in " + city.city());
    }

    private static List<String> results(RunResult result) {
        List<String> texts = new ArrayList<>();
        for (Message message : result.messages()) {
            if (message instanceof ToolMessage tools) {
                tools.content().forEach(one -> texts.add((one.error() ? "error: " : "") + one.text()));
            }
        }
        return texts;
    }

    @Test
    void answersWithText() {
        ScriptedProvider model = ScriptedProvider.of(reply("Yes."));

        RunResult result = run(Agent.builder(model).build(), "Is it?");

        assertThat(result.text()).isEqualTo("Yes.");
        assertThat(result.end()).isEqualTo(new RunEnd.Completed(Json.of("Yes.")));
        assertThat(result.messages()).containsExactly(Message.user("Is it?"), AssistantMessage.of("Yes."));
        assertThat(result.spent().steps()).isEqualTo(1);
    }

    @Test
    void sendsInstructionsWithEveryRequestAndStoresThemNowhere() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sunny."));
        Agent agent =
                Agent.builder(model).instructions("Be brief.").tools(weather()).build();

        RunResult result = run(agent, "Weather in Oslo?");

        assertThat(model.requests())
                .allSatisfy(
                        asked -> assertThat(asked.chat().messages().getFirst()).isEqualTo(Message.system("Be brief.")));
        assertThat(result.messages()).noneMatch(dev.tenon.message.SystemMessage.class::isInstance);
    }

    @Test
    void callsToolsAndGivesTheirResultsBackInTheOrderOfTheCalls() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("slow", "{\"city\":\"A\"}").and(toolCall("weather", "{\"city\":\"B\"}")), reply("Done."));
        CountDownLatch second = new CountDownLatch(1);
        Tool slow = Tool.of("slow", "Waits for the other", City.class, city -> {
            second.await();
            return "first " + city.city();
        });
        Tool quick = Tool.of("weather", "The weather", City.class, city -> {
            second.countDown();
            return "second " + city.city();
        });

        RunResult result = run(Agent.builder(model).tools(slow, quick).build(), "Both");

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(results(result)).containsExactly("first A", "second B");
        assertThat(result.spent().toolCalls()).isEqualTo(2);
    }

    @Test
    void runsToolsOfOneTurnAtOnce() throws Exception {
        CyclicBarrier all = new CyclicBarrier(8);
        Reply calls = toolCall("meet", "{}");
        for (int i = 1; i < 8; i++) {
            calls = calls.and(toolCall("meet", "{}"));
        }
        ScriptedProvider model = ScriptedProvider.of(calls, reply("Met."));
        Tool meet =
                Tool.of(ToolSpec.of("meet", "Meets", JsonSchema.parse("{\"type\":\"object\"}")), (json, context) -> {
                    all.await(20, TimeUnit.SECONDS);
                    return "met";
                });

        assertThat(run(Agent.builder(model).tools(meet).build(), "Meet").text()).isEqualTo("Met.");
    }

    @Test
    void runsNoMoreToolsAtOnceThanIsAllowed() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Reply calls = toolCall("count", "{}");
        for (int i = 1; i < 20; i++) {
            calls = calls.and(toolCall("count", "{}"));
        }
        ScriptedProvider model = ScriptedProvider.of(calls, reply("Counted."));
        Tool count =
                Tool.of(ToolSpec.of("count", "Counts", JsonSchema.parse("{\"type\":\"object\"}")), (json, context) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    return now.decrementAndGet();
                });

        run(Agent.builder(model).tools(count).parallelism(3).build(), "Count");

        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void tellsTheModelWhatIsWrongWithArguments() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"town\":7}"), toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sunny."));

        RunResult result = run(Agent.builder(model).tools(weather()).build(), "Weather?");

        assertThat(result.text()).isEqualTo("Sunny.");
        assertThat(results(result).getFirst())
                .startsWith("error: the arguments do not fit, and the call was not run:\n")
                .contains("city");
        assertThat(results(result).get(1)).isEqualTo("sunny in Oslo");
        assertThat(result.spent().toolCalls()).isEqualTo(1);
    }

    @Test
    void mendsArgumentsAndSaysSo() {
        ScriptedProvider model =
                ScriptedProvider.of(toolCall("weather", "```json\n{city: 'Oslo',}\n```"), reply("Sunny."));

        RunResult result = run(Agent.builder(model).tools(weather()).build(), "Weather?");

        assertThat(results(result)).containsExactly("sunny in Oslo");
        assertThat(result.fixes()).isNotEmpty();
        Content.ToolCall kept =
                ((AssistantMessage) result.messages().get(1)).toolCalls().getFirst();
        assertThat(kept.json()).contains(Json.object("city", "Oslo"));
        assertThat(kept.original()).isEqualTo("```json\n{city: 'Oslo',}\n```");
    }

    @Test
    void keepsUnreadableArgumentsOutOfHistory() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "no idea"), reply("Sorry."));

        RunResult result = run(Agent.builder(model).tools(weather()).build(), "Weather?");

        Content.ToolCall kept =
                ((AssistantMessage) result.messages().get(1)).toolCalls().getFirst();
        assertThat(kept.arguments()).isEqualTo("{}");
        assertThat(kept.original()).isEqualTo("no idea");
        assertThat(results(result).getFirst()).startsWith("error: the arguments do not fit");
    }

    @Test
    void tellsTheModelOfNearNamesWhereAToolIsUnknown() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("wether", "{\"city\":\"Oslo\"}"), reply("Sorry."));

        RunResult result = run(Agent.builder(model).tools(weather()).build(), "Weather?");

        assertThat(results(result)).containsExactly("error: there is no tool \"wether\"; did you mean weather?");
    }

    @Test
    void tellsTheModelWhatAToolThrew() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("broken", "{\"city\":\"Oslo\"}").and(toolCall("worse", "{\"city\":\"Oslo\"}")),
                reply("Sorry."));
        Tool broken = Tool.of("broken", "Fails", City.class, city -> {
            throw new IllegalStateException("no such place: " + city.city());
        });
        Tool worse = Tool.of("worse", "Fails", City.class, city -> {
            throw new StackOverflowError();
        });

        RunResult result = run(Agent.builder(model).tools(broken, worse).build(), "Weather?");

        assertThat(result.text()).isEqualTo("Sorry.");
        assertThat(results(result))
                .containsExactly(
                        "error: broken failed with IllegalStateException: no such place: Oslo",
                        "error: worse failed with StackOverflowError");
    }

    @Test
    void aToolExceptionEndsTheRunAndStopsTheOtherCalls() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        ScriptedProvider model =
                ScriptedProvider.of(toolCall("wait", "{\"city\":\"A\"}").and(toolCall("stop", "{\"city\":\"B\"}")));
        Tool wait = Tool.of("wait", "Waits", City.class, city -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
            return "never";
        });
        Tool stop = Tool.of("stop", "Ends the run", City.class, city -> {
            begun.await();
            throw new ToolException("the account is locked");
        });

        RunResult result = run(Agent.builder(model).tools(wait, stop).build(), "Go");

        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        assertThatThrownBy(result::text)
                .isInstanceOf(RunException.class)
                .hasMessage("the account is locked")
                .satisfies(
                        thrown -> assertThat(((RunException) thrown).result()).isSameAs(result));
        assertThat(interrupted).isTrue();
        assertThat(result.messages()).hasSize(3);
        assertThat(results(result))
                .containsExactly("error: not finished: the run was stopped", "error: the account is locked");
    }

    @Test
    void aCallThatWasCutOffIsNotRun() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"Os").withFinish(FinishReason.Kind.LENGTH), reply("Sorry."));

        RunResult result = run(Agent.builder(model).tools(weather()).build(), "Weather?");

        assertThat(results(result).getFirst()).startsWith("error: this call was cut off by the limit of output tokens");
        assertThat(result.spent().toolCalls()).isZero();
    }

    @Test
    void callsWithEmptyAndRepeatedIdsHaveAResultEach() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCallWithId("", "weather", "{\"city\":\"A\"}")
                        .and(toolCallWithId("x", "weather", "{\"city\":\"B\"}"))
                        .and(toolCallWithId("x", "weather", "{\"city\":\"C\"}")),
                reply("Done."));

        RunResult result = run(Agent.builder(model).tools(weather()).build(), "Weather?");

        assertThat(results(result)).containsExactly("sunny in A", "sunny in B", "sunny in C");
    }

    // Typed answers

    @Test
    void answersWithAValueByTheProvidersOwnSchemaMode() {
        ScriptedProvider model = ScriptedProvider.of(
                ModelInfo.of("scripted", "native").withAbilities(ModelInfo.Ability.JSON_SCHEMA),
                json(new Weather(21.5, "sunny")));

        RunResult result =
                run(Agent.builder(model).build(), RunRequest.of("Weather?").output(Weather.class));

        assertThat(result.output(Weather.class)).isEqualTo(new Weather(21.5, "sunny"));
        assertThat(model.requests().getFirst().wantsJson()).isTrue();
    }

    @Test
    void answersWithAValueByATool() {
        ScriptedProvider model = ScriptedProvider.of(
                ModelInfo.of("scripted", "tools").withAbilities(ModelInfo.Ability.TOOLS),
                toolCall("final_answer", "{\"temperature\":21.5,\"summary\":\"sunny\"}"));

        RunResult result =
                run(Agent.builder(model).build(), RunRequest.of("Weather?").output(Weather.class));

        assertThat(result.output(Weather.class)).isEqualTo(new Weather(21.5, "sunny"));
        assertThat(((AssistantMessage) result.messages().get(1)).toolCalls()).isEmpty();
    }

    @Test
    void answersWithAValueThatIsAskedForInWords() {
        ScriptedProvider model =
                ScriptedProvider.of(reply("Sure! ```json\n{\"temperature\": \"21.5\", summary: 'sunny'}```"));

        RunResult result =
                run(Agent.builder(model).build(), RunRequest.of("Weather?").output(Weather.class));

        assertThat(result.output(Weather.class)).isEqualTo(new Weather(21.5, "sunny"));
        assertThat(result.fixes()).isNotEmpty();
        assertThat(model.requests().getFirst().chat().messages().getFirst().text())
                .startsWith("Answer with JSON and nothing else. It must fit this JSON Schema:");
    }

    @Test
    void answersWithAListOfValues() {
        TypeRef<List<Weather>> type = new TypeRef<>() {};
        for (ModelInfo info : List.of(
                ModelInfo.UNKNOWN,
                ModelInfo.UNKNOWN.withAbilities(ModelInfo.Ability.TOOLS),
                ModelInfo.UNKNOWN.withAbilities(ModelInfo.Ability.JSON_SCHEMA))) {
            String items = "[{\"temperature\":1,\"summary\":\"a\"},{\"temperature\":2,\"summary\":\"b\"}]";
            Reply said = info.can(ModelInfo.Ability.TOOLS)
                    ? toolCall("final_answer", "{\"value\":" + items + "}")
                    : reply(info.can(ModelInfo.Ability.JSON_SCHEMA) ? "{\"value\":" + items + "}" : items);
            ScriptedProvider model = ScriptedProvider.of(info, said);

            RunResult result =
                    run(Agent.builder(model).build(), RunRequest.of("Weather?").output(type));

            assertThat(result.output(type)).containsExactly(new Weather(1, "a"), new Weather(2, "b"));
        }
    }

    sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record Square(double side) implements Shape {}
    }

    @Test
    void answersWithOneOfSeveralTypesAfterToolsWereCalled() {
        for (ModelInfo info : List.of(
                ModelInfo.UNKNOWN,
                ModelInfo.UNKNOWN.withAbilities(ModelInfo.Ability.TOOLS),
                ModelInfo.UNKNOWN.withAbilities(ModelInfo.Ability.JSON_SCHEMA, ModelInfo.Ability.TOOLS))) {
            boolean byTool = info.can(ModelInfo.Ability.TOOLS) && !info.can(ModelInfo.Ability.JSON_SCHEMA);
            boolean wrapped = byTool || info.can(ModelInfo.Ability.JSON_SCHEMA);
            String value = "{\"type\":\"square\",\"side\":2}";
            String said = wrapped ? "{\"value\":" + value + "}" : value;
            ScriptedProvider model = ScriptedProvider.of(
                    info,
                    toolCall("weather", "{\"city\":\"Oslo\"}"),
                    byTool ? toolCall("final_answer", said) : reply(said));

            RunResult result = run(
                    Agent.builder(model).tools(weather()).build(),
                    RunRequest.of("Shape?").output(Shape.class));

            assertThat(result.output(Shape.class)).isEqualTo(new Shape.Square(2));
            assertThat(result.spent().toolCalls()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatDoesNotFitGoesBackToTheModel() {
        ScriptedProvider model = ScriptedProvider.of(
                reply("{\"temperature\":\"warm\",\"summary\":\"sunny\"}"), json(new Weather(21.5, "sunny")));

        RunResult result =
                run(Agent.builder(model).build(), RunRequest.of("Weather?").output(Weather.class));

        assertThat(result.output(Weather.class)).isEqualTo(new Weather(21.5, "sunny"));
        assertThat(result.spent().steps()).isEqualTo(2);
        assertThat(model.requests().get(1).chat().messages().getLast().text())
                .startsWith("This answer does not fit:\n$.temperature: expected number");
    }

    @Test
    void anAnswerThatNeverFitsIsAFailureThatSaysWhy() {
        ScriptedProvider model = ScriptedProvider.of(reply("no"), reply("no"), reply("no"));

        RunResult result =
                run(Agent.builder(model).build(), RunRequest.of("Weather?").output(Weather.class));

        assertThat(model.asked()).isEqualTo(3);
        assertThatThrownBy(() -> result.output(Weather.class))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith("the model's answer does not fit what was asked for, after 2 repairs: ");
    }

    // Pausing

    private static Tool pay(List<String> paid) {
        return Tool.of("pay", "Pays", City.class, city -> {
            paid.add(city.city());
            return "paid " + city.city();
        });
    }

    @Test
    void asksBeforeACallAndGoesOnWithTheAnswer() {
        List<String> paid = Collections.synchronizedList(new ArrayList<>());
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("pay", "{\"city\":\"A\"}")
                        .and(toolCall("weather", "{\"city\":\"B\"}"))
                        .and(toolCall("pay", "{\"city\":\"C\"}")),
                reply("Paid."));
        ToolPolicy policy = (tool, arguments, history) ->
                tool.name().equals("pay") ? new ToolDecision.Ask("it costs money") : ToolDecision.RUN;
        Agent agent =
                Agent.builder(model).tools(pay(paid), weather()).policy(policy).build();

        RunResult paused = run(agent, "Pay");

        assertThat(paused.paused()).isTrue();
        assertThat(paid).isEmpty();
        assertThat(paused.questions()).extracting(Question::subject).containsExactly("pay", "pay");
        assertThat(paused.questions()).extracting(Question::reason).containsOnly("it costs money");
        assertThatThrownBy(paused::text).isInstanceOf(RunException.class).hasMessageContaining("paused");

        RunResult kept = Json.parse(Json.of(paused).toString()).as(RunResult.class);
        RunResult half = resume(agent, kept, Answer.approve(kept.questions().get(0)));

        assertThat(half.questions()).hasSize(1);
        assertThat(paid).containsExactly("A");

        RunResult done = resume(agent, half, Answer.deny(half.questions().get(0), "not that one"));

        assertThat(done.text()).isEqualTo("Paid.");
        assertThat(paid).containsExactly("A");
        assertThat(results(done)).containsExactly("paid A", "sunny in B", "error: not that one");
    }

    @Test
    void anAnswerMayChangeTheArgumentsOrStandForTheResult() {
        List<String> paid = new ArrayList<>();
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("pay", "{\"city\":\"A\"}").and(toolCall("later", "{\"city\":\"B\"}")), reply("Paid."));
        ToolPolicy policy = (tool, arguments, history) ->
                tool.name().equals("pay") ? new ToolDecision.Ask("") : new ToolDecision.Defer("runs elsewhere");
        Tool later = Tool.of("later", "Runs elsewhere", City.class, city -> "never");
        Agent agent =
                Agent.builder(model).tools(pay(paid), later).policy(policy).build();

        RunResult paused = run(agent, "Pay");
        RunResult done = resume(
                agent,
                paused,
                Answer.give(paused.questions().get(1), "came later"),
                Answer.approve(paused.questions().get(0), Json.object("city", "Z")));

        assertThat(done.text()).isEqualTo("Paid.");
        assertThat(results(done)).containsExactly("paid Z", "came later");
    }

    @Test
    void anAnswerToNothingThatIsOpenIsRefused() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("pay", "{\"city\":\"A\"}"), reply("Paid."));
        Agent agent = Agent.builder(model)
                .tools(pay(new ArrayList<>()))
                .policy((tool, arguments, history) -> new ToolDecision.Ask(""))
                .build();

        RunResult paused = run(agent, RunRequest.of("Pay").id("r1"));

        assertThatThrownBy(() -> resume(agent, paused, new Answer.Deny("r1/9/9/ask", "")))
                .hasMessage("question \"r1/9/9/ask\" is not open: it was answered before, or never asked; open are"
                        + " r1/1/0/ask");
        assertThatThrownBy(() ->
                        resume(agent, paused, Answer.give(paused.questions().get(0), 1)))
                .hasMessage("question \"r1/1/0/ask\" wants Answer.approve or Answer.deny, got Give");
    }

    @Test
    void questionsMayBeAnsweredWhileTheRunGoesOn() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("pay", "{\"city\":\"A\"}"), reply("Paid."));
        Agent agent = Agent.builder(model)
                .tools(pay(new ArrayList<>()))
                .policy((tool, arguments, history) -> new ToolDecision.Ask(""))
                .answers(question -> Optional.of(Answer.approve(question)))
                .build();

        assertThat(results(run(agent, "Pay"))).containsExactly("paid A");
    }

    @Test
    void aPolicyDeniesRewritesAndMayFail() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"deny\"}")
                        .and(toolCall("weather", "{\"city\":\"rewrite\"}"))
                        .and(toolCall("weather", "{\"city\":\"spoil\"}"))
                        .and(toolCall("weather", "{\"city\":\"fail\"}")),
                reply("Done."));
        ToolPolicy policy =
                (tool, arguments, history) -> switch (arguments.string("city").orElse("")) {
                    case "deny" -> new ToolDecision.Deny("only places in Norway");
                    case "rewrite" -> new ToolDecision.Rewrite(Json.object("city", "Oslo"));
                    case "spoil" -> new ToolDecision.Rewrite(Json.object("city", 7));
                    default -> throw new IllegalStateException("secret");
                };

        RunResult result =
                run(Agent.builder(model).tools(weather()).policy(policy).build(), "Go");

        assertThat(results(result))
                .containsExactly(
                        "error: only places in Norway",
                        "sunny in Oslo",
                        "error: this call may not run: its arguments were rewritten into what does not fit:"
                                + " $.city: expected string, got number 7",
                        "error: this call may not run: whoever decides about it failed");
    }

    // Sub-agents

    @Test
    void anAgentIsAToolOfAnother() {
        ScriptedProvider inner = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("It is sunny."));
        Agent expert = Agent.builder(inner).name("expert").tools(weather()).build();
        ScriptedProvider outer =
                ScriptedProvider.of(toolCall("expert", "{\"request\":\"Weather in Oslo?\"}"), reply("Sunny."));
        List<Event> events = new ArrayList<>();
        Agent agent = Agent.builder(outer)
                .tools(expert.asTool("expert", "Knows the weather"))
                .listener(events::add)
                .build();

        RunResult result = run(agent, RunRequest.of("Weather?").id("top"));

        assertThat(result.text()).isEqualTo("Sunny.");
        assertThat(results(result)).containsExactly("It is sunny.");
        assertThat(inner.requests().getFirst().lastUserText()).isEqualTo("Weather in Oslo?");
        assertThat(result.spent().steps()).isEqualTo(4);
        assertThat(result.spent().toolCalls()).isEqualTo(1);
        assertThat(events).extracting(Event::run).contains("top", "top/1/0");
        assertThat(events)
                .filteredOn(event -> event.run().equals("top/1/0"))
                .allMatch(event -> event.parent().equals("top"));
    }

    @Test
    void aSubAgentsQuestionPausesItsParentAndTheAnswerFindsItsWay() {
        List<String> paid = new ArrayList<>();
        ScriptedProvider inner = ScriptedProvider.of(toolCall("pay", "{\"city\":\"A\"}"), reply("It is paid."));
        Agent clerk = Agent.builder(inner)
                .name("clerk")
                .tools(pay(paid))
                .policy((tool, arguments, history) -> new ToolDecision.Ask("money"))
                .build();
        ScriptedProvider outer = ScriptedProvider.of(
                toolCall("clerk", "{\"request\":\"Pay A\"}").and(toolCall("weather", "{\"city\":\"B\"}")),
                reply("All done."));
        Agent agent = Agent.builder(outer)
                .tools(clerk.asTool("clerk", "Pays"), weather())
                .build();

        RunResult paused = run(agent, RunRequest.of("Pay").id("top"));

        assertThat(paused.questions()).extracting(Question::id).containsExactly("top/1/0/1/0/ask");

        RunResult done = resume(agent, paused, Answer.approve(paused.questions().get(0)));

        assertThat(done.text()).isEqualTo("All done.");
        assertThat(paid).containsExactly("A");
        assertThat(results(done)).containsExactly("It is paid.", "sunny in B");
        assertThat(done.spent().steps()).isEqualTo(4);
        assertThat(done.spent().toolCalls()).isEqualTo(2);
    }

    @Test
    void aHandWrittenAgentIsATool() {
        Agent echo = (request, scope, watch) ->
                RunResult.completed("x", "echo: " + request.message().text());
        ScriptedProvider outer = ScriptedProvider.of(toolCall("echo", "{\"request\":\"hi\"}"), reply("Done."));

        RunResult result =
                run(Agent.builder(outer).tools(echo.asTool("echo", "Echoes")).build(), "Go");

        assertThat(results(result)).containsExactly("echo: hi");
        assertThat(echo.run("hello").text()).isEqualTo("echo: hello");
    }

    // Limits

    @Test
    void aLimitOfStepsEndsTheRun() {
        ScriptedProvider model = ScriptedProvider.of().always(asked -> toolCall("weather", "{\"city\":\"A\"}"));
        Agent agent = Agent.builder(model)
                .tools(weather())
                .limits(Limits.DEFAULT.withSteps(3))
                .build();

        RunResult result = run(agent, "Go");

        assertThat(result.end()).isEqualTo(new RunEnd.Limited(new Limits.Reached(Limits.Kind.STEPS, "3", "3")));
        assertThatThrownBy(result::text)
                .hasMessage("the run has no answer: limit of 3 steps reached: 3 used; raise the limit or ask for less");
        assertThat(model.asked()).isEqualTo(3);
    }

    @Test
    void aLimitOfToolCallsGivesEveryCallAResult() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "{\"city\":\"A\"}")
                .and(toolCall("weather", "{\"city\":\"B\"}"))
                .and(toolCall("weather", "{\"city\":\"C\"}")));
        Agent agent = Agent.builder(model)
                .tools(weather())
                .limits(Limits.DEFAULT.withToolCalls(2))
                .build();

        RunResult result = run(agent, "Go");

        assertThat(result.end()).isInstanceOf(RunEnd.Limited.class);
        assertThat(results(result))
                .containsExactly("sunny in A", "sunny in B", "error: not run: limit of 2 tool calls reached: 2 used");
    }

    @Test
    void aLimitOfMoneyCountsWhatIsKnown() {
        ModelInfo info = ModelInfo.of("scripted", "priced").withPrice(Price.perMillion("1", "10"));
        ScriptedProvider model = ScriptedProvider.of(info)
                .always(asked -> toolCall("weather", "{\"city\":\"A\"}").withUsage(Usage.of(1_000, 1_000)));
        Agent agent = Agent.builder(model)
                .tools(weather())
                .limits(Limits.NONE.withUsd("0.05"))
                .build();

        RunResult result = run(agent, "Go");

        assertThat(result.end()).isInstanceOf(RunEnd.Limited.class);
        assertThat(result.cost().usd()).isLessThanOrEqualTo(new java.math.BigDecimal("0.055"));
        assertThat(result.cost().known()).isTrue();
    }

    // Watching

    @Test
    void deltasAndEventsComeInOrder() {
        ScriptedProvider model =
                ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sun", "ny", "."));
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        List<Long> numbers = new ArrayList<>();
        Watch watch = Watch.deltas(seen::add).and(Watch.events(event -> {
            seen.add(event.name());
            numbers.add(event.sequence());
        }));

        RunResult result = run(Agent.builder(model).tools(weather()).build(), RunRequest.of("Weather?"), watch);

        assertThat(result.text()).isEqualTo("Sunny.");
        assertThat(seen)
                .containsExactly(
                        "run.started",
                        "model.call.started",
                        "model.call.finished",
                        "tool.call.started",
                        "tool.call.finished",
                        "model.call.started",
                        "Sun",
                        "ny",
                        ".",
                        "model.call.finished",
                        "run.finished");
        assertThat(numbers).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void aWatcherOrListenerThatThrowsHarmsNobody() {
        ScriptedProvider model = ScriptedProvider.of(reply("a", "b"));
        AtomicInteger told = new AtomicInteger();
        List<String> events = new ArrayList<>();
        Agent agent = Agent.builder(model)
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .listener(event -> events.add(event.name()))
                .build();

        RunResult result = run(agent, RunRequest.of("Go"), Watch.of(delta -> {
            told.incrementAndGet();
            throw new IllegalStateException("watcher");
        }));

        assertThat(result.text()).isEqualTo("ab");
        assertThat(told).hasValue(1);
        assertThat(events).containsExactly("run.started", "model.call.started", "model.call.finished", "run.finished");
    }

    @Test
    void partialValuesAreWatched() {
        ScriptedProvider model = ScriptedProvider.of(
                reply("not this"), reply("{\"temperature\":", "21.5,", "\"summary\":\"sun", "ny\"}"));
        List<String> growing = new ArrayList<>();

        RunResult result = run(
                Agent.builder(model).build(),
                RunRequest.of("Weather?").output(Weather.class),
                Watch.partials(
                        Weather.class,
                        partial ->
                                growing.add(partial.json().map(Json::toString).orElse("-"))));

        assertThat(result.output(Weather.class)).isEqualTo(new Weather(21.5, "sunny"));
        assertThat(growing.getLast()).isEqualTo("{\"temperature\":21.5,\"summary\":\"sunny\"}");
        assertThat(growing).contains("{\"temperature\":21.5,\"summary\":\"sun\"}");
    }

    @Test
    void anAnswerThatGoesBackIsTakenBackFromWhoWatched() {
        ScriptedProvider model = ScriptedProvider.of(reply("no"), json(new Weather(1, "x")));
        List<Delta> deltas = new ArrayList<>();

        run(Agent.builder(model).build(), RunRequest.of("Weather?").output(Weather.class), Watch.of(deltas::add));

        assertThat(deltas.get(0)).isEqualTo(new Delta.Text("no"));
        assertThat(deltas.get(1)).isInstanceOf(Delta.Discarded.class);
    }

    // State, dependencies, interceptors

    @Test
    void toolsShareTypedStateMergedInTheOrderOfTheCalls() {
        Key<String> log = Key.of("log", String.class, "", String::concat);
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("note", "{\"city\":\"a\"}").and(toolCall("note", "{\"city\":\"b\"}")),
                toolCall("note", "{\"city\":\"c\"}"),
                reply("Noted."));
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Tool note = Tool.of("note", "Notes", City.class, (City city, ToolContext context) -> {
            seen.add(context.state().get(log));
            context.update(log, city.city());
            return "ok";
        });

        RunResult result = run(Agent.builder(model).tools(note).state(log).build(), "Note");

        assertThat(result.state()).isEqualTo(Json.object("log", "abc"));
        assertThat(seen).containsExactlyInAnyOrder("", "ab");
    }

    @Test
    void toolsGetWhatTheAgentWasGivenByType() {
        Clock clock = Clock.systemUTC();
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("zone", "{\"city\":\"x\"}").and(toolCall("lost", "{\"city\":\"x\"}")), reply("ok"));
        Tool zone = Tool.of(
                "zone",
                "Zone",
                City.class,
                (City city, ToolContext context) ->
                        context.get(Clock.class).getZone().getId());
        Tool lost = Tool.of("lost", "Lost", City.class, (City city, ToolContext context) -> context.get(Thread.class));

        RunResult result = run(
                Agent.builder(model)
                        .tools(zone, lost)
                        .provide(Clock.class, clock)
                        .build(),
                "Go");

        assertThat(results(result).get(0)).isEqualTo("Z");
        assertThat(results(result).get(1))
                .isEqualTo("error: lost failed with IllegalStateException: the agent \"agent\" was given no"
                        + " java.lang.Thread; give it one with Agent.builder(…).provide(Thread.class, …)");
    }

    @Test
    void interceptorsStandAroundEveryEffect() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sunny."));
        Agent agent = Agent.builder(model)
                .tools(weather())
                .interceptor((effect, call, chain) -> {
                    seen.add(effect.key());
                    return chain.proceed(effect);
                })
                .interceptor(Interceptor.afterTool((call, returned) ->
                        new Outcome.Returned(List.of(Content.text("changed")), false, List.of(), false)))
                .build();

        RunResult result = run(agent, "Weather?");

        assertThat(seen).containsExactly("context", "1", "1/read", "1/0", "2", "2/read");
        assertThat(results(result)).containsExactly("changed");
    }

    @Test
    void anInterceptorThatThrowsProceedsTwiceOrAnswersWithNonsenseFailsTheRun() {
        Interceptor throwing = (effect, call, chain) -> {
            throw new IllegalStateException("boom");
        };
        Interceptor twice = (effect, call, chain) -> {
            chain.proceed(effect);
            return chain.proceed(effect);
        };
        Interceptor nonsense = (effect, call, chain) -> new Outcome.Woke();
        Interceptor never = (effect, call, chain) -> null;

        for (Interceptor bad : List.of(throwing, twice, nonsense, never)) {
            RunResult result = run(
                    Agent.builder(ScriptedProvider.of(reply("a"), reply("b")))
                            .interceptor(bad)
                            .build(),
                    "Go");
            assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        }
    }

    @Test
    void anInterceptorMayAnswerByItself() {
        Interceptor cache = (effect, call, chain) -> effect instanceof Effect.CallTool
                ? new Outcome.Returned(List.of(Content.text("from the cache")), false, List.of(), false)
                : chain.proceed(effect);
        ScriptedProvider model = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Oslo\"}"), reply("Sunny."));

        RunResult result =
                run(Agent.builder(model).tools(weather()).interceptor(cache).build(), "Go");

        assertThat(results(result)).containsExactly("from the cache");
    }

    // Failures and stops

    @Test
    void aFailureOfTheModelIsInTheResult() {
        ScriptedProvider model = ScriptedProvider.of(Reply.fault(Kind.AUTHENTICATION));

        RunResult result = run(Agent.builder(model).build(), "Go");

        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        assertThatThrownBy(result::text)
                .isInstanceOf(RunException.class)
                .satisfies(thrown -> assertThat(((RunException) thrown).code()).isEqualTo("provider.authentication"));
    }

    @Test
    void aStoppedRunEndsCancelledAndItsToolsAreInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ScriptedProvider model = ScriptedProvider.of(toolCall("wait", "{\"city\":\"A\"}"));
        Tool wait = Tool.of("wait", "Waits", City.class, city -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return "never";
        });
        Agent agent = Agent.builder(model).tools(wait).build();
        Cancellation stop = new Cancellation();
        Thread other = Thread.ofVirtual().start(() -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                return;
            }
            stop.cancel("the user left");
        });

        RunResult result = agent.run(RunRequest.of("Go"), stop);
        other.join();

        assertThat(result.end()).isEqualTo(new RunEnd.Cancelled(new Stop(Stop.Kind.CANCELLED, "the user left")));
        assertThat(results(result)).containsExactly("error: not finished: the run was stopped");
        assertThat(result.abandoned()).isEmpty();
    }

    @Test
    void aToolThatIgnoresBeingStoppedIsAbandonedAndNamed() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger ignored = new AtomicInteger();
        ScriptedProvider model = ScriptedProvider.of(toolCall("deaf", "{\"city\":\"A\"}"), reply("Done."));
        Tool deaf = Tool.of("deaf", "Ignores interrupts", City.class, city -> {
                    boolean released = false;
                    while (!released) {
                        try {
                            release.await();
                            released = true;
                        } catch (InterruptedException e) {
                            ignored.incrementAndGet();
                        }
                    }
                    return "late";
                })
                .with(spec -> spec.withTimeout(Duration.ofMillis(20)));
        List<String> events = new ArrayList<>();
        Agent agent = Agent.builder(model)
                .tools(deaf)
                .grace(Duration.ofMillis(20))
                .listener(event -> events.add(event.name()))
                .build();

        RunResult result = run(agent, "Go");
        release.countDown();

        assertThat(ignored).hasValue(1);
        assertThat(result.text()).isEqualTo("Done.");
        assertThat(results(result))
                .containsExactly(
                        "error: timed out after 20 ms and did not stop when it was told to; it may still be running");
        assertThat(result.abandoned()).containsExactly("1/0");
        assertThat(events).contains("tool.call.abandoned");
    }

    @Test
    void aToolThatTakesTooLongIsStoppedAndTheModelIsTold() {
        ScriptedProvider model = ScriptedProvider.of(toolCall("slow", "{\"city\":\"A\"}"), reply("Done."));
        Tool slow = Tool.of("slow", "Waits", City.class, city -> {
                    new CountDownLatch(1).await();
                    return "never";
                })
                .with(spec -> spec.withTimeout(Duration.ofMillis(20)));

        RunResult result = run(Agent.builder(model).tools(slow).build(), "Go");

        assertThat(results(result)).containsExactly("error: timed out after 20 ms");
        assertThat(result.abandoned()).isEmpty();
    }

    @Test
    void wallTimeIsALimit() {
        ScriptedProvider model = ScriptedProvider.of(reply("late").after(Duration.ofMinutes(5)));
        Agent agent = Agent.builder(model)
                .limits(Limits.DEFAULT.withWallTime(Duration.ofMillis(30)))
                .build();

        RunResult result = run(agent, "Go");

        assertThat(result.end())
                .isInstanceOfSatisfying(
                        RunEnd.Limited.class,
                        limited -> assertThat(limited.reached().limit()).isEqualTo(Limits.Kind.WALL_TIME));
    }

    @Test
    void anInterruptedCallerGetsACancelledResultAndKeepsTheInterrupt() {
        ScriptedProvider model = ScriptedProvider.of(reply("late").after(Duration.ofMinutes(5)));
        Thread.currentThread().interrupt();

        RunResult result = run(Agent.builder(model).build(), "Go");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.end())
                .isInstanceOfSatisfying(
                        RunEnd.Cancelled.class,
                        cancelled -> assertThat(cancelled.stop().kind()).isEqualTo(Stop.Kind.INTERRUPTED));
    }

    /** A tool that is a method of an object. */
    public record Pinger(AtomicInteger closed) implements AutoCloseable {
        @ToolMethod("Pings")
        public String ping() {
            return "pong";
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @Test
    void closesItsToolsOnce() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        Agent agent = Agent.builder(ScriptedProvider.of(toolCall("ping", "{}"), reply("ok")))
                .tools(Toolset.of(new Pinger(closed)))
                .build();

        assertThat(results(run(agent, "Ping"))).containsExactly("pong");
        agent.close();
        agent.close();

        assertThat(closed).hasValue(1);
        assertThatThrownBy(() -> agent.run("again"))
                .hasMessage("agent \"agent\" is closed, and its tools with it; build another");
    }

    @Test
    void attachmentsGoWithTheText() {
        ScriptedProvider model = ScriptedProvider.of(reply("A cat."));
        Content.Media image = Content.Media.of(new byte[] {1, 2, 3}, "image/png");

        run(Agent.builder(model).build(), RunRequest.of("What is this?").attach(image));

        assertThat(List.<Content>copyOf(
                        model.requests().getFirst().chat().messages().getLast().content()))
                .containsExactly(Content.text("What is this?"), image);
    }

    @Test
    void sameWorkByAnyRunner() {
        ScriptedProvider model = ScriptedProvider.of(reply("a"), reply("a"));
        Agent agent = Agent.builder(model).build();

        RunResult plain = Runner.plain().run(agent, RunRequest.of("x").id("same"));
        RunResult folded =
                Runner.plain().run(FoldedProgram.of(agent), RunRequest.of("x").id("same"));

        assertThat(folded.messages()).isEqualTo(plain.messages());
        assertThat(folded.end()).isEqualTo(plain.end());
    }
}
