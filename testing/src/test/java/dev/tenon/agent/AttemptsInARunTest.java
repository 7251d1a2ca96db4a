package dev.tenon.agent;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.error.Failure;
import dev.tenon.event.Event;
import dev.tenon.event.RunEvent;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Consensus;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Hedge;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Price;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ResponseCache;
import dev.tenon.provider.Retry;
import dev.tenon.provider.Usage;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.VirtualClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who listens to an agent sees every attempt at a model: whose it was, what became of it, and what it cost. */
class AttemptsInARunTest {
    private static final Usage FIVE = Usage.of(3, 2);
    private static final Retry AT_ONCE = new Retry(3, Duration.ZERO, Duration.ZERO);

    private final List<RunEvent> told = new ArrayList<>();

    private static ModelInfo named(String model) {
        return ModelInfo.of("acme", model).withPrice(Price.perMillion("1", "1"));
    }

    private static Cost usd(String amount) {
        return new Cost(new BigDecimal(amount), 0);
    }

    private void hear(Event event) {
        RunEvent.of(event)
                .filter(it -> it.name().startsWith("model."))
                .filter(it -> !(it instanceof RunEvent.ModelCallStarted))
                .ifPresent(told::add);
    }

    private RunResult run(Provider model) {
        return run(model, new Cancellation());
    }

    private RunResult run(Provider model, Cancellation stop) {
        return Agent.builder(model)
                .listener(this::hear)
                .build()
                .run(RunRequest.of("Hi"), stop, Watch.deltas(text -> {}));
    }

    private <E extends RunEvent> List<E> told(Class<E> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** A model that said something before it failed, and was paid for it. */
    private static Provider paidForHalf(ModelInfo info, Provider afterwards) {
        List<Integer> asked = new ArrayList<>();
        return new Provider() {
            @Override
            public ChatResponse chat(ChatRequest request, Call call) {
                asked.add(1);
                if (asked.size() > 1) return afterwards.chat(request, call);
                ChatResponse half =
                        ScriptedProvider.of(reply("half").withUsage(FIVE)).chat(request, call);
                throw ProviderException.of(Kind.NETWORK, "the connection broke")
                        .partial(half)
                        .build();
            }

            @Override
            public ModelInfo info() {
                return info;
            }
        };
    }

    @Test
    void aRetryIsSeenWithTheModelThatFailedAndWhatTheFailureCost() {
        Provider model = paidForHalf(
                named("a"),
                ScriptedProvider.of(fault(Kind.OVERLOADED), reply("ok").withUsage(FIVE)));

        RunResult result = run(model.retrying(AT_ONCE));

        assertThat(told)
                .extracting(RunEvent::name)
                .containsExactly(
                        "model.attempt.charged", "model.call.retrying", "model.call.retrying", "model.call.finished");
        assertThat(told(RunEvent.ModelAttemptCharged.class))
                .containsExactly(new RunEvent.ModelAttemptCharged("1", "acme/a", FIVE, usd("0.000005")));
        assertThat(told(RunEvent.ModelCallRetrying.class))
                .extracting(
                        it -> it.by() + " " + it.attempt() + " " + it.failure().code())
                .containsExactly("acme/a 1 provider.network", "acme/a 2 provider.overloaded");
        assertThat(result.cost()).isEqualTo(usd("0.00001"));
    }

    @Test
    void aFallbackIsSeenWithBothModelsAndWhatEachCost() {
        Provider first = paidForHalf(named("a"), ScriptedProvider.of());
        Provider second = ScriptedProvider.of(named("b"), reply("ok").withUsage(FIVE));

        RunResult result = run(first.orElse(second));

        assertThat(told(RunEvent.ModelAttemptCharged.class))
                .containsExactly(new RunEvent.ModelAttemptCharged("1", "acme/a", FIVE, usd("0.000005")));
        assertThat(told(RunEvent.ModelCallFellBack.class))
                .extracting(it -> it.from() + " " + it.to() + " " + it.failure().code())
                .containsExactly("acme/a acme/b provider.network");
        assertThat(told(RunEvent.ModelCallAnsweredBy.class))
                .containsExactly(new RunEvent.ModelCallAnsweredBy("1", "acme/b", usd("0.000005")));
        assertThat(result.cost()).isEqualTo(usd("0.00001"));
    }

    @Test
    void aSecondRequestBesideALateOneIsSeenAndWhatItCost() throws Exception {
        VirtualClock clock = new VirtualClock();
        Provider slow = ScriptedProvider.of(named("slow"), reply("slow").after(Duration.ofMinutes(1)));
        Provider fast = ScriptedProvider.of(named("fast"), reply("fast").withUsage(FIVE));
        RunResult result;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RunResult> answer = threads.submit(
                    () -> run(slow.hedged(Hedge.after(Duration.ofSeconds(3)), fast), new Cancellation(clock)));
            while (told(RunEvent.ModelCallHedged.class).isEmpty() && !answer.isDone()) {
                if (clock.alarms().contains(Duration.ofSeconds(3))) clock.advance(Duration.ofSeconds(3));
                Thread.onSpinWait();
            }
            result = answer.get();
        }

        assertThat(result.text()).isEqualTo("fast");
        assertThat(told(RunEvent.ModelCallHedged.class))
                .containsExactly(new RunEvent.ModelCallHedged("1", "acme/slow", "acme/fast", Duration.ofSeconds(3)));
        assertThat(told(RunEvent.ModelCallAnsweredBy.class))
                .containsExactly(new RunEvent.ModelCallAnsweredBy("1", "acme/fast", usd("0.000005")));
        assertThat(told(RunEvent.ModelAttemptCharged.class))
                .containsExactly(new RunEvent.ModelAttemptCharged("1", "acme/slow", Usage.UNREPORTED, Cost.UNKNOWN));
        assertThat(result.cost()).isEqualTo(new Cost(new BigDecimal("0.000005"), 1));
    }

    @Test
    void everyMemberOfAConsensusIsSeenAndWhatItCost() {
        Provider models = Provider.consensus(
                Consensus.majority(),
                ScriptedProvider.of(named("a"), reply("Porto").withUsage(FIVE)),
                ScriptedProvider.of(named("b"), reply("Lisbon").withUsage(FIVE)),
                ScriptedProvider.of(named("c"), reply("Lisbon").withUsage(FIVE)),
                ScriptedProvider.of(named("d"), fault(Kind.SERVER)),
                ScriptedProvider.of(named("e"), reply("Lisbon").withUsage(FIVE)));

        RunResult result = run(models);

        assertThat(result.text()).isEqualTo("Lisbon");
        assertThat(told(RunEvent.ModelAttemptCharged.class))
                .containsExactly(
                        new RunEvent.ModelAttemptCharged("1", "acme/a", FIVE, usd("0.000005")),
                        new RunEvent.ModelAttemptCharged("1", "acme/c", FIVE, usd("0.000005")),
                        new RunEvent.ModelAttemptCharged("1", "acme/e", FIVE, usd("0.000005")));
        assertThat(told(RunEvent.ModelDisagreed.class))
                .extracting(it -> it.model() + " " + it.answer()
                        + it.failure().stream().map(Failure::code).toList())
                .containsExactly("acme/a Porto[]", "acme/d [provider.server]");
        assertThat(told(RunEvent.ModelCallAnsweredBy.class))
                .containsExactly(new RunEvent.ModelCallAnsweredBy("1", "acme/b", usd("0.000005")));
        assertThat(result.cost()).isEqualTo(usd("0.00002"));
    }

    @Test
    void anAnswerFromTheCacheIsSeenAndCostsNothing() {
        ResponseCache cache = ResponseCache.of(10, Duration.ofHours(1));
        Provider cached =
                ScriptedProvider.of(named("a"), reply("ok").withUsage(FIVE)).cached(cache);
        run(cached);
        RunResult again = run(cached);

        assertThat(told(RunEvent.ModelCallCached.class)).containsExactly(new RunEvent.ModelCallCached("1", FIVE));
        assertThat(again.cost()).isEqualTo(Cost.ZERO);
    }

    @Test
    void anEventOfAnOlderVersionSaysNobody() {
        Json older = Json.of(new RunEvent.ModelAttemptCharged("1", "acme/a", FIVE, usd("1")))
                .asObj()
                .without("by");

        assertThat(older.as(RunEvent.ModelAttemptCharged.class).by()).isEmpty();
    }
}
