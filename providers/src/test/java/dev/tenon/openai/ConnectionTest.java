package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenon.http.HttpClient;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Request;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final String KEY = "sk-secret-0123456789";
    private static final String REPLY =
            "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

    private static Request asked(OpenAi.Builder connection, String model) {
        List<Request> requests = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            requests.add(request);
            return Answer.of(200, "application/json", REPLY);
        })) {
            connection
                    .baseUrl(server.url("/base").toString())
                    .build()
                    .model(model)
                    .chat(ChatRequest.of("Hi"), Call.unwatched());
        }
        return requests.get(0);
    }

    @Test
    void sendsKeyOrganisationProjectAndHeaders() {
        Request request = asked(
                OpenAi.connect(Dialect.OPENAI)
                        .key(KEY)
                        .organization("org-1")
                        .project("proj-1")
                        .header("X-Mine", "1"),
                "m");
        assertThat(request.method() + " " + request.path()).isEqualTo("POST /base/chat/completions");
        assertThat(request.headers())
                .containsEntry("authorization", "Bearer " + KEY)
                .containsEntry("openai-organization", "org-1")
                .containsEntry("openai-project", "proj-1")
                .containsEntry("x-mine", "1")
                .containsEntry("content-type", "application/json")
                .containsEntry("content-length", Integer.toString(request.body().length));
    }

    @Test
    void azureHasItsOwnHeaderAndAddresses() {
        Request request = asked(OpenAi.connect(Dialect.AZURE).key(KEY), "my deployment");
        assertThat(request.headers()).containsEntry("api-key", KEY).doesNotContainKey("authorization");
        assertThat(request.path()).isEqualTo("/base/chat/completions");
        Request old = asked(OpenAi.connect(Dialect.azure("2024-10-21")).key(KEY), "my deployment");
        assertThat(old.path()).isEqualTo("/base/deployments/my%20deployment/chat/completions?api-version=2024-10-21");
    }

    @Test
    void aKeyThatChangesIsAskedForBeforeEachCall() {
        AtomicInteger number = new AtomicInteger();
        List<String> seen = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            seen.add(request.header("authorization").orElse(""));
            return Answer.of(200, "application/json", REPLY);
        })) {
            Provider provider = OpenAi.connect(server.url("/v1").toString())
                    .key(() -> "token-" + number.incrementAndGet())
                    .build()
                    .model("m");
            provider.chat(ChatRequest.of("Hi"), Call.unwatched());
            provider.chat(ChatRequest.of("Hi"), Call.unwatched());
        }
        assertThat(seen).containsExactly("Bearer token-1", "Bearer token-2");
    }

    @Test
    void theEnvironmentDescribesAConnection() {
        assertThat(OpenAi.fromEnv(Map.of("OPENAI_API_KEY", KEY)))
                .hasToString("OpenAi[openai, https://api.openai.com/v1]");
        assertThat(OpenAi.fromEnv(Map.of("OPENAI_BASE_URL", "http://localhost:11434/v1/")))
                .hasToString("OpenAi[ollama, http://localhost:11434/v1]");
        assertThat(OpenAi.fromEnv(Map.of("OPENAI_BASE_URL", "https://acme.example/v1", "OPENAI_API_KEY", KEY)))
                .hasToString("OpenAi[openai-compatible, https://acme.example/v1]");
        assertThatThrownBy(() -> OpenAi.fromEnv(Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "OPENAI_API_KEY is not set: set it to a key of OpenAI, or set OPENAI_BASE_URL to the address"
                                + " of a compatible host that needs none, for example http://localhost:11434/v1");
        assertThatThrownBy(() -> OpenAi.fromEnv(Map.of("OPENAI_BASE_URL", "https://api.openai.com/v1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("OPENAI_API_KEY is not set: openai needs a key");
    }

    @Test
    void anAddressTellsTheDialectWhereAPresetHasIt() {
        assertThat(Dialect.at("https://api.deepseek.com/beta")).contains(Dialect.DEEPSEEK);
        assertThat(Dialect.at("http://127.0.0.1:1234/v1")).contains(Dialect.LM_STUDIO);
        assertThat(Dialect.at("https://acme.openai.azure.com/openai/v1")).contains(Dialect.AZURE);
        assertThat(Dialect.at("https://openai.azure.com.evil.example/v1")).isEmpty();
        assertThat(Dialect.at("https://acme.example/v1")).isEmpty();
        assertThat(Dialect.at("nonsense")).isEmpty();
        assertThat(Dialect.at("http://a b")).isEmpty();
    }

    @Test
    void whatCannotBeAConnectionSaysWhy() {
        assertThatThrownBy(() -> OpenAi.connect(Dialect.AZURE).build())
                .hasMessage("the dialect \"azure\" has no address of its own: give baseUrl(\u2026)");
        assertThatThrownBy(() -> OpenAi.connect("localhost:8080").build())
                .hasMessage("expected a URL that starts with http:// or https://, got \"localhost:\u2026\"");
        assertThatThrownBy(() -> OpenAi.connect("api.acme.example/v1").build())
                .hasMessage("expected a URL that starts with http:// or https://, got a text of 36 characters without a"
                        + " scheme");
        assertThatThrownBy(() -> OpenAi.connect(Dialect.OPENAI).key("  "))
                .hasMessage("the key is empty; leave it out where the host needs none");
        assertThatThrownBy(() -> OpenAi.connect(Dialect.OPENAI).build().model(" "))
                .hasMessage("a model needs a name");
    }

    @Test
    void aModelSaysWhatItsHostTakes() {
        ModelInfo info =
                OpenAi.connect(Dialect.OPENAI).key(KEY).build().model("gpt-5").info();
        assertThat(info.provider()).isEqualTo("openai");
        assertThat(info.model()).isEqualTo("gpt-5");
        assertThat(info.can(ModelInfo.Ability.JSON_SCHEMA)).isTrue();
        assertThat(OpenAi.connect(Dialect.DEEPSEEK).build().model("x").info().can(ModelInfo.Ability.JSON_SCHEMA))
                .isFalse();
    }

    @Test
    void aProgramsOwnClientIsUsedAndNothingIsSentTwice() {
        List<String> paths = new ArrayList<>();
        OkHttpClient own = new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    paths.add(chain.request().url().encodedPath());
                    return chain.proceed(chain.request());
                })
                .build();
        asked(OpenAi.connect(Dialect.OPENAI).key(KEY).http(HttpClient.of(own)), "m");
        assertThat(paths).containsExactly("/base/chat/completions");
    }

    @Test
    void theKeyIsNowhereToBeSeen() {
        String echo = "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY
                + ".\",\"code\":\"invalid_api_key\",\"param\":\"" + KEY + "\"}}";
        OpenAi connection;
        Throwable refused;
        try (LoopbackServer server = LoopbackServer.start(
                request -> Answer.of(401, "application/json", echo).withHeader("x-request-id", "Bearer " + KEY))) {
            connection = OpenAi.connect(server.url("/v1").toString())
                    .key(KEY)
                    .header("X-Other-Key", KEY)
                    .build();
            refused = catchThrowable(() -> connection.model("m").chat(ChatRequest.of("Hi"), Call.unwatched()));
        }
        Throwable broken = catchThrowable(() -> connection.model("m").chat(ChatRequest.of("Hi"), Call.unwatched()));
        Throwable wrong = catchThrowable(() -> OpenAi.connect(Dialect.OPENAI)
                .key(KEY + "\n" + KEY)
                .build()
                .model("m")
                .chat(ChatRequest.of("Hi"), Call.unwatched()));
        for (Throwable thrown : List.of(refused, broken, wrong)) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain(KEY);
            if (thrown instanceof ProviderException e) {
                assertThat(e.reported().toString()).doesNotContain(KEY);
                assertThat(e.failure().toString()).doesNotContain(KEY);
                assertThat(e.context().toString()).doesNotContain(KEY);
            }
        }
        assertThat(refused)
                .hasMessage("openai-compatible answered 401: Incorrect API key provided: [redacted]. (request Bearer"
                        + " [redacted])");
        assertThat(connection.toString()).doesNotContain(KEY);
        assertThat(connection.model("m").toString()).doesNotContain(KEY);
        assertThat(HttpClient.shared()
                        .endpoint("http://u:p4ssw0rd@127.0.0.1/v1?key=" + KEY, Map.of("X", KEY))
                        .toString())
                .doesNotContain(KEY)
                .doesNotContain("p4ssw0rd");
    }
}
