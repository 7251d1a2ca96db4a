package dev.tenon.opentelemetry;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.anthropic.Anthropic;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.message.AssistantMessage;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Consensus;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Hedge;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Price;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ResponseCache;
import dev.tenon.provider.Retry;
import dev.tenon.provider.Usage;
import dev.tenon.run.Answer;
import dev.tenon.run.Limits;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ForwardingJournal;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.WordVectors;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import dev.tenon.workflow.Registry;
import dev.tenon.workflow.Step;
import dev.tenon.workflow.Workflow;
import dev.tenon.workflow.WorkflowRequest;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // A span is current while a resource is open.
class TracingTest {
    record Place(String city) {}

    private final Recorded recorded = new Recorded();
    private final Tracing tracing = Tracing.of(recorded.openTelemetry());

    @AfterEach
    void nothingStaysOpen() {
        assertThat(recorded.open()).isEmpty();
        assertThat(Span.current()).isEqualTo(Span.getInvalid());
        recorded.close();
    }

    private static Tool weather() {
        return Tool.of("weather", "The weather now", Place.class, place -> "rain in " + place.city());
    }

    private Agent agent(String name, Provider model, Tool... tools) {
        return Agent.builder(model).name(name).tools(tools).build();
    }

    private RunResult run(Agent agent, String text) {
        return tracing.runner(Runner.plain()).run(agent, RunRequest.of(text));
    }

    // A run

    @Test
    void aRunIsASpanWithItsModelCallsAndToolsBelow() {
        try (ModelServer server = ModelServer.start(toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Take one."))) {
            Provider model = tracing.model(
                    OpenAi.connect(server.url("/v1").toString()).build().model("gpt-x"));

            RunResult result = run(agent("umbrella", model, weather()), "Do I need an umbrella?");

            assertThat(result.text()).isEqualTo("Take one.");
            assertThat(recorded.tree()).isEqualTo("""
                invoke_agent umbrella
                  chat gpt-x
                  execute_tool weather
                  chat gpt-x
                """);
            SpanData run = recorded.only("invoke_agent umbrella");
            assertThat(run.getKind()).isEqualTo(SpanKind.INTERNAL);
            assertThat(run.getInstrumentationScopeInfo().getName()).isEqualTo("dev.tenon");
            assertThat(Recorded.of(run, Names.OPERATION)).isEqualTo("invoke_agent");
            assertThat(Recorded.of(run, Names.AGENT)).isEqualTo("umbrella");
            assertThat(Recorded.of(run, Names.RUN)).isEqualTo(result.run());
            assertThat(Recorded.of(run, Names.RUN_END)).isEqualTo("completed");
            assertThat(Recorded.of(run, Names.RUN_STEPS)).isEqualTo(2);
            assertThat(Recorded.of(run, Names.RUN_TOOL_CALLS)).isEqualTo(1);
            assertThat(Recorded.of(run, Names.INPUT)).isEqualTo(result.usage().input());
            assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);

            SpanData first = recorded.named("chat gpt-x").get(0);
            assertThat(first.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(Recorded.of(first, Names.OPERATION)).isEqualTo("chat");
            assertThat(Recorded.of(first, Names.MODEL)).isEqualTo("gpt-x");
            assertThat(Recorded.of(first, Names.FINISH)).containsExactly("tool_calls");
            assertThat(Recorded.of(first, Names.CALL)).isEqualTo(result.run() + "/1");
            assertThat(Recorded.of(first, Names.ATTEMPT)).isEqualTo(1);
            assertThat(Recorded.of(first, Names.PURPOSE)).isEqualTo("answer");
            assertThat(Recorded.of(first, Names.STREAM)).isNull();
            assertThat(Recorded.of(first, Names.RESPONSE_ID)).isNotEmpty();

            SpanData tool = recorded.only("execute_tool weather");
            assertThat(tool.getKind()).isEqualTo(SpanKind.INTERNAL);
            assertThat(Recorded.of(tool, Names.TOOL)).isEqualTo("weather");
            assertThat(Recorded.of(tool, Names.TOOL_CALL)).isNotEmpty();
            assertThat(Recorded.of(tool, Names.CALL)).isEqualTo(result.run() + "/1/0");
        }
    }

    @Test
    void aRunIsBelowWhoeverCallsIt() {
        Span request =
                recorded.openTelemetry().getTracer("mine").spanBuilder("GET /").startSpan();
        try (Scope current = request.makeCurrent()) {
            run(agent("a", tracing.model(ScriptedProvider.of(reply("Yes.")))), "Well?");
        } finally {
            request.end();
        }

        assertThat(recorded.tree()).isEqualTo("""
            GET /
              invoke_agent a
                chat scripted
            """);
    }

    @Test
    void whatAToolDoesIsBelowTheTool() {
        Tracer mine = recorded.openTelemetry().getTracer("mine");
        Provider inner = tracing.model(ScriptedProvider.of(ModelInfo.of("p", "small"), reply("4"), reply("5")));
        Tool tool = Tool.of("sums", "Sums", Place.class, (place, context) -> {
            Span own = mine.spanBuilder("lookup").startSpan();
            try (Scope current = own.makeCurrent()) {
                inner.chat(ChatRequest.of("2 + 2"), Call.of(context));
            } finally {
                own.end();
            }
            Thread elsewhere = Thread.ofVirtual().start(() -> inner.chat(ChatRequest.of("2 + 3"), Call.of(context)));
            elsewhere.join();
            return "4";
        });

        run(
                agent("a", tracing.model(ScriptedProvider.of(toolCall("sums", "{\"city\":\"x\"}"), reply("4"))), tool),
                "?");

        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent a
              chat scripted
              execute_tool sums
                lookup
                  chat small
                chat small
              chat scripted
            """);
    }

    @Test
    void settingsAndPricesAreSaid() {
        ModelInfo info = ModelInfo.of("mistral", "large").withPrice(Price.perMillion("2", "10"));
        Provider model = tracing.model(
                ScriptedProvider.of(info, reply("Yes.").withUsage(new Usage(1000, 100, 400, 0, 60, 0, null, null))));
        ChatRequest request = ChatRequest.of("Well?")
                .withSettings(ModelSettings.NONE
                        .withTemperature(0.5)
                        .withTopP(0.9)
                        .withSeed(7)
                        .withStop("END")
                        .withMaxOutputTokens(300)
                        .with("top_k", dev.tenon.json.Json.of(40)));
        List<String> shown = new ArrayList<>();

        model.chat(request, Call.watched(new Cancellation(), delta -> shown.add(delta.toString()), notice -> {}));

        SpanData span = recorded.only("chat large");
        assertThat(Recorded.of(span, Names.PROVIDER)).isEqualTo("mistral_ai");
        assertThat(Recorded.of(span, Names.TEMPERATURE)).isEqualTo(0.5);
        assertThat(Recorded.of(span, Names.TOP_P)).isEqualTo(0.9);
        assertThat(Recorded.of(span, Names.TOP_K)).isEqualTo(40);
        assertThat(Recorded.of(span, Names.SEED)).isEqualTo(7);
        assertThat(Recorded.of(span, Names.STOP)).containsExactly("END");
        assertThat(Recorded.of(span, Names.MAX_TOKENS)).isEqualTo(300);
        assertThat(Recorded.of(span, Names.STREAM)).isTrue();
        assertThat(Recorded.of(span, Names.FIRST_CHUNK)).isNotNull();
        assertThat(Recorded.of(span, Names.INPUT)).isEqualTo(1000);
        assertThat(Recorded.of(span, Names.OUTPUT)).isEqualTo(100);
        assertThat(Recorded.of(span, Names.CACHE_READ)).isEqualTo(400);
        assertThat(Recorded.of(span, Names.REASONING)).isEqualTo(60);
        assertThat(Recorded.of(span, Names.COST)).isNotNull();
        assertThat(shown).isNotEmpty();
    }

    @Test
    void whatNobodyKnowsIsNotZero() {
        tracing.model(ScriptedProvider.of(ModelInfo.of("p", "m"), reply("Yes.").withUsage(Usage.UNREPORTED)))
                .chat(ChatRequest.of("Well?"), Call.unwatched());

        SpanData span = recorded.only("chat m");
        assertThat(Recorded.of(span, Names.INPUT)).isNull();
        assertThat(Recorded.of(span, Names.COST)).isNull();
        assertThat(Recorded.of(span, Names.COST_UNKNOWN)).isEqualTo(1);
        assertThat(Recorded.of(span, Names.UNREPORTED)).isEqualTo(1);
    }

    // Attempts

    @Test
    void everyRetriedAttemptIsASpanThatSaysWhyItFailed() {
        try (ModelServer server = ModelServer.start(fault(Kind.OVERLOADED), fault(Kind.SERVER), reply("Yes."))) {
            Provider model = tracing.model(Anthropic.connect(server.url("/v1").toString())
                            .key("sk-ant-secret-0123456789")
                            .build()
                            .model("claude-x"))
                    .retrying(new Retry(3, Duration.ofMillis(1), Duration.ofSeconds(1)));

            RunResult result = run(agent("a", model), "Well?");

            List<SpanData> attempts = recorded.named("chat claude-x");
            assertThat(attempts)
                    .extracting(it -> Recorded.of(it, Names.ERROR_TYPE))
                    .containsExactly("overloaded", "server", null);
            assertThat(attempts)
                    .extracting(it -> Recorded.of(it, Names.ATTEMPT))
                    .containsExactly(1L, 2L, 3L);
            assertThat(attempts)
                    .extracting(it -> it.getStatus().getStatusCode())
                    .containsExactly(StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET);
            assertThat(Recorded.of(attempts.get(0), Names.HTTP_STATUS)).isEqualTo(529);
            assertThat(attempts).extracting(it -> Recorded.of(it, Names.CALL)).containsOnly(result.run() + "/1");
            SpanData run = recorded.only("invoke_agent a");
            assertThat(attempts).extracting(SpanData::getParentSpanId).containsOnly(run.getSpanId());
            assertThat(run.getEvents())
                    .extracting(EventData::getName)
                    .containsExactly("model.call.retrying", "model.call.retrying");
            assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        }
    }

    @Test
    void aFallbackIsASpanOfTheOtherModel() {
        Provider model = tracing.model(ScriptedProvider.of(ModelInfo.of("openai", "first"), fault(Kind.QUOTA_EXCEEDED)))
                .orElse(tracing.model(ScriptedProvider.of(ModelInfo.of("gemini", "second"), reply("Yes."))));

        run(agent("a", model), "Well?");

        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent a
              chat first
              chat second
            """);
        assertThat(Recorded.of(recorded.only("chat first"), Names.ERROR_TYPE)).isEqualTo("quota_exceeded");
        assertThat(Recorded.of(recorded.only("chat second"), Names.PROVIDER)).isEqualTo("gcp.gemini");
        assertThat(recorded.only("invoke_agent a").getEvents())
                .extracting(EventData::getName)
                .containsExactly("model.call.fell_back", "model.call.answered_by");
    }

    /** A model that answers only when it is told to end. */
    private static Provider stuck(String name) {
        return new Provider() {
            @Override
            public ChatResponse chat(ChatRequest request, Call call) {
                CountDownLatch stopped = new CountDownLatch(1);
                call.onStop(stopped::countDown);
                try {
                    stopped.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                call.check();
                throw new AssertionError("was not stopped");
            }

            @Override
            public ModelInfo info() {
                return ModelInfo.of("p", name);
            }
        };
    }

    @Test
    void theLoserOfAHedgeIsASpanBesideTheWinner() {
        Provider model = tracing.model(stuck("slow"))
                .hedged(
                        Hedge.after(Duration.ofMillis(20)),
                        tracing.model(ScriptedProvider.of(ModelInfo.of("p", "quick"), reply("Yes."))));

        RunResult result = run(agent("a", model), "Well?");

        assertThat(result.text()).isEqualTo("Yes.");
        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent a
              chat slow
              chat quick
            """);
        SpanData loser = recorded.only("chat slow");
        assertThat(Recorded.of(loser, Names.STOPPED)).isEqualTo("cancelled");
        assertThat(loser.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(Recorded.of(recorded.only("chat quick"), Names.OUTPUT)).isNotNull();
    }

    @Test
    void attemptsOfACallThatIsPartOfNoRunBelongToItsCaller() {
        Provider model = tracing.model(stuck("slow"))
                .hedged(
                        Hedge.after(Duration.ofMillis(20)),
                        tracing.model(ScriptedProvider.of(ModelInfo.of("p", "quick"), reply("Yes."))));
        Span mine =
                recorded.openTelemetry().getTracer("mine").spanBuilder("mine").startSpan();
        try (Scope current = mine.makeCurrent()) {
            model.chat(ChatRequest.of("Well?"), Call.of(tracing.scope(new Cancellation())));
        } finally {
            mine.end();
        }

        assertThat(recorded.tree()).isEqualTo("""
            mine
              chat slow
              chat quick
            """);
    }

    @Test
    void everyVoteOfAConsensusIsASpan() {
        Provider model = Provider.consensus(
                Consensus.majority(),
                tracing.model(ScriptedProvider.of(ModelInfo.of("p", "one"), reply("Yes."))),
                tracing.model(ScriptedProvider.of(ModelInfo.of("p", "two"), reply("No."))),
                tracing.model(ScriptedProvider.of(ModelInfo.of("p", "three"), reply("Yes."))));

        run(agent("a", model), "Well?");

        SpanData run = recorded.only("invoke_agent a");
        assertThat(recorded.spans())
                .filteredOn(it -> it.getParentSpanId().equals(run.getSpanId()))
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder("chat one", "chat two", "chat three");
    }

    @Test
    void whatACacheAnswersIsNoAttempt() {
        Provider model = tracing.model(ScriptedProvider.of(ModelInfo.of("p", "m"), reply("Yes.")))
                .cached(ResponseCache.of(10, Duration.ofHours(1)));
        Agent agent = agent("a", model);

        run(agent, "Well?");
        run(agent, "Well?");

        assertThat(recorded.named("chat m")).hasSize(1);
        assertThat(recorded.named("invoke_agent a").get(1).getEvents())
                .extracting(EventData::getName)
                .contains("model.call.cached");
    }

    @Test
    void aModelThatIsNotWrappedHasOneSpanACall() {
        Agent agent = agent(
                "a",
                ScriptedProvider.of(
                                ModelInfo.of("p", "m"),
                                fault(Kind.OVERLOADED),
                                toolCall("weather", "{\"city\":\"x\"}"),
                                fault(Kind.AUTHENTICATION))
                        .retrying(new Retry(2, Duration.ofMillis(1), Duration.ofSeconds(1))),
                weather());

        run(agent, "Well?");

        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent a
              chat m
              execute_tool weather
              chat m
            """);
        List<SpanData> calls = recorded.named("chat m");
        assertThat(Recorded.of(calls.get(0), Names.FINISH)).hasSize(1);
        assertThat(Recorded.of(calls.get(1), Names.ERROR_TYPE)).isEqualTo("authentication");
        assertThat(Recorded.of(recorded.only("invoke_agent a"), Names.ERROR_TYPE))
                .isEqualTo("authentication");
    }

    // Runs below runs

    @Test
    void agentsBelowAgentsAreSpansBelowThem() {
        Agent expert = Agent.builder(tracing.model(ScriptedProvider.of(
                        ModelInfo.of("p", "small"), toolCall("weather", "{\"city\":\"x\"}"), reply("rain"))))
                .name("expert")
                .tools(weather())
                .build();
        Agent boss = agent(
                "boss",
                tracing.model(ScriptedProvider.of(
                        ModelInfo.of("p", "large"), toolCall("ask", "{\"request\":\"?\"}"), reply("rain"))),
                expert.asTool("ask", "Asks an expert"));

        run(boss, "Well?");

        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent boss
              chat large
              invoke_agent expert
                chat small
                execute_tool weather
                chat small
              chat large
            """);
        assertThat(Recorded.of(recorded.only("invoke_agent expert"), Names.RUN))
                .isEqualTo(Recorded.of(recorded.only("invoke_agent boss"), Names.RUN) + "/1/0");
        assertThat(Recorded.of(recorded.only("invoke_agent expert"), Names.RUN_END))
                .isEqualTo("completed");
    }

    @Test
    void toolsThatToolsCallAreBelowThem() {
        Tool outer = Tool.of(
                "outer",
                "Calls another",
                Place.class,
                (place, context) -> context.call("weather", dev.tenon.json.Json.object("city", "x")));
        run(
                agent(
                        "a",
                        tracing.model(ScriptedProvider.of(
                                ModelInfo.of("p", "m"), toolCall("outer", "{\"city\":\"x\"}"), reply("rain"))),
                        outer,
                        weather()),
                "Well?");

        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent a
              chat m
              execute_tool outer
                execute_tool weather
              chat m
            """);
    }

    @Test
    void parallelToolsAreSideBySide() {
        CountDownLatch both = new CountDownLatch(2);
        Tool slow = Tool.of("both", "Waits for the other", Place.class, place -> {
            both.countDown();
            both.await();
            return Span.current().getSpanContext().getSpanId();
        });
        RunResult result = run(
                agent(
                        "a",
                        tracing.model(ScriptedProvider.of(
                                ModelInfo.of("p", "m"),
                                toolCall("both", "{\"city\":\"a\"}").and(toolCall("both", "{\"city\":\"b\"}")),
                                reply("done"))),
                        slow),
                "Well?");

        assertThat(result.text()).isEqualTo("done");
        SpanData run = recorded.only("invoke_agent a");
        assertThat(recorded.named("execute_tool both"))
                .hasSize(2)
                .extracting(SpanData::getParentSpanId)
                .containsOnly(run.getSpanId());
        assertThat(recorded.named("execute_tool both"))
                .extracting(it -> Recorded.of(it, Names.CALL))
                .containsExactlyInAnyOrder(result.run() + "/1/0", result.run() + "/1/1");
    }

    @Test
    void aWorkflowAndItsStepsAreSpans() {
        Agent writer = agent("scribe", tracing.model(ScriptedProvider.of(ModelInfo.of("p", "m"), reply("A tenon."))));
        Workflow workflow = Workflow.named("review")
                .registry(Registry.EMPTY.agent("writer", writer).tool(weather()))
                .sequence(
                        Step.agent("writer").as("draft").input("Write"),
                        Step.tool("weather").input(dev.tenon.json.Json.object("city", "Lisbon")));

        var result = tracing.runner(Runner.plain()).run(workflow, WorkflowRequest.empty());

        assertThat(result.end()).isInstanceOf(RunEnd.Completed.class);
        SpanData run = recorded.only("invoke_workflow review");
        assertThat(Recorded.of(run, Names.WORKFLOW)).isEqualTo("review");
        assertThat(Recorded.of(run, Names.OPERATION)).isEqualTo("invoke_workflow");
        SpanData scribe = recorded.only("invoke_agent scribe");
        assertThat(scribe.getParentSpanId()).isEqualTo(run.getSpanId());
        assertThat(recorded.only("chat m").getParentSpanId()).isEqualTo(scribe.getSpanId());
        assertThat(recorded.only("execute_tool weather").getParentSpanId()).isEqualTo(run.getSpanId());
    }

    @Test
    void anAgentWrittenByHandIsASpanAndSoAreItsAttempts() {
        Provider model = tracing.model(ScriptedProvider.of(ModelInfo.of("p", "m"), reply("Yes.")));
        Agent byHand = (request, scope, watch) -> RunResult.completed(
                "r", model.chat(ChatRequest.of("Well?"), Call.of(scope)).text());

        assertThat(tracing.agent(byHand).run("Well?").text()).isEqualTo("Yes.");
        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent dev.tenon.opentelemetry.TracingTest
              chat m
            """);
    }

    @Test
    void anAgentThatIsWrappedStreamsAndResumesAsBefore() {
        Tool risky = Tool.of(
                ToolSpec.of("pay", "Pays", dev.tenon.schema.JsonSchema.of(Place.class))
                        .withTraits(ToolSpec.Trait.DESTRUCTIVE),
                (place, context) -> "paid");
        Agent agent = tracing.agent(agent(
                "a",
                tracing.model(ScriptedProvider.of(
                        ModelInfo.of("p", "m"), toolCall("pay", "{\"city\":\"x\"}"), reply("Do", "ne."))),
                risky));
        RunResult paused = agent.run("Pay.");
        assertThat(paused.paused()).isTrue();
        assertThat(recorded.open()).isEmpty();

        RunResult result =
                agent.resume(paused, Answer.approve(paused.questions().get(0)));

        assertThat(result.text()).isEqualTo("Done.");
        List<SpanData> runs = recorded.named("invoke_agent a");
        assertThat(runs).extracting(it -> Recorded.of(it, Names.RUN_END)).containsExactly("paused", "completed");
        assertThat(runs).extracting(it -> Recorded.of(it, Names.RUN)).containsOnly(result.run());
        assertThat(runs).extracting(it -> it.getStatus().getStatusCode()).containsOnly(StatusCode.UNSET);
        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent a
              chat m
            invoke_agent a
              execute_tool pay
              chat m
            """);
        assertThatThrownBy(() -> agent.resume(result)).hasMessageContaining("only a run that is paused");
    }

    @Test
    void aRunBelowThatRestsIsNoFailure() {
        Tool risky = Tool.of(
                ToolSpec.of("pay", "Pays", dev.tenon.schema.JsonSchema.of(Place.class))
                        .withTraits(ToolSpec.Trait.DESTRUCTIVE),
                (place, context) -> "paid");
        Agent clerk = agent(
                "clerk",
                tracing.model(ScriptedProvider.of(
                        ModelInfo.of("p", "small"), toolCall("pay", "{\"city\":\"x\"}"), reply("Paid."))),
                risky);
        Agent boss = agent(
                "boss",
                tracing.model(ScriptedProvider.of(
                        ModelInfo.of("p", "large"), toolCall("clerk", "{\"request\":\"pay\"}"), reply("Done."))),
                clerk.asTool("clerk", "Pays"));
        Journal journal = Journal.inMemory();
        Runner runner = tracing.runner(Runner.journalled(journal));

        RunResult paused = runner.run(boss, RunRequest.of("Pay.").id("order-17"));
        RunResult result = runner.resume(
                boss, "order-17", Answer.approve(paused.questions().get(0)));

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(recorded.named("invoke_agent clerk"))
                .extracting(it -> Recorded.of(it, Names.RUN_END))
                .containsExactly("paused", "completed");
        assertThat(recorded.spans())
                .extracting(it -> it.getStatus().getStatusCode())
                .containsOnly(StatusCode.UNSET);
        assertThat(recorded.tree()).isEqualTo("""
            invoke_agent boss
              chat large
              invoke_agent clerk
                chat small
            invoke_agent boss
              invoke_agent clerk
                execute_tool pay
                chat small
              chat large
            """);
    }

    @Test
    void conversationsThatSomebodyNamedAreSaid() {
        tracing.runner(Runner.plain())
                .run(
                        agent("a", tracing.model(ScriptedProvider.of(ModelInfo.of("p", "m"), reply("Yes.")))),
                        RunRequest.of("Well?").session("monday"));

        assertThat(recorded.spans())
                .extracting(it -> Recorded.of(it, Names.CONVERSATION))
                .containsExactly("monday", "monday");
    }

    // Ends

    @Test
    void aRunThatIsCancelledEndsAllItsSpans() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Provider inner = stuck("slow");
        Provider model = tracing.model(new Provider() {
            @Override
            public ChatResponse chat(ChatRequest request, Call call) {
                asked.countDown();
                return inner.chat(request, call);
            }

            @Override
            public ModelInfo info() {
                return inner.info();
            }
        });
        Cancellation stop = new Cancellation();
        AtomicReference<RunResult> result = new AtomicReference<>();
        Thread run = Thread.ofVirtual()
                .start(() -> result.set(
                        tracing.runner(Runner.plain()).run(agent("a", model), RunRequest.of("Well?"), stop)));
        asked.await();

        stop.cancel("the user left");
        run.join();

        assertThat(result.get().end()).isInstanceOf(RunEnd.Cancelled.class);
        SpanData span = recorded.only("invoke_agent a");
        assertThat(Recorded.of(span, Names.RUN_END)).isEqualTo("cancelled");
        assertThat(Recorded.of(span, Names.STOPPED)).isEqualTo("cancelled");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(Recorded.of(recorded.only("chat slow"), Names.STOPPED)).isEqualTo("cancelled");
    }

    @Test
    void aToolThatIsAbandonedEndsWithTheRun() {
        CountDownLatch never = new CountDownLatch(1);
        Tool deaf = Tool.of("deaf", "Does not listen", Place.class, place -> {
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // Deaf.
                }
            }
            return "too late";
        });
        Agent agent = Agent.builder(tracing.model(ScriptedProvider.of(
                        ModelInfo.of("p", "m"), toolCall("deaf", "{\"city\":\"x\"}"), reply("Well."))))
                .name("a")
                .tools(deaf.with(spec -> spec.withTimeout(Duration.ofMillis(20))))
                .grace(Duration.ofMillis(20))
                .build();

        RunResult result = run(agent, "Well?");

        assertThat(result.abandoned()).hasSize(1);
        assertThat(recorded.open()).isEmpty();
        assertThat(Recorded.of(recorded.only("execute_tool deaf"), Names.ERROR_TYPE))
                .isEqualTo("abandoned");
        never.countDown();
    }

    @Test
    void aToolThatFailsIsAnErrorAndItsRunIsNot() {
        Tool broken = Tool.of("broken", "Fails", Place.class, place -> {
            throw new IllegalStateException("password=hunter2");
        });
        run(
                agent(
                        "a",
                        tracing.model(ScriptedProvider.of(
                                ModelInfo.of("p", "m"), toolCall("broken", "{\"city\":\"x\"}"), reply("Sorry."))),
                        broken),
                "Well?");

        assertThat(Recorded.of(recorded.only("execute_tool broken"), Names.ERROR_TYPE))
                .isEqualTo("tool_error");
        assertThat(recorded.only("invoke_agent a").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(recorded.everything()).doesNotContain("hunter2");
    }

    @Test
    void aLimitIsAnErrorOfTheRun() {
        Agent agent = Agent.builder(
                        tracing.model(ScriptedProvider.of().always(asked -> toolCall("weather", "{\"city\":\"x\"}"))))
                .name("a")
                .tools(weather())
                .limits(Limits.DEFAULT.withSteps(1))
                .build();

        run(agent, "Well?");

        assertThat(Recorded.of(recorded.only("invoke_agent a"), Names.ERROR_TYPE))
                .isEqualTo("limit.steps");
        assertThat(Recorded.of(recorded.only("invoke_agent a"), Names.RUN_END)).isEqualTo("limited");
    }

    @Test
    void aRunThatIsBrokenOffEndsAllItsSpans() {
        Journal broken = new Breaking(Journal.inMemory());
        Runner runner = tracing.runner(Runner.journalled(broken));
        Agent agent = agent(
                "a",
                tracing.model(ScriptedProvider.of(ModelInfo.of("p", "m"), toolCall("weather", "{\"city\":\"x\"}"))),
                weather());

        assertThatThrownBy(() -> runner.run(agent, RunRequest.of("Well?").id("r")))
                .isInstanceOf(JournalException.class);

        SpanData run = recorded.only("invoke_agent a");
        assertThat(Recorded.of(run, Names.ERROR_TYPE)).isEqualTo("journal.io");
        assertThat(Recorded.of(run, Names.RUN)).isEqualTo("r");
    }

    /** A journal whose disk is full after the first append. */
    private static final class Breaking extends ForwardingJournal {
        private int appends;

        Breaking(Journal journal) {
            super(journal);
        }

        @Override
        protected void append(RunJournal own, List<JournalRecord> records) {
            if (++appends > 1) {
                throw new JournalException("journal.io", "the disk is full", dev.tenon.error.Recovery.NONE, null);
            }
            own.append(records);
        }
    }

    // Harmless

    @Test
    void withoutAnSdkNothingIsDone() {
        List<Call> calls = new ArrayList<>();
        Provider bare = (request, call) -> {
            calls.add(call);
            return ChatResponse.of(AssistantMessage.of("Yes."), FinishReason.NONE, Usage.ZERO);
        };
        Tracing none = Tracing.of(OpenTelemetry.noop());
        Call call = Call.watched(new Cancellation(), delta -> {}, notice -> {});

        none.model(bare).chat(ChatRequest.of("Well?"), call);

        assertThat(calls).containsExactly(call);
        assertThat(none.runner(Runner.plain())
                        .run(agent("a", bare), RunRequest.of("Well?"))
                        .text())
                .isEqualTo("Yes.");
    }

    @Test
    void aTracerThatThrowsHarmsNobody() {
        for (String failing : List.of(
                "isEnabled",
                "spanBuilder",
                "startSpan",
                "setAttribute",
                "setStatus",
                "addEvent",
                "end",
                "isRecording",
                "getSpanContext",
                "setParent",
                "storeInContext")) {
            Tracing tracing = Tracing.of(failing(failing)).withContent();
            Provider model = tracing.model(ScriptedProvider.of(
                            ModelInfo.of("p", "m"),
                            fault(Kind.OVERLOADED),
                            toolCall("weather", "{\"city\":\"x\"}"),
                            reply("Yes.")))
                    .retrying(new Retry(2, Duration.ofMillis(1), Duration.ofSeconds(1)));

            RunResult result = tracing.runner(Runner.plain()).run(agent("a", model, weather()), RunRequest.of("Well?"));

            assertThat(result.text()).as(failing).isEqualTo("Yes.");
        }
    }

    /** The recording SDK, but for calls of this name, which throw. */
    private OpenTelemetry failing(String method) {
        TracerProvider provider = new TracerProvider() {
            @Override
            public Tracer get(String name) {
                return wrapped(Tracer.class, recorded.openTelemetry().getTracer(name), method);
            }

            @Override
            public Tracer get(String name, String version) {
                return get(name);
            }
        };
        return new OpenTelemetry() {
            @Override
            public TracerProvider getTracerProvider() {
                return provider;
            }

            @Override
            public io.opentelemetry.context.propagation.ContextPropagators getPropagators() {
                return io.opentelemetry.context.propagation.ContextPropagators.noop();
            }
        };
    }

    private static <T> T wrapped(Class<T> type, T inner, String method) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        if (called.getName().equals("end")) called.invoke(inner, arguments);
                        throw new IllegalStateException("a broken tracer");
                    }
                    Object given = called.invoke(inner, arguments);
                    return switch (given) {
                        case Span span -> wrapped(Span.class, span, method);
                        case io.opentelemetry.api.trace.SpanBuilder builder ->
                            wrapped(io.opentelemetry.api.trace.SpanBuilder.class, builder, method);
                        case null, default -> given;
                    };
                }));
    }

    @Test
    void failuresOfAModelPassAsTheyAre() {
        ProviderException thrown =
                ProviderException.of(Kind.SERVER, "sk-0123456789abcdef").build();
        Provider model = tracing.model((request, call) -> {
            throw thrown;
        });

        assertThatThrownBy(() -> model.chat(ChatRequest.of("Well?"), Call.unwatched()))
                .isSameAs(thrown);
        assertThat(recorded.everything()).doesNotContain("sk-0123456789abcdef");
        assertThat(recorded.named("chat")).hasSize(1);
    }

    @Test
    void embeddingsAreSpans() {
        tracing.embeddings(new WordVectors()).embed(EmbeddingRequest.query("umbrella"), Call.unwatched());

        assertThat(recorded.spans()).hasSize(1);
        SpanData span = recorded.spans().get(0);
        assertThat(Recorded.of(span, Names.OPERATION)).isEqualTo("embeddings");
        assertThat(Recorded.of(span, Names.DIMENSIONS)).isPositive();
        assertThat(recorded.everything()).doesNotContain("umbrella");
    }

    @Test
    void watchersOfAWrappedAgentSeeItsDeltas() {
        List<String> shown = new ArrayList<>();
        Agent agent = tracing.agent(
                agent("a", tracing.model(ScriptedProvider.of(ModelInfo.of("p", "m"), reply("Ye", "s.")))));

        agent.run(RunRequest.of("Well?"), Watch.deltas(shown::add));

        assertThat(shown).containsExactly("Ye", "s.");
    }
}
