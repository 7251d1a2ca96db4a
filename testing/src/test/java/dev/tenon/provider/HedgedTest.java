package dev.tenon.provider;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ScriptedProvider;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HedgedTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Watched watch = new Watched();

    private static ModelInfo model(String name) {
        return ModelInfo.of("acme", name).withPrice(Price.perMillion("1", "1"));
    }

    @Test
    void aCallThatIsNotLateIsSentOnce() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(reply("Hi"));
        Watched.Under call = Watched.under(model.hedged(Hedge.DEFAULT), watch.call());

        assertThat(call.text()).isEqualTo("Hi");
        assertThat(watch.deltas).containsExactly(new Delta.Text("Hi"));
        assertThat(watch.notices).isEmpty();
        assertThat(watch.clock.alarms()).isEmpty();
    }

    @Test
    void theFirstToFinishWinsAndTheCostOfTheOtherIsTold() throws Exception {
        ScriptedProvider slow = ScriptedProvider.of(model("slow"), reply("slow").after(MINUTE));
        ScriptedProvider fast = ScriptedProvider.of(model("fast"), reply("fast").withUsage(Usage.of(10, 5)));
        Watched.Under call = Watched.under(slow.hedged(Hedge.after(Duration.ofSeconds(3)), fast), watch.unwatched());
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));

        assertThat(call.text()).isEqualTo("fast");
        assertThat(watch.notices)
                .containsExactly(
                        new Notice.Hedged("acme/slow", "acme/fast", Duration.ofSeconds(3)),
                        new Notice.Answered("acme/fast", new Cost(new BigDecimal("0.000015"), 0)),
                        new Notice.AttemptCost("acme/slow", Usage.UNREPORTED, Cost.UNKNOWN));
        assertThat(watch.clock.alarms()).isEmpty();
    }

    @Test
    void theFirstRequestMayStillWin() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                reply("first").after(Duration.ofSeconds(5)), reply("second").after(MINUTE));
        Watched.Under call = Watched.under(model.hedged(Hedge.after(Duration.ofSeconds(3))), watch.call());
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(2));

        assertThat(call.text()).isEqualTo("first");
        assertThat(watch.deltas).containsExactly(new Delta.Text("first"));
        assertThat(watch.clock.alarms()).isEmpty();
    }

    @Test
    void deltasOfTheOneThatStallsAreDiscardedWhenTheOtherFinishes() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                reply("One ", "two").pausing(MINUTE), reply("Three ", "four").after(Duration.ofSeconds(1)));
        Watched.Under call = Watched.under(model.hedged(Hedge.after(Duration.ofSeconds(3))), watch.call());
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(1));

        assertThat(call.text()).isEqualTo("Three four");
        assertThat(watch.deltas)
                .containsExactly(
                        new Delta.Text("One "),
                        new Delta.Discarded("the other request was faster"),
                        new Delta.Text("Three "),
                        new Delta.Text("four"));
    }

    @Test
    void theSecondIsShownAsItComesWhereItIsTheFirstToSaySomething() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        ScriptedProvider model = ScriptedProvider.of(
                reply("slow").after(Duration.ofHours(1)), reply("One ", "two").pausing(MINUTE));
        Watched.Under call = Watched.under(
                model.hedged(Hedge.after(Duration.ofSeconds(3))),
                Call.watched(
                        watch.stop,
                        delta -> {
                            watch.deltas.add(delta);
                            seen.countDown();
                        },
                        watch.notices::add));
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));
        seen.await();

        assertThat(watch.deltas).containsExactly(new Delta.Text("One "));
        watch.clock.awaitAlarms(2);
        watch.clock.advance(MINUTE);
        assertThat(call.text()).isEqualTo("One two");
        assertThat(watch.deltas).containsExactly(new Delta.Text("One "), new Delta.Text("two"));
    }

    @Test
    void whereTheShownOneFailsTheOtherIsShown() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(
                reply("One ", "two").pausing(Duration.ofSeconds(10)).failing(Fault.cut()),
                reply("Three").after(MINUTE));
        Watched.Under call = Watched.under(model.hedged(Hedge.after(Duration.ofSeconds(3))), watch.call());
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(7));
        watch.clock.awaitAlarms(1);
        watch.clock.advance(MINUTE);

        assertThat(call.text()).isEqualTo("Three");
        assertThat(watch.deltas.get(watch.deltas.size() - 2)).isInstanceOf(Delta.Discarded.class);
        assertThat(watch.deltas.get(watch.deltas.size() - 1)).isEqualTo(new Delta.Text("Three"));
    }

    @Test
    void aFailureBeforeItIsLateIsTheCallsOwn() {
        ScriptedProvider model = ScriptedProvider.of(fault(Kind.SERVER), reply("never"));

        assertThatThrownBy(() -> model.hedged(Hedge.DEFAULT).chat(ChatRequest.of("Hello?"), watch.call()))
                .hasMessage("scripted SERVER");
        assertThat(model.asked()).isEqualTo(1);
    }

    @Test
    void whereBothFailBothFailuresAreSeen() throws Exception {
        ScriptedProvider first = ScriptedProvider.of(fault(Kind.SERVER).after(Duration.ofSeconds(5)));
        ScriptedProvider second = ScriptedProvider.of(fault(Kind.OVERLOADED));
        Watched.Under call = Watched.under(first.hedged(Hedge.after(Duration.ofSeconds(3)), second), watch.call());
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));
        watch.clock.advance(Duration.ofSeconds(2));

        assertThat(call.failure())
                .hasMessage("scripted SERVER")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void theDelayIsLearnt() throws Exception {
        ScriptedProvider model = ScriptedProvider.of()
                .always(asked -> reply("Hi").after(Duration.ofMillis(Long.parseLong(asked.lastUserText()))));
        Provider hedged = model.hedged(new Hedge(MINUTE, 0.9, 1));
        for (int i = 1; i <= 20; i++) {
            String took = Integer.toString(i * 100);
            Watched.Under call = Watched.under(() -> hedged.chat(ChatRequest.of(took), watch.unwatched()));
            watch.clock.awaitAlarms(2);
            // Until ten were seen nothing is learnt; then the fastest nine of ten are faster than the delay.
            assertThat(watch.clock.alarms().get(1)).isEqualTo(i <= 10 ? MINUTE : longerOf(i));
            watch.clock.advance(Duration.ofMillis(i * 100L));
            call.reply();
            watch.notices.clear();
        }
        assertThat(model.asked()).isGreaterThanOrEqualTo(20);
    }

    /** Alarms are sorted: the later one of the reply's own wait and the learnt delay of the calls before. */
    private static Duration longerOf(int call) {
        int seen = call - 1;
        long learnt = 100L * (1 + (int) Math.floor(0.9 * seen));
        return Duration.ofMillis(Math.max(learnt, call * 100L));
    }

    @Test
    void aHostThatIsSlowForAllIsNotAskedForEverythingTwice() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ScriptedProvider model = ScriptedProvider.of().always(it -> {
            asked.incrementAndGet();
            return reply("Hi").after(MINUTE);
        });
        Provider hedged = model.hedged(Hedge.after(Duration.ofSeconds(1)));
        List<Watched.Under> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(Watched.under(hedged, watch.unwatched()));
        }
        watch.clock.awaitAlarms(200);
        watch.clock.advance(Duration.ofSeconds(1));
        watch.clock.awaitAlarms(110);
        watch.clock.advance(MINUTE);
        for (Watched.Under call : calls) {
            call.reply();
        }

        assertThat(watch.told(Notice.Hedged.class)).hasSize(10);
        assertThat(asked).hasValue(110);
    }

    @Test
    void aStopEndsBoth() throws Exception {
        ScriptedProvider model =
                ScriptedProvider.of(reply("a").after(MINUTE), reply("b").after(MINUTE));
        Watched.Under call = Watched.under(model.hedged(Hedge.after(Duration.ofSeconds(3))), watch.call());
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));
        watch.clock.awaitAlarms(2);
        watch.stop.cancel("the user left");

        assertThat(call.failure()).isInstanceOf(StoppedException.class).hasMessage("stopped: the user left");
        assertThat(watch.clock.alarms()).isEmpty();
        assertThat(watch.told(Notice.AttemptCost.class)).hasSize(2);
    }

    @Test
    void anInterruptEndsBoth() throws Exception {
        ScriptedProvider model =
                ScriptedProvider.of(reply("a").after(MINUTE), reply("b").after(MINUTE));
        Watched.Under call = Watched.under(model.hedged(Hedge.after(Duration.ofSeconds(3))), watch.call());
        watch.clock.awaitAlarms(2);
        watch.clock.advance(Duration.ofSeconds(3));
        watch.clock.awaitAlarms(2);
        call.thread().interrupt();

        assertThat(call.failure())
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped: the thread of the call was interrupted");
        assertThat(watch.clock.alarms()).isEmpty();
    }

    @Test
    void aWatcherThatFailsEndsBoth() throws Exception {
        ScriptedProvider model = ScriptedProvider.of(reply("One ", "two").pausing(MINUTE));
        Watched.Under call = Watched.under(
                model.hedged(Hedge.DEFAULT),
                Call.watched(
                        watch.stop,
                        delta -> {
                            throw new IllegalStateException("the watcher broke");
                        },
                        watch.notices::add));

        assertThat(call.failure()).hasMessage("the watcher broke");
        assertThat(watch.clock.alarms()).isEmpty();
    }

    @Test
    void aSlowWatcherHoldsTheModelBack() throws Exception {
        String[] pieces = new String[5_000];
        Arrays.fill(pieces, "x");
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger sent = new AtomicInteger();
        ScriptedProvider script = ScriptedProvider.of(reply(pieces));
        Provider counting = (request, call) -> script.chat(
                request,
                new ScopedCall(
                        call,
                        true,
                        delta -> {
                            sent.incrementAndGet();
                            call.delta(delta);
                        },
                        call::notice));
        Watched.Under call = Watched.under(
                counting.hedged(Hedge.DEFAULT),
                Call.watched(
                        watch.stop,
                        delta -> {
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            watch.deltas.add(delta);
                        },
                        watch.notices::add));
        while (sent.get() < 200) Thread.onSpinWait();
        assertThat(sent.get()).isLessThan(1_000);
        go.countDown();

        assertThat(call.text()).hasSize(5_000);
        assertThat(watch.deltas).hasSize(5_000);
    }

    @Test
    void policiesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Hedge(Duration.ofSeconds(-1), 0.5, 0.1))
                .hasMessage("expected firstDelay from 0 to PT8760H, got PT-1S");
        assertThatThrownBy(() -> new Hedge(MINUTE, 1, 0.1))
                .hasMessage("expected a quantile above 0 and below 1, got 1.0");
        assertThatThrownBy(() -> new Hedge(MINUTE, Double.NaN, 0.1))
                .hasMessage("expected a quantile above 0 and below 1, got NaN");
        assertThatThrownBy(() -> new Hedge(MINUTE, 0.5, 2)).hasMessage("expected a share from 0 to 1, got 2.0");
    }
}
