package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final String KEY = "AIza-secret-0123456789";
    private static final String REPLY =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}]}";

    private final List<Request> requests = new ArrayList<>();

    private LoopbackServer server() {
        return LoopbackServer.start(request -> {
            requests.add(request);
            return Answer.of(200, "application/json", REPLY);
        });
    }

    private static Call watched() {
        return Call.watched(new Cancellation(), delta -> {}, notice -> {});
    }

    private List<String> paths() {
        return requests.stream().map(Request::path).toList();
    }

    @Test
    void theKeyGoesInAHeaderAndTheModelInThePath() {
        try (LoopbackServer server = server()) {
            Gemini gemini = Gemini.connect(server.url("/v1beta/").toString())
                    .key(KEY)
                    .header("x-goog-user-project", "acme")
                    .build();
            Provider model = gemini.model("gemini-2.5-flash");
            model.chat(ChatRequest.of("Hi"), Call.unwatched());
            model.chat(ChatRequest.of("Hi"), watched());
            gemini.model("models/gemini-2.5-flash").chat(ChatRequest.of("Hi"), Call.unwatched());
            gemini.model("tunedModels/my model").chat(ChatRequest.of("Hi"), Call.unwatched());
        }
        assertThat(paths())
                .containsExactly(
                        "/v1beta/models/gemini-2.5-flash:generateContent",
                        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
                        "/v1beta/models/gemini-2.5-flash:generateContent",
                        "/v1beta/tunedModels/my%20model:generateContent");
        assertThat(requests)
                .allSatisfy(request -> assertThat(request.headers())
                        .containsEntry("x-goog-api-key", KEY)
                        .containsEntry("x-goog-user-project", "acme")
                        .doesNotContainKey("authorization"));
    }

    @Test
    void vertexIsAskedWithATokenThatIsAskedForEachTime() {
        AtomicInteger asked = new AtomicInteger();
        try (LoopbackServer server = server()) {
            Gemini vertex = Gemini.vertex("acme-prod", "global")
                    .token(() -> "token-" + asked.incrementAndGet())
                    .baseUrl(server.url("/v1beta1/projects/acme-prod/locations/global")
                            .toString())
                    .streamsAsArrays()
                    .build();
            Provider model = vertex.model("gemini-2.5-flash");
            model.chat(ChatRequest.of("Hi"), Call.unwatched());
            model.chat(ChatRequest.of("Hi"), watched());
            vertex.model("endpoints/123").chat(ChatRequest.of("Hi"), Call.unwatched());
        }
        String base = "/v1beta1/projects/acme-prod/locations/global";
        assertThat(paths())
                .containsExactly(
                        base + "/publishers/google/models/gemini-2.5-flash:generateContent",
                        base + "/publishers/google/models/gemini-2.5-flash:streamGenerateContent",
                        base + "/endpoints/123:generateContent");
        assertThat(requests.stream()
                        .map(request -> request.header("authorization").orElseThrow()))
                .containsExactly("Bearer token-1", "Bearer token-2", "Bearer token-3");
    }

    @Test
    void aKeyThatIsQuotedIsNeverShown() {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(
                400,
                "application/json",
                "{\"error\":{\"code\":400,\"message\":\"bad key " + KEY + "\",\"status\":\"INVALID_ARGUMENT\"}}"))) {
            Gemini gemini =
                    Gemini.connect(server.url("/v1beta").toString()).key(KEY).build();
            Provider model = gemini.model("m");
            ProviderException e = catchThrowableOfType(
                    ProviderException.class, () -> model.chat(ChatRequest.of("Hi"), Call.unwatched()));

            assertThat(e).hasMessage("gemini answered 400: bad key [redacted]");
            assertThat(e.reported().toString()).doesNotContain(KEY);
            assertThat(gemini.toString() + model).doesNotContain(KEY);
        }
    }

    @Test
    void tokensAreCounted() {
        try (LoopbackServer server = LoopbackServer.start(request -> {
            requests.add(request);
            return Answer.of(200, "application/json", "{\n  \"totalTokens\": 61\n}");
        })) {
            Gemini gemini =
                    Gemini.connect(server.url("/v1beta").toString()).key(KEY).build();
            assertThat(gemini.countTokens("gemini-2.5-flash", ChatRequest.of("Hi"), new Cancellation()))
                    .isEqualTo(61);
        }
        assertThat(paths()).containsExactly("/v1beta/models/gemini-2.5-flash:countTokens");
        assertThat(requests.get(0).header("x-goog-api-key")).contains(KEY);
    }

    @Test
    void aCountThatIsNoneIsAFailure() {
        Map<String, String> wrong = Map.of(
                "{}", "gemini: the reply has no totalTokens",
                "{\"totalTokens\":\"5\"}", "gemini: the reply has no totalTokens",
                "[]", "gemini: the reply is no JSON object",
                "{\"total", "gemini: the reply is no JSON, or was cut",
                "", "gemini: the reply is empty");
        wrong.forEach((body, message) -> {
            try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "application/json", body))) {
                Gemini gemini = Gemini.connect(server.url("/v1beta").toString()).build();
                ProviderException e = catchThrowableOfType(
                        ProviderException.class,
                        () -> gemini.countTokens("m", ChatRequest.of("Hi"), new Cancellation()));
                assertThat(e).as(body).hasMessage(message);
                assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            }
        });
    }

    @Test
    void theEnvironmentDescribesAConnection() {
        assertThat(Gemini.fromEnv(Map.of("GEMINI_API_KEY", KEY)))
                .hasToString("Gemini[gemini, https://generativelanguage.googleapis.com/v1beta]");
        assertThat(Gemini.fromEnv(
                        Map.of("GOOGLE_API_KEY", KEY, "GOOGLE_GEMINI_BASE_URL", "https://proxy.example/v1beta")))
                .hasToString("Gemini[gemini, https://proxy.example/v1beta]");
        assertThatThrownBy(() -> Gemini.fromEnv(Map.of("GEMINI_API_KEY", " ")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("GEMINI_API_KEY is not set: set it to a key of Google AI Studio");
        assertThatThrownBy(() -> Gemini.fromEnv(Map.of("GEMINI_API_KEY", KEY, "GOOGLE_GENAI_USE_VERTEXAI", "True")))
                .hasMessage(
                        "GOOGLE_GENAI_USE_VERTEXAI is set: Vertex AI needs tokens that expire, which no variable has;"
                                + " use Gemini.vertex(project, location).token(…)");
    }

    @Test
    void everyLocationHasItsAddress() {
        assertThat(Gemini.vertex("p", "global").token(() -> "t").build())
                .hasToString(
                        "Gemini[vertex-ai, https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global]");
        assertThat(Gemini.vertex("p", "eu").token(() -> "t").build())
                .hasToString(
                        "Gemini[vertex-ai, https://aiplatform.eu.rep.googleapis.com/v1beta1/projects/p/locations/eu]");
        assertThat(Gemini.vertex("example.com:p", "us-central1")
                        .token(() -> "t")
                        .build())
                .hasToString(
                        "Gemini[vertex-ai, https://us-central1-aiplatform.googleapis.com/v1beta1/projects/example.com:p"
                                + "/locations/us-central1]");
        for (String wrong : List.of("", " ", "a/b", "evil.example#")) {
            assertThatThrownBy(() -> Gemini.vertex("p", wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "a location of Vertex AI is letters, digits, '.', ':', '_' and '-', got \"" + wrong + "\"");
        }
    }

    @Test
    void whatIsWrongWithAConnectionShowsAtOnce() {
        assertThatThrownBy(() -> Gemini.connect("localhost:8080").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a URL that starts with http:// or https://, got ");
        assertThatThrownBy(() ->
                        Gemini.connect("https://host.example/v1beta?key=" + KEY).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the address of gemini has a query: leave it out, and give a key by key(…), which sends it in a"
                                + " header");
        assertThatThrownBy(() -> Gemini.connect().key(" ")).hasMessage("the key is empty");
        assertThatThrownBy(() -> Gemini.connect().key(KEY).token(() -> "t").build())
                .hasMessage("the connection has a key and a token too: leave one of them out");
        assertThatThrownBy(() -> Gemini.connect().header("x\n", "1").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Gemini.connect().build().model(" ")).hasMessage("a model needs a name");
        assertThatThrownBy(() -> Gemini.connect().build().model("")).hasMessage("a model needs a name");
    }

    @Test
    void aModelSaysWhatIsKnownOfIt() {
        Gemini gemini = Gemini.connect().build();
        assertThat(gemini.model("gemini-2.5-flash").info().provider()).isEqualTo("gemini");
        assertThat(gemini.model("gemini-2.5-flash").info().can(ModelInfo.Ability.DOCUMENT_INPUT))
                .isTrue();
        ModelInfo known = ModelInfo.of("gemini", "gemini-2.5-flash");
        assertThat(gemini.model(known).info()).isEqualTo(known);
        assertThat(gemini.model("m")).hasToString("GeminiModel[gemini, models/m]");
    }
}
