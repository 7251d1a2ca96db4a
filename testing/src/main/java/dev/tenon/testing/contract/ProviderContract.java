package dev.tenon.testing.contract;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.thinking;
import static dev.tenon.testing.Reply.toolCall;
import static dev.tenon.testing.Reply.toolCallWithId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Provider} does. For one that talks HTTP in a wire format that {@link dev.tenon.testing.ModelServer} speaks, extend
 * {@link ServedProviderContract} instead.
 *
 * <p>The waits of the scripted models are an hour, so a test that passes did not wait for them.
 */
@SuppressWarnings("exports") // JUnit is named in no signature; whoever extends this has it.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ProviderContract {
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private final List<AutoCloseable> owned = new ArrayList<>();

    /** For the classes that extend this one. */
    protected ProviderContract() {}

    /** A provider behind which this model answers. What it holds open is closed after the test where it is {@link #closing}. */
    protected abstract Provider provider(Function<ModelRequest, Reply> model);

    /** Whether the model's thinking is seen through this provider. */
    protected boolean showsThinking() {
        return true;
    }

    /** Whether the wire has arguments as text, so that they may be no JSON; else as JSON of its own. */
    protected boolean hasArgumentsAsText() {
        return true;
    }

    /** The kind that a failure of this kind can be told from: of another where the wire format has no word of its own for it. */
    protected Kind told(Kind kind) {
        return kind;
    }

    /** Closes this after the test. Returns it. */
    protected final <T extends AutoCloseable> T closing(T resource) {
        owned.add(resource);
        return resource;
    }

    @AfterEach
    final void closeOwned() throws Exception {
        for (AutoCloseable resource : owned.reversed()) {
            resource.close();
        }
    }

    private Provider answering(Reply... replies) {
        List<Reply> left = new ArrayList<>(List.of(replies));
        return provider(asked -> left.size() == 1 ? left.get(0) : left.remove(0));
    }

    private static ChatResponse ask(Provider provider, Call call) {
        return provider.chat(ChatRequest.of("Hello?"), call);
    }

    /** Collects what a watched call is given. */
    private static final class Watcher {
        private final List<Delta> deltas = new ArrayList<>();
        private final Cancellation stop = new Cancellation();

        Call call() {
            return Call.watched(stop, deltas::add, notice -> {});
        }

        String text() {
            StringBuilder out = new StringBuilder();
            for (Delta delta : deltas) {
                if (delta instanceof Delta.Text text) {
                    out.append(text.text());
                }
            }
            return out.toString();
        }
    }

    // Replies

    @Test
    void givesTheWholeTextWhereNobodyWatches() {
        Provider provider = answering(reply("Hel", "lo"));

        ChatResponse response = ask(provider, Call.unwatched());

        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.finish().kind()).isEqualTo(FinishReason.Kind.STOP);
    }

    @Test
    void asksForAStreamOnlyWhereSomebodyWatches() {
        List<Boolean> streamed = new ArrayList<>();
        Provider provider = provider(asked -> {
            streamed.add(asked.streamed());
            return reply("Hi");
        });

        ask(provider, Call.unwatched());
        ask(provider, new Watcher().call());

        assertThat(streamed).containsExactly(false, true);
    }

    @Test
    void givesDeltasInOrderOnTheThreadOfTheCall() {
        Provider provider = answering(reply("One ", "two ", "three"));
        List<String> texts = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();

        ask(
                provider,
                Call.watched(
                        new Cancellation(),
                        delta -> {
                            threads.add(Thread.currentThread());
                            if (delta instanceof Delta.Text text) {
                                texts.add(text.text());
                            }
                        },
                        notice -> {}));

        assertThat(String.join("", texts)).isEqualTo("One two three");
        assertThat(texts).hasSizeGreaterThan(1);
        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void givesTheSameReplyWatchedAndUnwatched() {
        Reply both = reply("I look", " it up.")
                .and(toolCall("weather", "{\"city\":", "\"Lisbon\"}"))
                .withUsage(Usage.of(7, 5));
        Provider provider = answering(both);

        ChatResponse whole = ask(provider, Call.unwatched());
        ChatResponse streamed = ask(provider, new Watcher().call());

        assertThat(streamed.text()).isEqualTo(whole.text());
        assertThat(names(streamed.message())).isEqualTo(names(whole.message()));
        assertThat(arguments(streamed.message())).isEqualTo(arguments(whole.message()));
        assertThat(streamed.finish()).isEqualTo(whole.finish());
        assertThat(streamed.usage()).isEqualTo(whole.usage());
    }

    @Test
    void readsParallelToolCallsInTheirOrder() {
        Provider provider = answering(toolCallWithId("a", "weather", "{\"city\":\"Lisbon\"}")
                .and(toolCallWithId("b", "time", "{}"))
                .and(toolCallWithId("c", "weather", "{\"city\":\"Oslo\"}")));

        ChatResponse response = ask(provider, Call.unwatched());

        assertThat(names(response.message())).containsExactly("weather", "time", "weather");
        assertThat(arguments(response.message())).containsExactly("{\"city\":\"Lisbon\"}", "{}", "{\"city\":\"Oslo\"}");
        assertThat(response.finish().kind()).isEqualTo(FinishReason.Kind.TOOL_CALLS);
    }

    @Test
    void streamsToolCallsInFragments() {
        Provider provider =
                answering(toolCall("weather", "{\"ci", "ty\":\"Lis", "bon\"}").and(toolCall("time", "{", "}")));
        Watcher watcher = new Watcher();

        ChatResponse response = ask(provider, watcher.call());

        List<String> started = new ArrayList<>();
        List<StringBuilder> fragments = new ArrayList<>();
        for (Delta delta : watcher.deltas) {
            if (delta instanceof Delta.ToolCallStarted start) {
                assertThat(start.index()).isEqualTo(started.size());
                started.add(start.name());
                fragments.add(new StringBuilder());
            }
            if (delta instanceof Delta.ToolCallArguments more) {
                fragments.get(more.index()).append(more.fragment());
            }
        }
        assertThat(started).containsExactly("weather", "time");
        assertThat(fragments.stream().map(StringBuilder::toString)).containsExactly("{\"city\":\"Lisbon\"}", "{}");
        assertThat(arguments(response.message())).containsExactly("{\"city\":\"Lisbon\"}", "{}");
    }

    @Test
    void leavesArgumentsAsTheyCame() {
        Assumptions.assumeTrue(hasArgumentsAsText());
        Provider provider = answering(toolCall("weather", "{\"city\": \"Lis"));

        ChatResponse response = ask(provider, Call.unwatched());

        assertThat(arguments(response.message())).containsExactly("{\"city\": \"Lis");
    }

    @Test
    void readsThinkingBesideTheText() {
        Assumptions.assumeTrue(showsThinking());
        Provider provider = answering(thinking("Let me ", "see.").and(reply("42")));
        Watcher watcher = new Watcher();

        ChatResponse whole = ask(provider, Call.unwatched());
        ChatResponse streamed = ask(provider, watcher.call());

        assertThat(whole.message().thinking()).isEqualTo("Let me see.");
        assertThat(streamed.message().thinking()).isEqualTo("Let me see.");
        assertThat(streamed.text()).isEqualTo("42");
        assertThat(watcher.deltas).contains(new Delta.Thinking("see."));
    }

    @Test
    void readsTextOfEveryScript() {
        Provider provider = answering(reply("caf", "é ", "🚀", " 世界 ", "\u0000\"\\\n"));
        Watcher watcher = new Watcher();

        assertThat(ask(provider, Call.unwatched()).text()).isEqualTo("café 🚀 世界 \u0000\"\\\n");
        assertThat(ask(provider, watcher.call()).text()).isEqualTo("café 🚀 世界 \u0000\"\\\n");
        assertThat(watcher.text()).isEqualTo("café 🚀 世界 \u0000\"\\\n");
    }

    @Test
    void readsALongText() {
        String text = "0123456789abcdef".repeat(1 << 16);
        Provider provider = answering(reply(text));

        assertThat(ask(provider, Call.unwatched()).text()).isEqualTo(text);
        assertThat(ask(provider, new Watcher().call()).text()).isEqualTo(text);
    }

    @Test
    void readsAnEmptyText() {
        Provider provider = answering(reply(""));

        assertThat(ask(provider, Call.unwatched()).text()).isEmpty();
        assertThat(ask(provider, new Watcher().call()).text()).isEmpty();
    }

    @Test
    void saysThatTheAnswerWasCutOff() {
        Provider provider = answering(reply("One upon a").withFinish(FinishReason.Kind.LENGTH));

        assertThat(ask(provider, Call.unwatched()).finish().kind()).isEqualTo(FinishReason.Kind.LENGTH);
        assertThat(ask(provider, new Watcher().call()).finish().kind()).isEqualTo(FinishReason.Kind.LENGTH);
    }

    @Test
    void readsTheUsage() {
        Provider provider = answering(reply("Hi").withUsage(Usage.of(12, 34)));

        for (Usage usage : List.of(
                ask(provider, Call.unwatched()).usage(),
                ask(provider, new Watcher().call()).usage())) {
            assertThat(usage.input()).isEqualTo(12);
            assertThat(usage.output()).isEqualTo(34);
            assertThat(usage.unreported()).isZero();
        }
    }

    @Test
    void saysThatNoUsageWasReported() {
        Provider provider = answering(reply("Hi").withUsage(Usage.UNREPORTED));

        assertThat(ask(provider, Call.unwatched()).usage().unreported()).isEqualTo(1);
    }

    // Requests

    @Test
    void sendsTheConversation() {
        List<ModelRequest> seen = new ArrayList<>();
        Provider provider = provider(asked -> {
            seen.add(asked);
            return reply("Yes.");
        });
        AssistantMessage called =
                AssistantMessage.of(List.of(Content.ToolCall.of("call_1", "weather", Json.object("city", "Lisbon"))));

        provider.chat(
                ChatRequest.of(List.of(
                        Message.system("Be brief."),
                        Message.user("Hello"),
                        Message.assistant("Hello."),
                        Message.user("Do I need an umbrella?"),
                        called,
                        ToolMessage.of(List.of(Content.ToolResult.of("call_1", "weather", "rain"))))),
                Call.unwatched());

        ModelRequest asked = seen.get(0);
        assertThat(asked.chat().messages().stream().map(Message::text))
                .containsExactly("Be brief.", "Hello", "Hello.", "Do I need an umbrella?", "", "");
        assertThat(asked.lastUserText()).isEqualTo("Do I need an umbrella?");
        assertThat(asked.toolResult("weather")).contains("rain");
    }

    @Test
    void offersTheTools() {
        List<ModelRequest> seen = new ArrayList<>();
        Provider provider = provider(asked -> {
            seen.add(asked);
            return reply("Yes.");
        });
        JsonSchema place = JsonSchema.parse("""
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}\
            """);

        provider.chat(
                ChatRequest.of("Hello?").withTools(List.of(ToolSpec.of("weather", "The weather now", place))),
                Call.unwatched());

        List<ToolSpec> offered = seen.get(0).chat().tools();
        assertThat(offered).hasSize(1);
        assertThat(offered.get(0).name()).isEqualTo("weather");
        assertThat(offered.get(0).description()).isEqualTo("The weather now");
        assertThat(offered.get(0).parameters().json().at("/properties/city/type"))
                .contains(Json.of("string"));
    }

    @Test
    void asksForJson() {
        List<ModelRequest> seen = new ArrayList<>();
        Provider provider = provider(asked -> {
            seen.add(asked);
            return reply("{\"city\":\"Lisbon\"}");
        });
        JsonSchema place = JsonSchema.parse("""
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}\
            """);

        ChatResponse response = provider.chat(
                ChatRequest.of("Where?").withFormat(ResponseFormat.json("place", place)), Call.unwatched());

        assertThat(seen.get(0).wantsJson()).isTrue();
        assertThat(Json.parse(response.text())).isEqualTo(Json.object("city", "Lisbon"));
    }

    @Test
    void answersManyCallsAtOnce() throws Exception {
        Provider provider = provider(asked -> reply("echo ", asked.lastUserText()));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String question = "question " + i;
                Call call = i % 2 == 0 ? Call.unwatched() : new Watcher().call();
                answers.add(threads.submit(
                        () -> provider.chat(ChatRequest.of(question), call).text()));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo("echo question " + i);
            }
        }
    }

    // Failures

    @Test
    void tellsTheKindOfEachFailure() {
        for (Kind kind : Kind.values()) {
            ProviderException failed = failure(answering(fault(kind)), Call.unwatched());
            assertThat(failed.kind()).isEqualTo(told(kind));
            ProviderException streamed = failure(answering(fault(kind)), new Watcher().call());
            assertThat(streamed.kind()).as("streamed").isEqualTo(told(kind));
        }
    }

    @Test
    void tellsHowLongToWait() {
        Provider provider = answering(fault(Fault.refused(Kind.RATE_LIMITED, Duration.ofSeconds(7))));

        assertThat(failure(provider, Call.unwatched()).retryAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void holdsWhatHadArrivedWhereAStreamBreaks() {
        for (Fault fault : List.of(Fault.cut(), Fault.reset(), Fault.garbage(), Fault.refused(Kind.SERVER))) {
            Watcher watcher = new Watcher();

            ProviderException failed = failure(answering(reply("One ", "two ").failing(fault)), watcher.call());

            assertThat(failed.kind()).as(fault.toString()).isIn(Kind.NETWORK, Kind.MALFORMED_RESPONSE, Kind.SERVER);
            assertThat(failed.kind().retryable()).as(fault.toString()).isTrue();
            assertThat(failed.partial().map(ChatResponse::text).orElse(""))
                    .as(fault.toString())
                    .isEqualTo(watcher.text());
        }
    }

    @Test
    void failsWhereAWholeAnswerBreaks() {
        for (Fault fault : List.of(Fault.cut(), Fault.reset())) {
            ProviderException failed = failure(answering(reply("One two").failing(fault)), Call.unwatched());

            assertThat(failed.kind()).as(fault.toString()).isIn(Kind.NETWORK, Kind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void answersAfterAFailure() {
        Provider provider = answering(fault(Kind.SERVER), reply("Hi"));

        failure(provider, Call.unwatched());

        assertThat(ask(provider, Call.unwatched()).text()).isEqualTo("Hi");
    }

    private static ProviderException failure(Provider provider, Call call) {
        ProviderException failed = catchThrowableOfType(ProviderException.class, () -> ask(provider, call));
        assertThat(failed).as("the exception").isNotNull();
        return failed;
    }

    // Stops

    @Test
    void doesNotAskWhereTheCallWasStoppedBefore() {
        List<ModelRequest> seen = new ArrayList<>();
        Provider provider = provider(asked -> {
            seen.add(asked);
            return reply("Hi");
        });
        Cancellation stop = new Cancellation();
        stop.cancel("the user left");

        StoppedException stopped = catchThrowableOfType(StoppedException.class, () -> ask(provider, Call.of(stop)));

        assertThat(stopped).hasMessage("stopped: the user left");
        assertThat(seen).isEmpty();
    }

    @Test
    void stopsWhileTheModelThinks() {
        for (boolean watched : new boolean[] {false, true}) {
            Cancellation stop = new Cancellation();
            Provider provider = provider(asked -> {
                stop.cancel("the user left");
                return reply("Hi").after(AN_HOUR);
            });
            Call call = watched ? Call.watched(stop, delta -> {}, notice -> {}) : Call.of(stop);

            StoppedException stopped = catchThrowableOfType(StoppedException.class, () -> ask(provider, call));

            assertThat(stopped).isNotNull();
            assertThat(stopped.stop()).isEqualTo(new Stop(Stop.Kind.CANCELLED, "the user left"));
        }
    }

    @Test
    void stopsInTheMiddleOfAStream() {
        Cancellation stop = new Cancellation();
        Provider provider = answering(reply("One ", "two").pausing(AN_HOUR));
        List<Delta> deltas = new ArrayList<>();

        StoppedException stopped = catchThrowableOfType(
                StoppedException.class,
                () -> ask(
                        provider,
                        Call.watched(
                                stop,
                                delta -> {
                                    deltas.add(delta);
                                    stop.cancel("enough");
                                },
                                notice -> {})));

        assertThat(stopped).hasMessage("stopped: enough");
        assertThat(deltas).containsExactly(new Delta.Text("One "));
    }

    @Test
    void stopsAtTheDeadline() {
        Provider provider = answering(reply("Hi").after(AN_HOUR));
        try (Cancellation deadline = Cancellation.after(Duration.ofMillis(50))) {
            StoppedException stopped =
                    catchThrowableOfType(StoppedException.class, () -> ask(provider, Call.of(deadline)));

            assertThat(stopped).isNotNull();
            assertThat(stopped.stop().kind()).isEqualTo(Stop.Kind.DEADLINE);
        }
    }

    @Test
    void answersAfterAStop() {
        Cancellation stop = new Cancellation();
        // The model itself stops the call, so that it has been asked.
        Provider provider = provider(asked -> {
            boolean first = !stop.stopped();
            stop.cancel("enough");
            return first ? reply("late").after(AN_HOUR) : reply("Hi");
        });
        assertThatThrownBy(() -> ask(provider, Call.of(stop))).isInstanceOf(StoppedException.class);

        assertThat(ask(provider, Call.unwatched()).text()).isEqualTo("Hi");
    }

    private static List<String> names(AssistantMessage message) {
        return message.toolCalls().stream().map(Content.ToolCall::name).toList();
    }

    private static List<String> arguments(AssistantMessage message) {
        return message.toolCalls().stream().map(Content.ToolCall::arguments).toList();
    }
}
