package dev.tenon.provider;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.thinking;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachedTest {
    private static final Duration TTL = Duration.ofMinutes(5);

    private final VirtualClock clock = new VirtualClock();
    private final Watched watch = new Watched(clock);

    private String ask(Provider model, String text) {
        return model.chat(ChatRequest.of(text), watch.unwatched()).text();
    }

    private static ScriptedProvider counting() {
        AtomicInteger count = new AtomicInteger();
        return ScriptedProvider.of().always(asked -> reply(asked.lastUserText() + " " + count.incrementAndGet()));
    }

    @Test
    void theSameRequestIsAnsweredFromTheCache() {
        Provider cached = counting().cached(ResponseCache.of(10, TTL));

        assertThat(ask(cached, "a")).isEqualTo("a 1");
        assertThat(ask(cached, "a")).isEqualTo("a 1");
        assertThat(ask(cached, "b")).isEqualTo("b 2");
        assertThat(watch.told(Notice.CacheHit.class)).hasSize(1);
    }

    @Test
    void anythingDifferentInTheRequestIsAnotherRequest() {
        Provider cached = counting().cached(ResponseCache.of(10, TTL));
        ChatRequest request = ChatRequest.of("a");
        List<ChatRequest> different = List.of(
                request,
                request.withSettings(ModelSettings.NONE.withTemperature(0.5)),
                request.withToolChoice(ToolChoice.NONE),
                request.withSettings(ModelSettings.NONE.with("own", Json.of(true))));
        List<String> answers = new ArrayList<>();
        for (ChatRequest one : different) {
            answers.add(cached.chat(one, watch.unwatched()).text());
        }

        assertThat(answers).containsExactly("a 1", "a 2", "a 3", "a 4");
    }

    @Test
    void settingsInAnotherOrderAreTheSameRequest() {
        Provider cached = counting().cached(ResponseCache.of(10, TTL));
        ModelSettings one = ModelSettings.NONE.withTemperature(0.5).withSeed(1);
        ModelSettings other = ModelSettings.NONE.withSeed(1).withTemperature(0.50);
        cached.chat(ChatRequest.of("a").withSettings(one), watch.unwatched());
        cached.chat(ChatRequest.of("a").withSettings(other), watch.unwatched());

        assertThat(watch.told(Notice.CacheHit.class)).hasSize(1);
    }

    @Test
    void aHitStreamsItsDeltasAndCostsNothing() {
        ScriptedProvider model = ScriptedProvider.of(
                ModelInfo.of("acme", "m"),
                thinking("Hm", "m").and(reply("One ", "two")).and(toolCall("weather", "{\"city\":", "\"Lisbon\"}")));
        Provider cached = model.cached(ResponseCache.of(10, TTL));
        ChatResponse first = cached.chat(ChatRequest.of("a"), watch.unwatched());
        ChatResponse again = cached.chat(ChatRequest.of("a"), watch.call());

        assertThat(watch.deltas)
                .containsExactly(
                        new Delta.Thinking("Hmm"),
                        new Delta.Text("One two"),
                        new Delta.ToolCallStarted(0, "call_1", "weather"),
                        new Delta.ToolCallArguments(0, "{\"city\":\"Lisbon\"}"));
        assertThat(again.message()).isEqualTo(first.message());
        assertThat(again.finish()).isEqualTo(first.finish());
        assertThat(again.usage()).isEqualTo(Usage.ZERO);
        assertThat(watch.notices)
                .containsExactly(new Notice.CacheHit(first.usage()), new Notice.Answered("acme/m", Cost.ZERO));
    }

    @Test
    void failuresAndUnfinishedRepliesAreNotKept() {
        Provider cached = ScriptedProvider.of(
                        fault(Kind.SERVER),
                        reply("paused").withFinish(FinishReason.Kind.PAUSE),
                        reply("broken").withFinish(FinishReason.Kind.ERROR),
                        reply("whole"))
                .cached(ResponseCache.of(10, TTL));
        assertThatThrownBy(() -> ask(cached, "a")).isInstanceOf(ProviderException.class);

        assertThat(ask(cached, "a")).isEqualTo("paused");
        assertThat(ask(cached, "a")).isEqualTo("broken");
        assertThat(ask(cached, "a")).isEqualTo("whole");
        assertThat(ask(cached, "a")).isEqualTo("whole");
    }

    @Test
    void aReplyIsForgottenWhenItsTimeIsUp() {
        Provider cached = counting().cached(ResponseCache.of(10, TTL));
        ask(cached, "a");
        clock.advance(TTL.minusNanos(1));
        assertThat(ask(cached, "a")).isEqualTo("a 1");
        clock.advance(Duration.ofNanos(1));

        assertThat(ask(cached, "a")).isEqualTo("a 2");
    }

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        ResponseCache cache = ResponseCache.of(2, TTL);
        Provider cached = counting().cached(cache);
        ask(cached, "a");
        ask(cached, "b");
        ask(cached, "a");
        ask(cached, "c");

        assertThat(ask(cached, "a")).isEqualTo("a 1");
        assertThat(ask(cached, "b")).isEqualTo("b 4");
        assertThat(cache.size()).isEqualTo(2);
        cache.clear();
        assertThat(ask(cached, "a")).isEqualTo("a 5");
    }

    private static Provider nameless(String text) {
        ScriptedProvider script = ScriptedProvider.of(reply(text));
        return (request, call) -> script.chat(request, call);
    }

    @Test
    void modelsThatShareACacheGiveTheirOwnReplies() {
        ResponseCache cache = ResponseCache.of(10, TTL);
        Provider one =
                ScriptedProvider.of(ModelInfo.of("acme", "one"), reply("one")).cached(cache);
        Provider two =
                ScriptedProvider.of(ModelInfo.of("acme", "two"), reply("two")).cached(cache);
        Provider nameless = nameless("nameless").cached(cache);
        Provider another = nameless("another").cached(cache);

        assertThat(List.of(ask(one, "a"), ask(two, "a"), ask(nameless, "a"), ask(another, "a"), ask(one, "a")))
                .containsExactly("one", "two", "nameless", "another", "one");
    }

    @Test
    void ofEqualRequestsAtTheSameTimeOneIsSent() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ScriptedProvider script = counting();
        Provider slow = (request, call) -> {
            Pause.await(go, call);
            return script.chat(request, call);
        };
        Provider cached = slow.cached(ResponseCache.of(10, TTL).singleFlight());
        List<Watched.Under> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(Watched.under(cached, watch.call()));
        }
        calls.forEach(Watched.Under::waiting);
        go.countDown();
        for (Watched.Under call : calls) {
            assertThat(call.text()).isEqualTo("Hello? 1");
        }

        assertThat(script.asked()).isEqualTo(1);
        assertThat(watch.deltas).hasSize(200);
    }

    @Test
    void whoWaitsForAFlightMayLeaveIt() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ScriptedProvider script = counting();
        Provider slow = (request, call) -> {
            Pause.await(go, call);
            return script.chat(request, call);
        };
        Provider cached = slow.cached(ResponseCache.of(10, TTL).singleFlight());
        Cancellation impatient = new Cancellation(clock);
        List<Watched.Under> calls = new ArrayList<>();
        for (Call call : List.of(watch.call(), Call.of(impatient), watch.call())) {
            calls.add(Watched.under(cached, call).waiting());
        }
        impatient.cancel("no time");

        assertThat(calls.get(1).failure()).isInstanceOf(StoppedException.class);
        assertThat(calls.get(2).task().isDone()).isFalse();
        go.countDown();
        assertThat(calls.get(0).text()).isEqualTo("Hello? 1");
        assertThat(calls.get(2).text()).isEqualTo("Hello? 1");
    }

    @Test
    void whenAFlightFailsThoseThatWaitedAreSentThemselves() throws Exception {
        ScriptedProvider script =
                ScriptedProvider.of(fault(Kind.SERVER).after(Duration.ofSeconds(1)), reply("b"), reply("c"));
        Provider cached = script.cached(ResponseCache.of(10, TTL).singleFlight());
        Watched.Under first = Watched.under(cached, watch.call());
        clock.awaitAlarms(1);
        Watched.Under second = Watched.under(cached, watch.call()).waiting();
        clock.advance(Duration.ofSeconds(1));

        assertThat(first.failure()).hasMessage("scripted SERVER");
        assertThat(second.text()).isEqualTo("b");
        assertThat(ask(cached, "Hello?")).isEqualTo("b");
    }

    @Test
    void cachesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> ResponseCache.of(0, TTL)).hasMessage("expected room for 1 reply or more, got 0");
        assertThatThrownBy(() -> ResponseCache.of(1, Duration.ZERO))
                .hasMessage("expected a time to live up to PT8760H, got PT0S");
        assertThat(ResponseCache.of(3, TTL).singleFlight())
                .hasToString("ResponseCache[0 of 3 replies, each for PT5M, single flight]");
    }
}
