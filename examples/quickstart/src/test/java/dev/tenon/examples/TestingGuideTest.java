package dev.tenon.examples;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.run.Limits;
import dev.tenon.run.RunEnd;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Property;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.Simulation;
import dev.tenon.testing.VirtualClock;
import dev.tenon.testing.contract.ServedProviderContract;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/testing.md. */
@Timeout(60)
class TestingGuideTest {
    private static final ToolSpec WEATHER =
            ToolSpec.of("weather", "The weather now", JsonSchema.parse("{\"type\": \"object\"}"));

    @Test
    void thePageShowsWhatRunsHere() {
        assertThat(Docs.examplesStandIn("testing.md", TestingGuideTest.class)).isGreaterThan(5);
    }

    private static ChatRequest withResult(Message call, String result) {
        return ChatRequest.of(List.of(
                        Message.user("Do I need an umbrella?"),
                        call,
                        ToolMessage.of(List.of(Content.ToolResult.of("call_1", "weather", result)))))
                .withTools(List.of(WEATHER));
    }

    @Test
    void answersInOrder() {
        ScriptedProvider model =
                ScriptedProvider.of(toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Bring ", "an umbrella."));

        ChatRequest first = ChatRequest.of("Do I need an umbrella?");
        ChatResponse called = model.chat(first, Call.unwatched());
        ChatResponse answered = model.chat(withResult(called.message(), "rain"), Call.unwatched());

        assertThat(answered.text()).isEqualTo("Bring an umbrella.");
        assertThat(model.requests().get(1).lastUserText()).isEqualTo("Do I need an umbrella?");
        assertThat(model.requests().get(1).toolResult("weather")).contains("rain");
        assertThatThrownBy(() -> model.chat(first, Call.unwatched()))
                .hasMessageStartingWith("the script has no reply to request 3, ");
    }

    @Test
    void answersByRules() {
        ScriptedProvider model = ScriptedProvider.of()
                .when(
                        asked -> asked.toolResult("weather").isPresent(),
                        asked -> reply("It says: " + asked.toolResult("weather").orElseThrow()))
                .when(asked -> asked.offers("weather"), toolCall("weather", "{\"city\":\"Lisbon\"}"))
                .always(asked -> reply("I cannot know."));

        ChatRequest request = ChatRequest.of("Do I need an umbrella?");
        ChatResponse called = model.chat(request.withTools(List.of(WEATHER)), Call.unwatched());
        assertThat(called.message().toolCalls()).hasSize(1);
        assertThat(model.chat(withResult(called.message(), "snow"), Call.unwatched())
                        .text())
                .isEqualTo("It says: snow");
        assertThat(model.chat(request, Call.unwatched()).text()).isEqualTo("I cannot know.");
    }

    @Test
    void failsAndIsRetriedWithoutRealTime() throws Exception {
        ChatRequest request = ChatRequest.of("Hello");
        ScriptedProvider model = ScriptedProvider.of(
                fault(Kind.RATE_LIMITED),
                reply("One ", "two").failing(Fault.cut()),
                fault(Fault.refused(Kind.OVERLOADED, Duration.ofSeconds(20))),
                reply("At last."));
        for (Kind kind : List.of(Kind.RATE_LIMITED, Kind.NETWORK)) {
            assertThatThrownBy(() -> model.chat(request, Call.unwatched()))
                    .isInstanceOfSatisfying(
                            ProviderException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        }

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            VirtualClock clock = new VirtualClock();
            Call call = Call.of(new Cancellation(clock));
            Future<ChatResponse> answer =
                    threads.submit(() -> model.retrying(Retry.DEFAULT).chat(request, call));

            clock.awaitAlarms(1); // The model is overloaded, and the retry waits.
            clock.advance(Duration.ofSeconds(20));

            assertThat(answer.get().text()).isEqualTo("At last.");
        }
    }

    record Place(String city) {}

    private static Provider model() {
        return ScriptedProvider.of(
                toolCall("weather", "{\"city\":\"Lisbon\"}").and(toolCall("weather", "{\"city\":\"Oslo\"}")),
                reply("Bring an umbrella."));
    }

    @Test
    void holdsInEveryOrderOfThreads() {
        Simulation.forAll(100, simulation -> {
            Agent agent = Agent.builder(model())
                    .tools(Tool.of("weather", "The weather", Place.class, place -> {
                        simulation.pause(Duration.ofSeconds(simulation.chance().below(90)));
                        return "rain in " + place.city();
                    }))
                    .limits(Limits.DEFAULT.withWallTime(Duration.ofMinutes(1)))
                    .build();
            RunResult result = agent.run(RunRequest.of("Umbrella?"), new Cancellation(simulation.clock()));

            assertThat(result.end()).isInstanceOfAny(RunEnd.Completed.class, RunEnd.Limited.class);
        });
    }

    @Test
    void answersOverHttp() {
        try (ModelServer server = ModelServer.start(asked -> reply("You said: ", asked.lastUserText()))) {
            Provider model =
                    OpenAi.connect(server.url("/v1").toString()).build().model("any");

            assertThat(model.chat(ChatRequest.of("Hello"), Call.unwatched()).text())
                    .isEqualTo("You said: Hello");
            assertThat(server.requests().get(0).model()).isEqualTo("any");
        }
    }

    @Test
    void embeddingsComeOverHttp() {
        try (ModelServer server = ModelServer.start()) {
            EmbeddingProvider model =
                    OpenAi.connect(server.url("/v1").toString()).build().embeddings("any");

            Embedding river = model.query("Which river?");

            assertThat(river.cosine(model.query("The river is long")))
                    .isGreaterThan(river.cosine(model.query("Bread")));
            assertThat(server.embeddingRequests().get(0).texts()).containsExactly("Which river?");
        }
    }

    @Test
    void holdsForEveryMessage() {
        Property.forAll(Arbitrary.of(Message.class), message -> {
            assertThat(Json.of(message).as(Message.class)).isEqualTo(message);
        });
    }

    @Nested
    class MyProviderTest extends ServedProviderContract {
        @Override
        protected Provider connect(ModelServer server) {
            return OpenAi.connect(server.url("/v1").toString()).build().model("any");
        }
    }
}
