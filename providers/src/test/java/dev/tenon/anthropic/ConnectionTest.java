package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final String KEY = "sk-ant-api03-secret";

    private static LoopbackServer.Request asked(Function<String, Anthropic> connection) {
        List<LoopbackServer.Request> requests = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            requests.add(request);
            return Answer.of(200, "application/json", Asked.OK);
        })) {
            connection
                    .apply(server.url("").toString())
                    .model("m")
                    .chat(
                            ChatRequest.of("Hi").withSettings(ModelSettings.NONE.with("betas", Json.array("b", "a"))),
                            Call.unwatched());
        }
        return requests.get(0);
    }

    @Test
    void theKeyTheVersionAndTheBetasGoInHeaders() {
        LoopbackServer.Request request = asked(url -> Anthropic.connect(url)
                .key(KEY)
                .betas("a", "c")
                .header("X-Team", "search")
                .build());
        assertThat(request.path()).isEqualTo("/v1/messages");
        assertThat(request.header("x-api-key")).contains(KEY);
        assertThat(request.header("authorization")).isEmpty();
        assertThat(request.header("anthropic-version")).contains("2023-06-01");
        assertThat(request.header("anthropic-beta")).contains("a,c,b");
        assertThat(request.header("x-team")).contains("search");
    }

    @Test
    void aTokenInPlaceOfAKey() {
        LoopbackServer.Request request = asked(
                url -> Anthropic.connect(url + "/v1/").token(() -> "t0k3n").build());
        assertThat(request.path()).isEqualTo("/v1/messages");
        assertThat(request.header("authorization")).contains("Bearer t0k3n");
        assertThat(request.header("x-api-key")).isEmpty();
    }

    @Test
    void theEnvironmentDescribesAConnection() {
        assertThat(Anthropic.fromEnv(Map.of("ANTHROPIC_API_KEY", KEY)))
                .hasToString("Anthropic[https://api.anthropic.com/v1]");
        LoopbackServer.Request request = asked(url -> Anthropic.fromEnv(Map.of(
                "ANTHROPIC_API_KEY", " " + KEY + " ", "ANTHROPIC_AUTH_TOKEN", "t", "ANTHROPIC_BASE_URL", url + "/")));
        assertThat(request.header("x-api-key")).contains(KEY);
        request = asked(url -> Anthropic.fromEnv(Map.of("ANTHROPIC_AUTH_TOKEN", "t0k3n", "ANTHROPIC_BASE_URL", url)));
        assertThat(request.header("authorization")).contains("Bearer t0k3n");
        request = asked(url -> Anthropic.fromEnv(Map.of("ANTHROPIC_BASE_URL", url)));
        assertThat(request.header("x-api-key")).isEmpty();
        assertThatThrownBy(() -> Anthropic.fromEnv(Map.of("ANTHROPIC_API_KEY", " ")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "ANTHROPIC_API_KEY is not set: set it to a key of Anthropic, or set ANTHROPIC_BASE_URL to the"
                                + " address of a host that speaks its Messages API and needs none");
    }

    @Test
    void whatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> Anthropic.connect("localhost:8080").build())
                .hasMessage("expected a URL that starts with http:// or https://, got \"localhost:\u2026\"");
        assertThatThrownBy(() -> Anthropic.connect().key("  "))
                .hasMessage("the key is empty; leave it out where the host needs none");
        assertThatThrownBy(() -> Anthropic.connect().betas("a", " ")).hasMessage("a beta needs a name");
        assertThatThrownBy(() -> Anthropic.connect().pauses(-1)).hasMessage("pauses < 0: -1");
        assertThatThrownBy(() -> Anthropic.connect().build().model(" ")).hasMessage("a model needs a name");
    }

    @Test
    void aModelSaysWhatItCan() {
        ModelInfo info = Anthropic.connect().build().model("claude-x").info();
        assertThat(info.provider()).isEqualTo("anthropic");
        assertThat(info.model()).isEqualTo("claude-x");
        assertThat(info.can(ModelInfo.Ability.JSON_SCHEMA)).isTrue();
        assertThat(info.can(ModelInfo.Ability.AUDIO_INPUT)).isFalse();
    }

    @Test
    void aKeyIsAskedForBeforeEachCall() {
        try (ModelServer server = ModelServer.start(asked -> Reply.reply("ok")).requiring("second")) {
            List<String> keys = new ArrayList<>(List.of("first", "second"));
            Anthropic anthropic = Anthropic.connect(server.url("").toString())
                    .key(() -> keys.remove(0))
                    .build();
            ProviderException e = org.assertj.core.api.Assertions.catchThrowableOfType(
                    ProviderException.class, () -> anthropic.model("m").chat(ChatRequest.of("Hi"), Call.unwatched()));
            assertThat(e.kind()).isEqualTo(ProviderException.Kind.AUTHENTICATION);
            assertThat(anthropic
                            .model("m")
                            .chat(ChatRequest.of("Hi"), Call.unwatched())
                            .text())
                    .isEqualTo("ok");
        }
    }

    @Test
    void theKeyIsNowhereToBeSeen() {
        String echo =
                "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key: "
                        + KEY + "\"}}";
        Anthropic connection;
        Throwable refused;
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(401, "application/json", echo))) {
            connection = Anthropic.connect(server.url("").toString())
                    .key(KEY)
                    .header("X-Other-Key", KEY)
                    .build();
            refused = catchThrowable(() -> connection.model("m").chat(ChatRequest.of("Hi"), Call.unwatched()));
        }
        Throwable broken = catchThrowable(() -> connection.model("m").chat(ChatRequest.of("Hi"), Call.unwatched()));
        Throwable wrong = catchThrowable(() -> Anthropic.connect()
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
            }
        }
        assertThat(refused).hasMessage("anthropic answered 401: invalid x-api-key: [redacted]");
        assertThat(connection.toString()).doesNotContain(KEY);
        assertThat(connection.model("m").toString()).doesNotContain(KEY);
    }
}
