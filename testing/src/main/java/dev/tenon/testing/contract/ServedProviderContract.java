package dev.tenon.testing.contract;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What every {@link Provider} does that talks HTTP, in a wire format that {@link ModelServer} speaks. */
public abstract class ServedProviderContract extends ProviderContract {
    private static final Duration AN_HOUR = Duration.ofHours(1);

    /** For the classes that extend this one. */
    protected ServedProviderContract() {}

    /** A provider that talks to this server. It must not retry. */
    protected abstract Provider connect(ModelServer server);

    @Override
    protected Provider provider(Function<ModelRequest, Reply> model) {
        return connect(closing(ModelServer.start(model)));
    }

    private static ProviderException failure(Provider provider, Call call) {
        ProviderException failed =
                catchThrowableOfType(ProviderException.class, () -> provider.chat(ChatRequest.of("Hello?"), call));
        assertThat(failed).as("the exception").isNotNull();
        return failed;
    }

    @Test
    void asksOnce() {
        ModelServer server = closing(ModelServer.start(asked -> fault(Fault.reset())));

        failure(connect(server), Call.unwatched());

        assertThat(server.asked()).isEqualTo(1);
    }

    @Test
    void releasesTheConnectionWhereTheCallIsStopped() throws InterruptedException {
        Cancellation stop = new Cancellation();
        ModelServer server = closing(ModelServer.start(asked -> {
            stop.cancel("the user left");
            return reply("Hi").after(AN_HOUR);
        }));
        Provider provider = connect(server);

        assertThatThrownBy(() -> provider.chat(ChatRequest.of("Hello?"), Call.of(stop)))
                .isInstanceOf(StoppedException.class);

        server.awaitIdle(Duration.ofSeconds(30));
        assertThat(server.abandoned()).isEqualTo(1);
    }

    @Test
    void tellsTheStatusOfAPageThatIsNoAnswer() {
        for (boolean watched : new boolean[] {false, true}) {
            ModelServer server = closing(ModelServer.start(
                    asked -> fault(Fault.status(503, Map.of("content-type", "text/html"), "<h1>Busy</h1>"))));
            Call call = watched ? Call.watched(new Cancellation(), d -> {}, n -> {}) : Call.unwatched();

            ProviderException failed = failure(connect(server), call);

            assertThat(failed.status()).isEqualTo(503);
            assertThat(failed.kind()).isEqualTo(Kind.OVERLOADED);
        }
    }

    @Test
    void refusesAPageInPlaceOfAnAnswer() {
        ModelServer server = closing(ModelServer.start(
                asked -> fault(Fault.status(200, Map.of("content-type", "text/html"), "<h1>Sign in</h1>"))));

        assertThat(failure(connect(server), Call.unwatched()).kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
        assertThat(failure(connect(server), Call.watched(new Cancellation(), d -> {}, n -> {}))
                        .kind())
                .isEqualTo(Kind.MALFORMED_RESPONSE);
    }

    @Test
    void refusesAnEmptyAnswer() {
        ModelServer server = closing(
                ModelServer.start(asked -> fault(Fault.status(200, Map.of("content-type", "application/json"), ""))));

        assertThat(failure(connect(server), Call.unwatched()).kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
    }
}
