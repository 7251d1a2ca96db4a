package dev.tenon.provider;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.Fault;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.VirtualClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryingTest {
    private final Watched watch = new Watched();

    private void goOn() throws InterruptedException {
        watch.clock.awaitAlarms(1);
        watch.clock.advance(watch.clock.alarms().get(0));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindIsMadeAgainAsOftenAsItHelps(Kind kind) throws Exception {
        ScriptedProvider model = ScriptedProvider.of().always(asked -> fault(kind));
        int calls = switch (kind) {
            case RATE_LIMITED, OVERLOADED, SERVER, TIMEOUT, NETWORK -> 3;
            case MALFORMED_RESPONSE -> 2;
            case AUTHENTICATION, PERMISSION, NOT_FOUND, INVALID_REQUEST, CONTEXT_TOO_LONG -> 1;
            case CONTENT_FILTERED, QUOTA_EXCEEDED -> 1;
        };
        Watched.Under call = Watched.under(model.retrying(Retry.DEFAULT), watch.call());
        for (int i = 1; i < calls; i++) {
            goOn();
        }

        assertThat(call.failure())
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        assertThat(model.asked()).isEqualTo(calls);
        assertThat(watch.told(Notice.Retrying.class)).hasSize(calls - 1);
    }

    @Test
    void aMalformedReplyIsAskedForOnceMoreWhereverItStands() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                fault(Kind.OVERLOADED), fault(Kind.MALFORMED_RESPONSE), fault(Kind.MALFORMED_RESPONSE), reply("never"));
        Watched.Under call = Watched.under(model.retrying(Retry.attempts(9)), watch.call());
        goOn();
        goOn();

        assertThat(call.failure()).hasMessage("scripted MALFORMED_RESPONSE");
        assertThat(model.asked()).isEqualTo(3);
    }

    @Test
    void thePauseDoublesWithJitterUpToItsLongest() {
        Retry policy = new Retry(9, Duration.ofSeconds(1), Duration.ofSeconds(5));
        ProviderException failed = ProviderException.of(Kind.SERVER, "failed").build();
        long[] longest = {1_000, 2_000, 4_000, 5_000, 5_000};
        for (int attempt = 1; attempt <= longest.length; attempt++) {
            long most = longest[attempt - 1];
            for (int i = 0; i < 200; i++) {
                assertThat(policy.pause(failed, attempt).orElseThrow())
                        .isBetween(Duration.ofMillis(most / 2), Duration.ofMillis(most));
            }
        }
        assertThat(policy.pause(failed, Integer.MAX_VALUE).orElseThrow()).isLessThanOrEqualTo(policy.maxDelay());
        assertThat(new Retry(9, Duration.ZERO, Retry.LONGEST).pause(failed, Integer.MAX_VALUE))
                .contains(Duration.ZERO);
    }

    @Test
    void thePausesOfManyCallersAreSpread() {
        ProviderException failed = ProviderException.of(Kind.SERVER, "failed").build();

        assertThat(Stream.generate(() -> Retry.DEFAULT.pause(failed, 1))
                        .limit(100)
                        .distinct()
                        .count())
                .isGreaterThan(50);
    }

    @Test
    void theProvidersOwnWordOnTheWaitComesFirst() throws Exception {
        ScriptedProvider model =
                ScriptedProvider.of(fault(Fault.refused(Kind.RATE_LIMITED, Duration.ofMillis(7_321))), reply("Hi"));
        Watched.Under call = Watched.under(model.retrying(Retry.DEFAULT), watch.unwatched());
        watch.clock.awaitAlarms(1);

        assertThat(watch.clock.alarms()).containsExactly(Duration.ofMillis(7_321));
        watch.clock.advance(Duration.ofMillis(7_321));
        assertThat(call.text()).isEqualTo("Hi");
        assertThat(watch.told(Notice.Retrying.class))
                .singleElement()
                .satisfies(it -> assertThat(it.pause()).isEqualTo(Duration.ofMillis(7_321)))
                .satisfies(it -> assertThat(it.failure().code()).isEqualTo("provider.rate_limited"));
    }

    @Test
    void aProviderThatAsksForNoWaitIsNotHammered() {
        ProviderException failed = ProviderException.of(Kind.RATE_LIMITED, "failed")
                .retryAfter(Duration.ZERO)
                .build();

        assertThat(Retry.DEFAULT.pause(failed, 1).orElseThrow()).isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aHostThatSaysThatTryingAgainIsOfNoUseIsBelieved() {
        Provider model = (request, call) -> {
            throw ProviderException.of(Kind.SERVER, "broken")
                    .reported(Json.object("x_should_retry", "false"))
                    .build();
        };

        assertThatThrownBy(() -> model.retrying(Retry.DEFAULT).chat(ChatRequest.of("Hello?"), watch.call()))
                .hasMessage("broken");
        assertThat(watch.notices).isEmpty();
    }

    @Test
    void aProviderThatAsksForTooLongAWaitIsNotWaitedFor() throws Exception {
        ScriptedProvider model =
                ScriptedProvider.of(fault(Fault.refused(Kind.RATE_LIMITED, Duration.ofSeconds(31))), reply("never"));

        assertThatThrownBy(() -> model.retrying(Retry.DEFAULT).chat(ChatRequest.of("Hello?"), watch.call()))
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(31)));
        assertThat(model.asked()).isEqualTo(1);
    }

    @Test
    void noPauseGoesPastTheDeadline() {
        Watched late = Watched.withDeadline(new VirtualClock(), Duration.ofSeconds(20));
        ScriptedProvider model =
                ScriptedProvider.of(fault(Fault.refused(Kind.OVERLOADED, Duration.ofSeconds(20))), reply("never"));

        assertThatThrownBy(() -> model.retrying(Retry.DEFAULT).chat(ChatRequest.of("Hello?"), late.call()))
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.kind()).isEqualTo(Kind.OVERLOADED));
        assertThat(late.notices).isEmpty();
    }

    @Test
    void whatWasShownIsDiscardedBeforeTheCallIsMadeAgain() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                reply("One ", "two").failing(Fault.cut()), fault(Kind.SERVER), reply("At ", "last"));
        Watched.Under call = Watched.under(model.retrying(Retry.DEFAULT), watch.call());
        goOn();
        goOn();

        assertThat(call.text()).isEqualTo("At last");
        assertThat(watch.deltas)
                .containsExactly(
                        new Delta.Text("One "),
                        new Delta.Text("two"),
                        new Delta.Discarded("the call failed and is made again: provider.network"),
                        new Delta.Text("At "),
                        new Delta.Text("last"));
    }

    @Test
    void whatAFailedAttemptIsKnownToHaveUsedIsTold() throws Exception {
        ChatResponse partial =
                new ChatResponse("", "", AssistantMessage.of("Half"), List.of(), null, Usage.of(7, 2), "", null);
        ScriptedProvider then = ScriptedProvider.of(reply("Hi"));
        boolean[] failed = {false};
        Provider model = new Provider() {
            @Override
            public ChatResponse chat(ChatRequest request, Call call) {
                if (failed[0]) return then.chat(request, call);
                failed[0] = true;
                throw ProviderException.of(Kind.NETWORK, "cut").partial(partial).build();
            }

            @Override
            public ModelInfo info() {
                return ModelInfo.of("acme", "m").withPrice(Price.perMillion("1", "2"));
            }
        };
        Watched.Under call = Watched.under(model.retrying(Retry.DEFAULT), watch.call());
        goOn();

        assertThat(call.text()).isEqualTo("Hi");
        assertThat(watch.told(Notice.AttemptCost.class))
                .containsExactly(
                        new Notice.AttemptCost("acme/m", Usage.of(7, 2), new Cost(new BigDecimal("0.000011"), 0)));
    }

    @Test
    void aStopEndsThePause() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(fault(Kind.SERVER), reply("never"));
        Watched.Under call = Watched.under(model.retrying(Retry.DEFAULT), watch.call());
        watch.clock.awaitAlarms(1);
        watch.stop.cancel("the user left");

        assertThat(call.failure())
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped: the user left")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(watch.clock.alarms()).isEmpty();
    }

    @Test
    void anInterruptEndsThePause() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(fault(Kind.SERVER), reply("never"));
        Watched.Under call = Watched.under(model.retrying(Retry.DEFAULT), watch.call());
        watch.clock.awaitAlarms(1);
        call.thread().interrupt();

        assertThat(call.failure())
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped: the thread of the call was interrupted");
        assertThat(watch.clock.alarms()).isEmpty();
    }

    @Test
    void aCallThatWasStoppedMeanwhileIsNotMadeAgain() {
        Provider model = (request, call) -> {
            watch.stop.cancel("the user left");
            throw ProviderException.of(Kind.NETWORK, "cut").build();
        };

        assertThatThrownBy(() -> model.retrying(Retry.DEFAULT).chat(ChatRequest.of("Hello?"), watch.call()))
                .isInstanceOf(StoppedException.class);
        assertThat(watch.notices).isEmpty();
    }

    @Test
    void policiesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Retry(0, Duration.ZERO, Duration.ZERO)).hasMessage("attempts < 1: 0");
        assertThatThrownBy(() -> new Retry(1, Duration.ofSeconds(-1), Duration.ZERO))
                .hasMessage("firstDelay < 0: PT-1S");
        assertThatThrownBy(() -> new Retry(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("maxDelay PT1S < firstDelay PT2S");
        assertThatThrownBy(() -> new Retry(1, Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE)))
                .hasMessage("maxDelay PT2562047788015215H30M7S > PT8760H");
    }

    // Fallback

    @Test
    void theOtherIsAskedWhereTheFirstFails() {
        ScriptedProvider first =
                ScriptedProvider.of(ModelInfo.of("acme", "big"), reply("One ").failing(Fault.cut()));
        ScriptedProvider second = ScriptedProvider.of(
                ModelInfo.of("acme", "small").withPrice(Price.perMillion("1", "1")),
                reply("Hi").withUsage(Usage.of(10, 5)));

        assertThat(first.orElse(second)
                        .chat(ChatRequest.of("Hello?"), watch.call())
                        .text())
                .isEqualTo("Hi");
        assertThat(watch.deltas)
                .containsExactly(
                        new Delta.Text("One "),
                        new Delta.Discarded("another model is asked: provider.network"),
                        new Delta.Text("Hi"));
        assertThat(watch.told(Notice.FellBack.class))
                .singleElement()
                .satisfies(it -> assertThat(it.from() + " > " + it.to()).isEqualTo("acme/big > acme/small"));
        assertThat(watch.told(Notice.Answered.class))
                .containsExactly(new Notice.Answered("acme/small", new Cost(new BigDecimal("0.000015"), 0)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"INVALID_REQUEST", "CONTENT_FILTERED"})
    void noOtherIsAskedWhereTheRequestIsTheMatter(Kind kind) {
        ScriptedProvider second = ScriptedProvider.of(reply("never"));

        assertThatThrownBy(() ->
                        ScriptedProvider.of(fault(kind)).orElse(second).chat(ChatRequest.of("Hello?"), watch.call()))
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        assertThat(second.asked()).isZero();
    }

    @Test
    void theLastOfALongerChainSaysThatItAnswered() {
        Provider third = ScriptedProvider.of(ModelInfo.of("acme", "third"), reply("Hi"));
        Provider chain = ScriptedProvider.of(fault(Kind.SERVER))
                .orElse(ScriptedProvider.of(fault(Kind.AUTHENTICATION)).orElse(third));
        chain.chat(ChatRequest.of("Hello?"), watch.call());

        assertThat(watch.told(Notice.Answered.class)).containsExactly(new Notice.Answered("acme/third", Cost.UNKNOWN));
    }

    @Test
    void whereNobodyAnswersBothFailuresAreSeen() {
        Provider both = ScriptedProvider.of(fault(Kind.SERVER)).orElse(ScriptedProvider.of(fault(Kind.PERMISSION)));

        assertThatThrownBy(() -> both.chat(ChatRequest.of("Hello?"), watch.call()))
                .hasMessage("scripted PERMISSION")
                .satisfies(e ->
                        assertThat(e.getSuppressed()).singleElement().asString().contains("scripted SERVER"));
    }

    @Test
    void theFirstAnswersWithoutAWord() {
        ScriptedProvider first = ScriptedProvider.of(Reply.words("Good day"));
        first.orElse(ScriptedProvider.of()).chat(ChatRequest.of("Hello?"), watch.call());

        assertThat(watch.notices).isEmpty();
        assertThat(watch.deltas).hasSize(2);
    }
}
