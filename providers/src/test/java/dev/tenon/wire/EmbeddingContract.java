package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What every provider of embeddings does, over real HTTP. A format says how it writes a reply, and where its requests have their texts. */
public abstract class EmbeddingContract {
    /** For the classes that extend this one. */
    protected EmbeddingContract() {}

    /** A provider of this format, at a base URL that ends in {@code /v1}. */
    protected abstract EmbeddingProvider provider(String url);

    /** The host's name in messages. */
    protected abstract String host();

    /** A reply of these vectors, in order; as JSON lists of numbers. */
    protected abstract String reply(List<String> vectors);

    /** The texts of a request, in order. */
    protected abstract List<String> texts(Json request);

    /** The number of dimensions that a request asks for; null where it does not. */
    protected abstract Json dimensions(Json request);

    /** Texts in one request at most. */
    protected abstract int batch();

    private final List<Json> asked = new CopyOnWriteArrayList<>();

    /** The vector of a text that is a number. */
    private Answer numbered(LoopbackServer.Request request) {
        Json body = Json.parse(request.text());
        asked.add(body);
        return json(
                reply(texts(body).stream().map(text -> "[" + text + ", 0.5]").toList()));
    }

    private static Answer json(String body) {
        return Answer.of(200, "application/json", body);
    }

    private EmbeddingResponse embed(EmbeddingRequest request, Answer answer) {
        try (LoopbackServer server = LoopbackServer.start(it -> answer)) {
            return provider(server.url("/v1").toString()).embed(request, Call.unwatched());
        }
    }

    private ProviderException failure(Answer answer) {
        ProviderException e = org.assertj.core.api.Assertions.catchThrowableOfType(
                ProviderException.class, () -> embed(EmbeddingRequest.of(List.of("a", "b")), answer));
        assertThat(e).as("the exception").isNotNull();
        return e;
    }

    @Test
    void manyTextsGoInAsManyRequestsAsTheHostNeeds() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2 * batch() + 1; i++) {
            texts.add(Integer.toString(i));
        }
        try (LoopbackServer server = LoopbackServer.start(this::numbered)) {
            EmbeddingResponse all =
                    provider(server.url("/v1").toString()).embed(EmbeddingRequest.of(texts), Call.unwatched());

            assertThat(all.embeddings()).hasSize(texts.size());
            for (int i = 0; i < texts.size(); i++) {
                assertThat(all.embeddings().get(i).get(0)).isEqualTo(i);
            }
            assertThat(all.dimensions()).isEqualTo(2);
        }
        assertThat(asked.stream().map(it -> texts(it).size())).containsExactly(batch(), batch(), 1);
        assertThat(asked.stream().flatMap(it -> texts(it).stream())).isEqualTo(texts);
    }

    @Test
    void nothingIsAskedForNoTexts() {
        try (LoopbackServer server = LoopbackServer.start(this::numbered)) {
            EmbeddingResponse none =
                    provider(server.url("/v1").toString()).embed(EmbeddingRequest.of(List.of()), Call.unwatched());
            assertThat(none.embeddings()).isEmpty();
            assertThat(none.usage()).isEqualTo(Usage.ZERO);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void asManyNumbersComeAsWereAskedFor() {
        try (LoopbackServer server = LoopbackServer.start(this::numbered)) {
            EmbeddingProvider provider = provider(server.url("/v1").toString());
            EmbeddingRequest request = EmbeddingRequest.of(List.of("1"));

            provider.embed(request.withDimensions(2), Call.unwatched());
            provider.embed(request, Call.unwatched());

            assertThat(dimensions(asked.get(0))).isEqualTo(Json.of(2));
            assertThat(dimensions(asked.get(1))).isEqualTo(Json.NULL);
            assertThatThrownBy(() -> provider.embed(request.withDimensions(3), Call.unwatched()))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage(host() + ": embeddings of 3 numbers were asked for, and 2 came");
        }
    }

    @Test
    void whatDoesNotFitTheTextsIsNoReply() {
        assertThat(failure(json(reply(List.of("[1,2]")))))
                .hasMessage(host() + ": there is no embedding of text 1 of 2");
        assertThat(failure(json(reply(List.of("[1]", "[2]", "[3]")))))
                .hasMessage(host() + ": there are more embeddings than the 2 texts that were sent");
        assertThat(failure(json(reply(List.of("[1,2]", "[3]")))))
                .hasMessage(host() + ": embeddings have 2 numbers and 1");
        assertThat(failure(json(reply(List.of("[1,\"x\"]", "[3,4]")))))
                .hasMessage(host() + ": an embedding has something that is no number");
        assertThat(failure(json(reply(List.of("[]", "[3,4]")))))
                .hasMessage(host() + ": an embedding cannot be read: a vector has at least one number");
        assertThat(failure(json(reply(List.of("[1e99]", "[3]")))))
                .hasMessage(host()
                        + ": an embedding cannot be read: a number of a vector is finite, but that at 0 is Infinity");
        for (String body : List.of("{}", "[]", "null", "", "<html>", "{\"data\":7,\"embeddings\":7}")) {
            assertThat(failure(json(body)).kind()).as(body).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(failure(json(body)).status()).as(body).isEqualTo(200);
        }
    }

    @Test
    void aReplyThatIsCutAnywhereIsAnError() {
        String whole = reply(List.of("[1,2]", "[3,4]"));
        for (int length = 0; length < whole.length(); length++) {
            assertThat(failure(json(whole.substring(0, length))).kind())
                    .as("cut at %d", length)
                    .isEqualTo(Kind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void errorsHaveTheirKind() {
        assertThat(failure(Answer.of(401, "application/json", "{}")).kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(failure(Answer.of(429, "application/json", "{}").withHeader("retry-after", "7"))
                        .retryAfter())
                .contains(Duration.ofSeconds(7));
        assertThat(failure(Answer.of(503, "text/html", "<h1>Busy</h1>")).kind()).isEqualTo(Kind.OVERLOADED);
    }

    @Test
    void onlyTheRequestThatFailedIsMadeAgain() {
        List<String> texts = Collections.nCopies(batch() + 1, "1");
        try (LoopbackServer server = LoopbackServer.start(request -> {
            Answer answer = numbered(request);
            return asked.size() == 2 ? Answer.of(503, "application/json", "{}") : answer;
        })) {
            EmbeddingResponse all = provider(server.url("/v1").toString())
                    .retrying(new Retry(2, Duration.ZERO, Duration.ZERO))
                    .embed(EmbeddingRequest.of(texts), Call.unwatched());
            assertThat(all.embeddings()).hasSize(texts.size());
        }
        assertThat(asked.stream().map(it -> texts(it).size())).containsExactly(batch(), 1, 1);
    }

    @Test
    void aStoppedCallAsksNoMore() {
        Cancellation stop = new Cancellation();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            stop.cancel("enough");
            return numbered(request);
        })) {
            EmbeddingProvider provider = provider(server.url("/v1").toString());
            assertThatThrownBy(() ->
                            provider.embed(EmbeddingRequest.of(Collections.nCopies(batch() + 1, "1")), Call.of(stop)))
                    .isInstanceOf(StoppedException.class);
        }
        assertThat(asked.size()).isLessThan(2);
    }

    @Test
    void settingsOfTheHostsOwnGoOut() {
        try (LoopbackServer server = LoopbackServer.start(this::numbered)) {
            EmbeddingRequest request =
                    EmbeddingRequest.of(List.of("1")).withSettings(ModelSettings.NONE.with("truncate", Json.of("END")));
            provider(server.url("/v1").toString()).embed(request, Call.unwatched());
        }
        assertThat(asked.get(0).toString()).contains("\"truncate\":\"END\"");
    }
}
