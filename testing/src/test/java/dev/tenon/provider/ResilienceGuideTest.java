package dev.tenon.provider;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResilienceGuideTest {
    private final List<Notice> notices = new ArrayList<>();

    private static Provider saying(String text) {
        return ScriptedProvider.of(ModelInfo.of("acme", text), reply(text), reply(text));
    }

    private static String ask(Provider model) {
        return model.chat(ChatRequest.of("Hello?"), Call.unwatched()).text();
    }

    @Test
    void theGuideShowsWhatRuns() {
        assertThat(Docs.examplesStandIn("resilience.md", ResilienceGuideTest.class))
                .isEqualTo(6);
    }

    @Test
    void wrappersAreChained() {
        Provider first = ScriptedProvider.of(fault(Kind.AUTHENTICATION));
        Provider second = saying("second");
        Provider model = first.rateLimited(RateLimit.perMinute(500, 200_000))
                .circuitBreaker(CircuitBreaker.standard())
                .retrying(Retry.DEFAULT)
                .orElse(second)
                .logged(CallLog.DEFAULT);

        assertThat(ask(model)).isEqualTo("second");
    }

    @Test
    void aWatcherClearsWhatWasDiscarded() {
        StringBuilder screen = new StringBuilder();
        Call call = Call.watched(
                new Cancellation(),
                delta -> {
                    switch (delta) {
                        case Delta.Text text -> screen.append(text.text());
                        case Delta.Discarded discarded -> screen.setLength(0);
                        case Delta.Thinking thinking -> {}
                        case Delta.ToolCallStarted started -> {}
                        case Delta.ToolCallArguments more -> {}
                    }
                },
                notices::add);
        ScriptedProvider.of(reply("Half").failing(Fault.cut()))
                .orElse(saying("whole"))
                .chat(ChatRequest.of("Hello?"), call);

        assertThat(screen).hasToString("whole");
        assertThat(notices).hasSize(3);
    }

    @Test
    void theRestOfTheGuide() {
        Provider first = saying("first");
        Provider second = saying("second");
        Provider third = ScriptedProvider.of(reply("third"));
        Provider judge = ScriptedProvider.of(reply("2"));
        Provider quick = first.hedged(Hedge.after(Duration.ofSeconds(5)));
        Provider elsewhere = first.hedged(Hedge.DEFAULT, second);
        assertThat(ask(quick) + ask(elsewhere)).isEqualTo("firstfirst");

        first = saying("first");
        RateLimit key = RateLimit.perMinute(500, 200_000);
        Provider large = first.rateLimited(key);
        Provider small = second.rateLimited(key);
        assertThat(ask(large) + ask(small)).isEqualTo("firstsecond");

        ResponseCache cache = ResponseCache.of(1_000, Duration.ofMinutes(10)).singleFlight();
        Provider remembered = first.cached(cache);
        assertThat(ask(remembered) + ask(remembered)).isEqualTo("firstfirst");

        first = saying("first");
        Provider careful =
                Provider.consensus(Consensus.majority().orElse(Consensus.judge(judge)), first, second, third);
        assertThat(ask(careful)).isEqualTo("second");
    }
}
