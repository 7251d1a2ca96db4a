package dev.tenon.testing;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Delta;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.contract.ProviderContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScriptedProviderTest extends ProviderContract {
    @Override
    protected Provider provider(Function<ModelRequest, Reply> model) {
        return ScriptedProvider.of().always(model);
    }

    private static String ask(Provider provider, String text) {
        return provider.chat(ChatRequest.of(text), Call.unwatched()).text();
    }

    @Test
    void givesRepliesInOrder() {
        ScriptedProvider provider =
                ScriptedProvider.of(reply("one"), reply("two")).then(reply("three"));

        assertThat(List.of(ask(provider, "a"), ask(provider, "b"), ask(provider, "c")))
                .containsExactly("one", "two", "three");
    }

    @Test
    void asksTheRulesBeforeItTakesTheNextInOrder() {
        ScriptedProvider provider = ScriptedProvider.of(reply("in order"))
                .when(asked -> asked.lastUserText().contains("rain"), reply("by rule"))
                .when(asked -> asked.lastUserText().contains("rain now"), reply("never"));

        assertThat(ask(provider, "rain now")).isEqualTo("by rule");
        assertThat(ask(provider, "snow")).isEqualTo("in order");
        assertThat(ask(provider, "rain")).isEqualTo("by rule");
    }

    @Test
    void computesAReplyFromToolResults() {
        ScriptedProvider provider = ScriptedProvider.of()
                .when(
                        asked -> asked.toolResult("weather").isPresent(),
                        asked -> reply("It is " + asked.toolResult("weather").orElseThrow()));
        ChatRequest request = ChatRequest.of(List.of(
                Message.user("The weather?"),
                ToolMessage.of(List.of(Content.ToolResult.of("call_1", "weather", "sunny")))));

        assertThat(provider.chat(request, Call.unwatched()).text()).isEqualTo("It is sunny");
    }

    @Test
    void streamsInTheGivenPieces() {
        ScriptedProvider provider = ScriptedProvider.of(reply("Hel", "lo").and(toolCall("time", "{", "}")));
        List<Delta> deltas = new ArrayList<>();

        provider.chat(ChatRequest.of("Hi"), Call.watched(new Cancellation(), deltas::add, notice -> {}));

        assertThat(deltas)
                .containsExactly(
                        new Delta.Text("Hel"),
                        new Delta.Text("lo"),
                        new Delta.ToolCallStarted(0, "call_1", "time"),
                        new Delta.ToolCallArguments(0, "{"),
                        new Delta.ToolCallArguments(0, "}"));
    }

    @Test
    void streamsWordByWord() {
        ScriptedProvider provider = ScriptedProvider.of(Reply.words("It is  sunny."));
        List<Delta> deltas = new ArrayList<>();

        provider.chat(ChatRequest.of("Hi"), Call.watched(new Cancellation(), deltas::add, notice -> {}));

        assertThat(deltas).containsExactly(new Delta.Text("It "), new Delta.Text("is  "), new Delta.Text("sunny."));
    }

    @Test
    void givesEveryToolCallAnIdOfItsOwn() {
        ScriptedProvider provider = ScriptedProvider.of(
                toolCall("a", "{}").and(toolCall("b", Json.object("n", 1))),
                toolCall("a", "{}").and(Reply.toolCallWithId("", "b", "{}")));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            provider.chat(ChatRequest.of("Hi"), Call.unwatched())
                    .message()
                    .toolCalls()
                    .forEach(call -> ids.add(call.id()));
        }

        assertThat(ids).containsExactly("call_1", "call_2", "call_3", "");
    }

    @Test
    void isRetriedByTheClockOfTheCall() throws Exception {
        VirtualClock clock = new VirtualClock();
        ScriptedProvider model =
                ScriptedProvider.of(fault(Fault.refused(Kind.RATE_LIMITED, Duration.ofSeconds(20))), reply("Hi"));
        Provider provider = model.retrying(Retry.DEFAULT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> answer =
                    threads.submit(() -> provider.chat(ChatRequest.of("Hello?"), Call.of(new Cancellation(clock)))
                            .text());
            clock.awaitAlarms(1);
            assertThat(clock.alarms()).containsExactly(Duration.ofSeconds(20));
            clock.advance(Duration.ofSeconds(20));

            assertThat(answer.get()).isEqualTo("Hi");
        }
        assertThat(model.asked()).isEqualTo(2);
    }

    @Test
    void waitsByTheClockOfTheCall() throws Exception {
        VirtualClock clock = new VirtualClock();
        ScriptedProvider provider =
                ScriptedProvider.of(reply("a", "b").after(Duration.ofHours(2)).pausing(Duration.ofMinutes(5)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> answer = threads.submit(() -> provider.chat(
                            ChatRequest.of("Hello?"), Call.watched(new Cancellation(clock), delta -> {}, notice -> {}))
                    .text());
            clock.awaitAlarms(1);
            assertThat(clock.alarms()).containsExactly(Duration.ofHours(2));
            clock.advance(Duration.ofHours(2));
            clock.awaitAlarms(1);
            assertThat(clock.alarms()).containsExactly(Duration.ofMinutes(5));
            clock.advance(Duration.ofMinutes(5));

            assertThat(answer.get()).isEqualTo("ab");
        }
        assertThat(clock.alarms()).isEmpty();
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        VirtualClock clock = new VirtualClock();
        ScriptedProvider provider = ScriptedProvider.of(reply("Hi").after(Duration.ofHours(1)));
        List<Throwable> thrown = new ArrayList<>();
        List<Boolean> interrupted = new ArrayList<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            thrown.add(catchThrowable(() -> provider.chat(ChatRequest.of("Hello?"), Call.of(new Cancellation(clock)))));
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        clock.awaitAlarms(1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get(0))
                .isInstanceOfSatisfying(
                        StoppedException.class,
                        stopped -> assertThat(stopped.stop().kind()).isEqualTo(Stop.Kind.INTERRUPTED));
        assertThat(interrupted).containsExactly(true);
        assertThat(clock.alarms()).isEmpty();
    }

    @Test
    void silenceLastsUntilTheCallIsStopped() {
        ScriptedProvider provider = ScriptedProvider.of(reply("One ").failing(Fault.silence()));
        Cancellation stop = new Cancellation();

        assertThatThrownBy(() -> provider.chat(
                        ChatRequest.of("Hello?"),
                        Call.watched(
                                stop,
                                delta -> Thread.ofVirtual().start(() -> stop.cancel("the user left")),
                                notice -> {})))
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped: the user left");
    }

    @Test
    void saysThatTheScriptIsUsedUp() {
        ScriptedProvider provider = ScriptedProvider.of(reply("Hi")).when(asked -> false, reply("never"));
        ask(provider, "Hello?");

        assertThatThrownBy(() -> ask(provider, "And now?"))
                .isInstanceOfSatisfying(
                        TenonException.class, e -> assertThat(e.code()).isEqualTo("testing.script_used_up"))
                .hasMessage(
                        "the script has no reply to request 2, \"And now?\": no rule of 1 matches, all replies in order"
                                + " (1) were given; add a reply, or a rule that matches it");
    }

    @Test
    void neitherRetryNorFallbackHidesThatTheScriptIsUsedUp() {
        ScriptedProvider model = ScriptedProvider.of();
        Provider provider = model.retrying(Retry.DEFAULT).orElse(ScriptedProvider.of(reply("Hi")));

        assertThatThrownBy(() -> ask(provider, "Hello?"))
                .hasMessage(
                        "the script has no reply to request 1, \"Hello?\": all replies in order (0) were given; add a"
                                + " reply, or a rule that matches it");
        assertThat(model.asked()).isEqualTo(1);
    }

    @Test
    void remembersWhatItWasAsked() {
        ScriptedProvider provider = ScriptedProvider.of(reply("one"), fault(Kind.SERVER), reply("three"))
                .keeping(2);
        ask(provider, "a");
        assertThatThrownBy(() -> ask(provider, "b")).isInstanceOf(ProviderException.class);
        ask(provider, "c");

        assertThat(provider.requests().stream().map(ModelRequest::lastUserText)).containsExactly("b", "c");
        assertThat(provider.asked()).isEqualTo(3);
    }

    @Test
    void givesEachReplyOnceToManyThreads() throws Exception {
        Reply[] replies = new Reply[1_000];
        Set<String> texts = new TreeSet<>();
        for (int i = 0; i < replies.length; i++) {
            replies[i] = reply("reply " + i);
            texts.add("reply " + i);
        }
        ScriptedProvider provider = ScriptedProvider.of(replies);
        Set<String> got = new TreeSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < replies.length; i++) {
                answers.add(threads.submit(() -> ask(provider, "Hello?")));
            }
            for (Future<String> answer : answers) {
                got.add(answer.get());
            }
        }

        assertThat(got).isEqualTo(texts);
    }

    @Test
    void estimatesTheUsageThatIsNotGiven() {
        ScriptedProvider provider = ScriptedProvider.of(reply("12345"));

        assertThat(provider.chat(ChatRequest.of("12345678"), Call.unwatched()).usage())
                .isEqualTo(Usage.of(2, 2));
    }

    @Test
    void namesTheModelThatItPlays() {
        ScriptedProvider provider = ScriptedProvider.of(ModelInfo.of("openai", "gpt-x"), reply("Hi"));

        assertThat(provider.chat(ChatRequest.of("Hello?"), Call.unwatched()).model())
                .isEqualTo("gpt-x");
        assertThat(provider.requests().get(0).model()).isEqualTo("gpt-x");
    }
}
