package dev.tenon.provider;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class LoggedTest {
    private final Watched watch = new Watched();
    private final Lines lines = new Lines(Set.of(Level.INFO, Level.WARN));

    /** What a logger was told, formatted. */
    private static final class Lines extends AbstractLogger {
        private static final long serialVersionUID = 1L;

        private final transient Set<Level> enabled;
        private final transient List<String> all = new ArrayList<>();

        Lines(Set<Level> enabled) {
            this.name = "calls";
            this.enabled = enabled;
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return "";
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
            String text = MessageFormatter.basicArrayFormat(pattern, arguments);
            all.add(level + " " + text + (thrown == null ? "" : " " + thrown));
        }

        @Override
        public boolean isTraceEnabled() {
            return enabled.contains(Level.TRACE);
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return isTraceEnabled();
        }

        @Override
        public boolean isDebugEnabled() {
            return enabled.contains(Level.DEBUG);
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return isDebugEnabled();
        }

        @Override
        public boolean isInfoEnabled() {
            return enabled.contains(Level.INFO);
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return isInfoEnabled();
        }

        @Override
        public boolean isWarnEnabled() {
            return enabled.contains(Level.WARN);
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return isWarnEnabled();
        }

        @Override
        public boolean isErrorEnabled() {
            return enabled.contains(Level.ERROR);
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return isErrorEnabled();
        }
    }

    private static ModelInfo priced() {
        return ModelInfo.of("acme", "m").withPrice(Price.perMillion("1", "2"));
    }

    @Test
    void aCallIsOneLine() {
        Provider logged = new LoggedProvider(
                ScriptedProvider.of(priced(), reply("the answer").withUsage(Usage.of(100, 50))), lines, false);
        logged.chat(ChatRequest.of("the secret question"), watch.call());

        assertThat(lines.all)
                .containsExactly(
                        "INFO acme/m: stop after PT0S, 100 tokens in (0 from the cache), 50 out (0 thinking), US$"
                                + " 0.0002");
    }

    @Test
    void aFailureIsAWarningWithoutItsWords() {
        Provider logged = new LoggedProvider(
                ScriptedProvider.of(priced(), fault(Fault.status(400, Map.of(), "you said: the secret question"))),
                lines,
                false);

        assertThatThrownBy(() -> logged.chat(ChatRequest.of("the secret question"), watch.call()))
                .isInstanceOf(ProviderException.class);
        assertThat(lines.all).containsExactly("WARN acme/m: failed after PT0S: provider.invalid_request, HTTP 400");
    }

    @Test
    void whatHappensOnTheWayIsLoggedAndPassedOn() throws Exception {
        Provider inner = ScriptedProvider.of(
                        priced(), fault(Fault.refused(Kind.OVERLOADED, Duration.ofSeconds(2))), fault(Kind.NOT_FOUND))
                .retrying(Retry.DEFAULT)
                .orElse(ScriptedProvider.of(
                        ModelInfo.of("acme", "other"), reply("Hi").withUsage(Usage.UNREPORTED)));
        Watched.Under call = Watched.under(new LoggedProvider(inner, lines, false), watch.call());
        watch.clock.awaitAlarms(1);
        watch.clock.advance(Duration.ofSeconds(2));
        call.reply();

        assertThat(lines.all)
                .containsExactly(
                        "WARN acme/m: attempt 1 failed, again in PT2S: provider.overloaded",
                        "WARN acme/m failed, acme/other is asked: provider.not_found",
                        "INFO acme/m: answered by acme/other, unknown",
                        "INFO acme/m: stop after PT2S, tokens not reported, unknown");
        assertThat(watch.notices).hasSize(3);
    }

    @Test
    void aStopIsNoWarning() {
        watch.stop.cancel("the user left");

        assertThatThrownBy(() -> new LoggedProvider(ScriptedProvider.of(priced()), lines, false)
                        .chat(ChatRequest.of("Hi"), watch.call()))
                .hasMessage("stopped: the user left");
        assertThat(lines.all).containsExactly("INFO acme/m: stopped.cancelled after PT0S");
    }

    @Test
    void contentIsLoggedWhereItIsAskedFor() {
        Provider logged = new LoggedProvider(ScriptedProvider.of(priced(), reply("the answer")), lines, true);
        ChatRequest request = ChatRequest.of("the question");
        ChatResponse reply = logged.chat(request, watch.call());

        assertThat(lines.all).hasSize(3);
        assertThat(lines.all.get(0)).isEqualTo("INFO acme/m: asked " + Json.of(request.messages()));
        assertThat(lines.all.get(2)).isEqualTo("INFO acme/m: answered " + Json.of(reply.message()));
    }

    @Test
    void noNoticeShowsContentUnasked() {
        List<Notice> notices = List.of(
                new Notice.Disagreed("acme/x", "the secret answer", Notice.Disagreed.NONE),
                new Notice.Custom("own.thing", Json.of("the secret answer")),
                new Notice.Retrying("a", 1, Duration.ZERO, Failure.of("provider.server", "the secret answer")),
                new Notice.CacheHit(Usage.of(1, 1)),
                new Notice.Hedged("a", "b", Duration.ofSeconds(1)),
                new Notice.Waiting(Duration.ofSeconds(1)),
                new Notice.CircuitChanged("a", true, Duration.ofSeconds(1)),
                new Notice.AttemptCost("a", Usage.of(1, 1), Cost.UNKNOWN));
        Provider telling = (request, call) -> {
            notices.forEach(call::notice);
            return ScriptedProvider.of(reply("the secret answer")).chat(request, call);
        };
        new LoggedProvider(telling, lines, false).chat(ChatRequest.of("the secret question"), watch.call());

        assertThat(lines.all).hasSize(notices.size() + 1).noneMatch(line -> line.contains("secret"));
        assertThat(watch.notices).isEqualTo(notices);
    }

    @Test
    void aLoggerThatIsOffCostsNothing() {
        Lines off = new Lines(Set.of());
        new LoggedProvider(ScriptedProvider.of(reply("Hi")), off, true).chat(ChatRequest.of("Hi"), watch.call());

        assertThat(off.all).isEmpty();
    }

    @Test
    void goesToTheLoggerOfTheName() {
        assertThat(CallLog.DEFAULT.logger()).isEqualTo("dev.tenon.calls");
        assertThat(CallLog.to("acme.models").withContent()).isEqualTo(new CallLog("acme.models", true));
        assertThat(ScriptedProvider.of(reply("Hi"))
                        .logged(CallLog.DEFAULT)
                        .chat(ChatRequest.of("Hi"), watch.call())
                        .text())
                .isEqualTo("Hi");
    }
}
