package dev.tenon.provider;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.Fault;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CircuitBreakerTest {
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final VirtualClock clock = new VirtualClock();
    private final Watched watch = new Watched(clock);
    private final CircuitBreaker breaker = CircuitBreaker.of(2, 4, PAUSE);

    private String ask(Provider model) {
        try {
            return model.chat(ChatRequest.of("Hello?"), watch.call()).text();
        } catch (ProviderException e) {
            return e.getMessage();
        }
    }

    @Test
    void opensWhenTooManyOfTheLastCallsFailed() {
        ScriptedProvider model = ScriptedProvider.of(
                reply("a"),
                fault(Kind.SERVER),
                reply("b"),
                reply("c"),
                reply("d"),
                fault(Kind.NETWORK),
                reply("e"),
                fault(Kind.TIMEOUT));
        Provider guarded = model.circuitBreaker(breaker);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            answers.add(ask(guarded));
        }

        // The first failure is forgotten after four more calls.
        assertThat(answers)
                .containsExactly(
                        "a",
                        "scripted SERVER",
                        "b",
                        "c",
                        "d",
                        "scripted NETWORK",
                        "e",
                        "scripted TIMEOUT",
                        "scripted/scripted is not asked: 2 of its last 4 calls failed; it is tried again in PT30S");
        assertThat(model.asked()).isEqualTo(8);
        assertThat(watch.notices).containsExactly(new Notice.CircuitChanged("scripted/scripted", true, PAUSE));
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void aRefusedCallSaysHowLongItIsRefused() {
        Provider guarded =
                ScriptedProvider.of(fault(Kind.SERVER), fault(Kind.SERVER)).circuitBreaker(breaker);
        ask(guarded);
        ask(guarded);
        clock.advance(Duration.ofSeconds(10));

        assertThatThrownBy(() -> guarded.chat(ChatRequest.of("Hello?"), watch.call()))
                .isInstanceOfSatisfying(ProviderException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.OVERLOADED);
                    assertThat(e.retryAfter()).contains(Duration.ofSeconds(20));
                });
    }

    @Test
    void afterThePauseOneCallIsLetThroughAndCloses() {
        Provider guarded = ScriptedProvider.of(
                        fault(Kind.SERVER), fault(Kind.SERVER), reply("well again"), fault(Kind.SERVER), reply("yes"))
                .circuitBreaker(breaker);
        ask(guarded);
        ask(guarded);
        clock.advance(PAUSE);

        assertThat(ask(guarded)).isEqualTo("well again");
        assertThat(ask(guarded)).isEqualTo("scripted SERVER");
        assertThat(ask(guarded)).as("what came before is forgotten").isEqualTo("yes");
        assertThat(watch.notices).endsWith(new Notice.CircuitChanged("scripted/scripted", false, Duration.ZERO));
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void whenTheTrialFailsThePauseBeginsAgain() {
        ScriptedProvider model = ScriptedProvider.of(
                fault(Kind.SERVER), fault(Kind.SERVER), fault(Kind.OVERLOADED), reply("well again"));
        Provider guarded = model.circuitBreaker(breaker);
        ask(guarded);
        ask(guarded);
        clock.advance(PAUSE);
        ask(guarded);
        clock.advance(PAUSE.minusMillis(1));
        ask(guarded);
        assertThat(model.asked()).isEqualTo(3);
        clock.advance(Duration.ofMillis(1));

        assertThat(ask(guarded)).isEqualTo("well again");
    }

    @Test
    void onlyOneCallTriesAtATime() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                fault(Kind.SERVER), fault(Kind.SERVER), reply("well again").after(Duration.ofMinutes(1)));
        Provider guarded = model.circuitBreaker(breaker);
        ask(guarded);
        ask(guarded);
        clock.advance(PAUSE);
        Watched.Under trial = Watched.under(guarded, watch.unwatched());
        clock.awaitAlarms(1);

        assertThat(ask(guarded))
                .isEqualTo("scripted/scripted is not asked: 2 of its last 4 calls failed; one call is trying it now");
        clock.advance(Duration.ofMinutes(1));
        assertThat(trial.text()).isEqualTo("well again");
    }

    @Test
    void aTrialThatIsCancelledLetsTheNextTry() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                fault(Kind.SERVER),
                fault(Kind.SERVER),
                reply("late").after(Duration.ofMinutes(1)),
                reply("well again"));
        Provider guarded = model.circuitBreaker(breaker);
        ask(guarded);
        ask(guarded);
        clock.advance(PAUSE);
        Watched impatient = new Watched(clock);
        Watched.Under trial = Watched.under(guarded, impatient.call());
        clock.awaitAlarms(1);
        impatient.stop.cancel("no time");
        assertThat(trial.failure()).isInstanceOf(StoppedException.class);

        assertThat(ask(guarded)).isEqualTo("well again");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void onlyWhatTellsOfTheHostsHealthCounts(Kind kind) {
        boolean unwell = switch (kind) {
            case OVERLOADED, SERVER, TIMEOUT, NETWORK, MALFORMED_RESPONSE -> true;
            case AUTHENTICATION, PERMISSION, NOT_FOUND, INVALID_REQUEST, CONTEXT_TOO_LONG -> false;
            case CONTENT_FILTERED, QUOTA_EXCEEDED, RATE_LIMITED -> false;
        };
        Provider guarded = ScriptedProvider.of().always(asked -> fault(kind)).circuitBreaker(breaker);
        for (int i = 0; i < 4; i++) {
            ask(guarded);
        }

        assertThat(breaker.isOpen()).isEqualTo(unwell);
    }

    @Test
    void aHostThatIsSilentUntilTheDeadlineIsUnwell() throws Exception {
        Provider guarded =
                ScriptedProvider.of().always(asked -> fault(Fault.silence())).circuitBreaker(breaker);
        for (int i = 0; i < 2; i++) {
            Watched late = Watched.withDeadline(clock, Duration.ofSeconds(5));
            Watched.Under call = Watched.under(guarded, late.call()).waiting();
            clock.advance(Duration.ofSeconds(5));
            assertThat(call.failure()).isInstanceOf(StoppedException.class);
        }

        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void callsThatBeganBeforeItOpenedDoNotCloseIt() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                reply("slow").after(Duration.ofSeconds(10)), fault(Kind.SERVER), fault(Kind.SERVER));
        Provider guarded = model.circuitBreaker(breaker);
        Watched.Under slow = Watched.under(guarded, watch.unwatched());
        clock.awaitAlarms(1);
        ask(guarded);
        ask(guarded);
        clock.advance(Duration.ofSeconds(10));

        assertThat(slow.text()).isEqualTo("slow");
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void theOtherIsAskedWhileItIsOpen() {
        Provider guarded = ScriptedProvider.of(fault(Kind.SERVER), fault(Kind.SERVER))
                .circuitBreaker(breaker)
                .orElse(ScriptedProvider.of().always(asked -> Reply.reply("the other")));
        for (int i = 0; i < 5; i++) {
            assertThat(ask(guarded)).isEqualTo("the other");
        }
    }

    @Test
    void breakersThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> CircuitBreaker.of(3, 2, PAUSE))
                .hasMessage("expected 1 <= failures <= calls, got 3 failures of 2 calls");
        assertThatThrownBy(() -> CircuitBreaker.of(1, Integer.MAX_VALUE, PAUSE))
                .hasMessage("expected at most 100000 calls, got 2147483647");
        assertThatThrownBy(() -> CircuitBreaker.of(1, 2, Duration.ZERO))
                .hasMessage("expected a pause up to PT8760H, got PT0S");
        assertThat(CircuitBreaker.standard())
                .hasToString("CircuitBreaker[closed, opens when 5 of 10 calls failed, tries again after PT30S]");
    }
}
