package dev.tenon.provider;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final VirtualClock clock = new VirtualClock();
    private final Watched watch = new Watched(clock);

    private static ScriptedProvider using(long input, long output) {
        return ScriptedProvider.of().always(asked -> reply("Hi").withUsage(Usage.of(input, output)));
    }

    private void ask(Provider provider) {
        provider.chat(ChatRequest.of("Hello?"), watch.unwatched());
    }

    @Test
    void whatIsWithinTheLimitGoesAtOnceAndTheNextWaits() throws Exception {
        ScriptedProvider model = using(1, 1);
        Provider limited = model.rateLimited(RateLimit.requestsPerMinute(2));
        ask(limited);
        clock.advance(Duration.ofSeconds(20));
        ask(limited);
        assertThat(watch.notices).isEmpty();
        Watched.Under third = Watched.under(limited, watch.call());
        clock.awaitAlarms(1);

        assertThat(clock.alarms()).containsExactly(Duration.ofSeconds(40));
        assertThat(model.asked()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(40));
        assertThat(third.text()).isEqualTo("Hi");
        assertThat(watch.notices).containsExactly(new Notice.Waiting(Duration.ofSeconds(40)));
        assertThat(clock.alarms()).isEmpty();
    }

    @Test
    void inNoMinuteGoMoreThanAllowed() {
        List<Duration> went = new ArrayList<>();
        Provider model = (request, call) -> {
            synchronized (went) {
                went.add(Duration.ofNanos(clock.nanos()));
            }
            return using(1, 1).chat(request, call);
        };
        Provider limited = model.rateLimited(RateLimit.requestsPerMinute(5));
        List<Watched.Under> calls = new ArrayList<>();
        for (int second = 0; second < 400; second++) {
            if (second % 7 < 3 && calls.size() < 23) {
                calls.add(Watched.under(limited, watch.unwatched()));
            }
            calls.forEach(Watched.Under::waiting);
            clock.advance(Duration.ofSeconds(1));
            calls.forEach(Watched.Under::waiting);
        }

        assertThat(went).hasSize(23);
        for (int i = 0; i + 5 < went.size(); i++) {
            assertThat(went.get(i + 5).minus(went.get(i)))
                    .as("requests %d to %d", i, i + 5)
                    .isGreaterThanOrEqualTo(Duration.ofMinutes(1));
        }
        assertThat(went.get(22)).as("no more time was lost than needed").isEqualTo(Duration.ofSeconds(242));
    }

    @Test
    void tokensOfRepliesCount() throws Exception {
        ScriptedProvider model = using(60, 30);
        Provider limited = model.rateLimited(RateLimit.tokensPerMinute(100));
        ask(limited);
        Watched.Under second = Watched.under(limited, watch.unwatched());
        clock.awaitAlarms(1);

        assertThat(clock.alarms()).containsExactly(Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(1));
        assertThat(second.text()).isEqualTo("Hi");
    }

    @Test
    void aReplyThatMayBeLongIsCountedBeforeItIsThere() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Provider model = (request, call) -> {
            Pause.await(go, call);
            return using(5, 5).chat(request, call);
        };
        Provider limited = model.rateLimited(RateLimit.tokensPerMinute(100));
        ChatRequest request = ChatRequest.of("Hello?").withSettings(ModelSettings.NONE.withMaxOutputTokens(60));
        Watched.Under first =
                Watched.under(() -> limited.chat(request, watch.unwatched())).waiting();
        Watched.Under second = Watched.under(() -> limited.chat(request, watch.unwatched()));
        clock.awaitAlarms(1); // The second waits, because both may have 60.
        go.countDown();

        // The first used ten of its 62: now there is room, without a minute having passed.
        assertThat(first.text()).isEqualTo("Hi");
        assertThat(second.text()).isEqualTo("Hi");
        assertThat(clock.now()).isEqualTo(VirtualClock.START);
    }

    @Test
    void aRequestThatIsLargerThanTheLimitGoesAlone() throws Exception {
        ScriptedProvider model = using(500, 500);
        Provider limited = model.rateLimited(RateLimit.tokensPerMinute(10));
        ChatRequest large = ChatRequest.of("x".repeat(10_000));

        limited.chat(large, watch.unwatched());
        Watched.Under second = Watched.under(() -> limited.chat(large, watch.unwatched()));
        clock.awaitAlarms(1);
        clock.advance(Duration.ofMinutes(1));
        assertThat(second.text()).isEqualTo("Hi");
    }

    @Test
    void theGuessLearnsFromWhatRepliesReport() {
        TokenGuess guess = new TokenGuess();
        ChatRequest request = ChatRequest.of("word ".repeat(200));
        assertThat(guess.of(request)).isBetween(200L, 300L);
        for (int i = 0; i < 50; i++) {
            guess.learn(request, Usage.of(1_000, 100));
        }

        assertThat(guess.of(request)).isBetween(1_050L, 1_130L);
        assertThat(guess.of(request.withSettings(ModelSettings.NONE.withMaxOutputTokens(Long.MAX_VALUE))))
                .isPositive();
    }

    @Test
    void allUsersOfALimitShareIt() throws Exception {
        RateLimit limit = RateLimit.perMinute(2, 1_000);
        ask(using(1, 1).rateLimited(limit));
        ask(using(1, 1).rateLimited(limit));
        Watched.Under third = Watched.under(using(1, 1).rateLimited(limit), watch.unwatched());
        clock.awaitAlarms(1);
        clock.advance(Duration.ofMinutes(1));

        assertThat(third.text()).isEqualTo("Hi");
    }

    @Test
    void thoseThatWaitGoInTheOrderTheyCame() throws Exception {
        List<String> order = new ArrayList<>();
        ScriptedProvider model = ScriptedProvider.of().always(asked -> {
            order.add(asked.lastUserText());
            return reply("Hi");
        });
        Provider limited = model.rateLimited(RateLimit.requestsPerMinute(1));
        limited.chat(ChatRequest.of("0"), watch.unwatched());
        List<Watched.Under> calls = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            String text = Integer.toString(i);
            calls.add(Watched.under(() -> limited.chat(ChatRequest.of(text), watch.unwatched())));
            while (watch.told(Notice.Waiting.class).size() < i) Thread.onSpinWait();
        }
        for (Watched.Under call : calls) {
            clock.advance(Duration.ofMinutes(1));
            call.reply();
        }

        assertThat(order).containsExactly("0", "1", "2", "3", "4", "5");
    }

    @Test
    void aWaitThatCannotEndBeforeTheDeadlineIsNotBegun() {
        Provider limited = using(1, 1).rateLimited(RateLimit.requestsPerMinute(1));
        ask(limited);
        Watched late = Watched.withDeadline(clock, Duration.ofSeconds(30));

        assertThatThrownBy(() -> limited.chat(ChatRequest.of("Hello?"), late.call()))
                .isInstanceOfSatisfying(ProviderException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
                    assertThat(e.retryAfter()).contains(Duration.ofMinutes(1));
                })
                .hasMessage(
                        "not sent: the limit of 1 requests a minute leaves no room for at least PT1M, and the deadline"
                                + " of the call is before that");
        assertThat(clock.alarms()).hasSize(1); // The deadline's own.
    }

    @Test
    void oneThatGivesUpMakesRoomForTheNext() throws Exception {
        Provider limited = using(1, 1).rateLimited(RateLimit.requestsPerMinute(1));
        ask(limited);
        Cancellation impatient = new Cancellation(clock);
        Watched.Under gone = Watched.under(limited, Call.of(impatient));
        clock.awaitAlarms(1);
        Watched.Under next = Watched.under(limited, watch.unwatched());
        while (watch.told(Notice.Waiting.class).isEmpty()) Thread.onSpinWait();
        impatient.cancel("no time");
        assertThat(gone.failure()).isInstanceOf(StoppedException.class).hasMessage("stopped: no time");
        clock.advance(Duration.ofMinutes(1));

        assertThat(next.text()).isEqualTo("Hi");
        assertThat(clock.alarms()).isEmpty();
    }

    @Test
    void whenTheHostSaysTooManyAllWait() throws Exception {
        ScriptedProvider model =
                ScriptedProvider.of(fault(Fault.refused(Kind.RATE_LIMITED, Duration.ofSeconds(12))), reply("Hi"));
        Provider limited = model.rateLimited(RateLimit.perMinute(100, 100_000));
        assertThatThrownBy(() -> ask(limited)).isInstanceOf(ProviderException.class);
        Watched.Under next = Watched.under(limited, watch.unwatched());
        clock.awaitAlarms(1);

        assertThat(clock.alarms()).containsExactly(Duration.ofSeconds(12));
        clock.advance(Duration.ofSeconds(12));
        assertThat(next.text()).isEqualTo("Hi");
    }

    @Test
    void aRefusedRequestUsesNoTokens() {
        ScriptedProvider model = ScriptedProvider.of(fault(Kind.INVALID_REQUEST), reply("Hi"));
        Provider limited = model.rateLimited(RateLimit.tokensPerMinute(100));
        ChatRequest request = ChatRequest.of("x".repeat(300));
        assertThatThrownBy(() -> limited.chat(request, watch.unwatched())).isInstanceOf(ProviderException.class);

        assertThat(limited.chat(request, watch.unwatched()).text()).isEqualTo("Hi");
    }

    @Test
    void retriesCountAsRequests() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(fault(Kind.SERVER), reply("Hi"));
        Provider both = model.rateLimited(RateLimit.requestsPerMinute(1)).retrying(Retry.DEFAULT);
        Watched.Under call = Watched.under(both, watch.unwatched());
        clock.awaitAlarms(1);
        clock.advance(Duration.ofSeconds(1)); // The pause of the retry.
        clock.awaitAlarms(1);
        assertThat(model.asked()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(59));

        assertThat(call.text()).isEqualTo("Hi");
    }

    @Test
    void manyThreadsAtOnceAreCountedRight() throws Exception {
        AtomicInteger went = new AtomicInteger();
        Provider model = (request, call) -> {
            went.incrementAndGet();
            return using(1, 1).chat(request, call);
        };
        Provider limited = model.rateLimited(RateLimit.requestsPerMinute(100));
        List<Watched.Under> calls = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            calls.add(Watched.under(limited, watch.unwatched()));
        }
        while (watch.told(Notice.Waiting.class).size() < 900) Thread.onSpinWait();
        for (int minute = 1; minute <= 10; minute++) {
            while (went.get() < minute * 100) Thread.onSpinWait();
            assertThat(went).hasValue(minute * 100);
            clock.advance(Duration.ofMinutes(1));
        }
        for (Watched.Under call : calls) {
            assertThat(call.text()).isEqualTo("Hi");
        }
        assertThat(clock.alarms()).isEmpty();
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> RateLimit.requestsPerMinute(0))
                .hasMessage("expected a limit of 1 a minute or more, got 0 requests");
        assertThatThrownBy(() -> RateLimit.perMinute(1, -5))
                .hasMessage("expected a limit of 1 a minute or more, got -5 tokens");
    }
}
