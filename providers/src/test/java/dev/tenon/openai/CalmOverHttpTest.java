package dev.tenon.openai;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.CircuitBreaker;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Hedge;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.RateLimit;
import dev.tenon.provider.ResponseCache;
import dev.tenon.provider.Retry;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wrappers of {@link Provider} over real sockets. */
@Timeout(60)
class CalmOverHttpTest {
    private static final ChatRequest HELLO = ChatRequest.of("Hello?");

    private final List<Delta> deltas = new ArrayList<>();
    private final List<Notice> notices = Collections.synchronizedList(new ArrayList<>());
    private final Call watched = Call.watched(new Cancellation(), deltas::add, notices::add);

    private static Provider model(ModelServer server) {
        return OpenAi.connect(server.url("/v1").toString()).build().model("any");
    }

    @Test
    void aHostThatSaysHowLongIsWaitedForThatLong() {
        try (ModelServer server = ModelServer.start(
                Reply.fault(Fault.status(429, Map.of("retry-after-ms", "7"), "{}")),
                Reply.fault(Fault.status(503, Map.of("Retry-After", "0.011"), "{}")),
                reply("Hi"))) {
            assertThat(model(server)
                            .retrying(Retry.DEFAULT)
                            .chat(HELLO, watched)
                            .text())
                    .isEqualTo("Hi");
            assertThat(notices)
                    .extracting(it -> it instanceof Notice.Retrying retrying ? retrying.pause() : null)
                    .containsExactly(Duration.ofMillis(7), Duration.ofMillis(11));
        }
    }

    @Test
    void aStreamThatBreaksIsDiscardedAndAskedForAgain() {
        try (ModelServer server =
                ModelServer.start(reply("One ", "two").failing(Fault.cut()), reply("Three ", "four"))) {
            Retry soon = new Retry(3, Duration.ofMillis(1), Duration.ofMillis(1));

            assertThat(model(server).retrying(soon).chat(HELLO, watched).text()).isEqualTo("Three four");
            assertThat(deltas)
                    .containsSubsequence(
                            new Delta.Text("One "),
                            new Delta.Discarded("the call failed and is made again: provider.network"),
                            new Delta.Text("Three "),
                            new Delta.Text("four"));
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void aHostThatIsNotThereIsFallenBackFrom() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        try (ModelServer server = ModelServer.start(reply("Hi"))) {
            Provider gone =
                    OpenAi.connect("http://127.0.0.1:" + port + "/v1").build().model("gone");

            assertThat(gone.orElse(model(server)).chat(HELLO, watched).text()).isEqualTo("Hi");
            assertThat(notices).element(1).isEqualTo(new Notice.Answered("openai-compatible/any", Cost.UNKNOWN));
        }
    }

    @Test
    void theLoserOfAHedgeIsCancelledOnTheWire() {
        try (ModelServer slow = ModelServer.start(reply("slow").after(Duration.ofHours(1)));
                ModelServer fast = ModelServer.start(reply("fa", "st").withUsage(Usage.of(3, 4)))) {
            Provider hedged = model(slow).hedged(Hedge.after(Duration.ofMillis(20)), model(fast));

            assertThat(hedged.chat(HELLO, watched).text()).isEqualTo("fast");
            assertThat(deltas).containsExactly(new Delta.Text("fa"), new Delta.Text("st"));
            assertThat(notices)
                    .contains(new Notice.AttemptCost("openai-compatible/any", Usage.UNREPORTED, Cost.UNKNOWN));
        }
    }

    @Test
    void aBreakerSparesAHostThatFails() {
        try (ModelServer server = ModelServer.start(asked -> Reply.fault(Fault.status(500, Map.of(), "{}")))) {
            Provider guarded = model(server).circuitBreaker(CircuitBreaker.of(2, 4, Duration.ofMinutes(5)));
            for (Kind kind : List.of(Kind.SERVER, Kind.SERVER, Kind.OVERLOADED, Kind.OVERLOADED)) {
                assertThatThrownBy(() -> guarded.chat(HELLO, watched))
                        .isInstanceOfSatisfying(
                                ProviderException.class,
                                e -> assertThat(e.kind()).isEqualTo(kind));
            }
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void aHitSendsNothing() throws Exception {
        try (ModelServer server = ModelServer.start(reply("One ", "two").after(Duration.ofMillis(50)))) {
            Provider cached = model(server)
                    .cached(ResponseCache.of(10, Duration.ofMinutes(1)).singleFlight());
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<String>> answers = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    answers.add(threads.submit(
                            () -> cached.chat(HELLO, Call.unwatched()).text()));
                }
                for (Future<String> answer : answers) {
                    assertThat(answer.get()).isEqualTo("One two");
                }
            }
            cached.chat(HELLO, watched);

            assertThat(deltas).containsExactly(new Delta.Text("One two"));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aLimitHoldsForAllConnectionsOfAKey() {
        try (ModelServer server = ModelServer.start(asked -> reply("Hi"))) {
            RateLimit limit = RateLimit.requestsPerMinute(2);
            model(server).rateLimited(limit).chat(HELLO, watched);
            model(server).rateLimited(limit).chat(HELLO, watched);
            try (Cancellation soon = Cancellation.after(Duration.ofSeconds(30))) {
                assertThatThrownBy(() -> model(server).rateLimited(limit).chat(HELLO, Call.of(soon)))
                        .isInstanceOfSatisfying(
                                ProviderException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED))
                        .hasMessageStartingWith("not sent: the limit of 2 requests a minute leaves no room");
            }
            assertThat(server.requests()).hasSize(2);
        }
    }
}
