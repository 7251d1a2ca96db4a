package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The shapes that hosts have for an error. */
class ReportedErrorsTest {
    private static ProviderException failed(Answer answer) {
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            ProviderException e = catchThrowableOfType(
                    ProviderException.class,
                    () -> OpenAi.connect(server.url("/v1").toString())
                            .build()
                            .model("m")
                            .chat(ChatRequest.of("Hi"), Call.unwatched()));
            assertThat(e).isNotNull();
            return e;
        }
    }

    private static ProviderException failed(int status, String body) {
        return failed(Answer.of(status, "application/json", body));
    }

    private static Json reported(int status, String body) {
        return failed(status, body).reported();
    }

    @Test
    void anObjectATextAListAndNone() {
        assertThat(
                        reported(
                                400,
                                "{\"error\":{\"message\":\"No\",\"type\":\"t\",\"code\":7,\"param\":\"p\",\"status\":\"INVALID\",\"more\":1}}"))
                .isEqualTo(Json.parse(
                        "{\"type\":\"t\",\"code\":7,\"message\":\"No\",\"param\":\"p\",\"error_status\":\"INVALID\"}"));
        assertThat(reported(400, "{\"error\":\"No\",\"error_type\":\"validation\"}"))
                .isEqualTo(Json.parse("{\"type\":\"validation\",\"message\":\"No\"}"));
        assertThat(reported(400, "[{\"error\":{\"code\":400,\"message\":\"No\",\"status\":\"INVALID_ARGUMENT\"}}]"))
                .isEqualTo(Json.parse("{\"code\":400,\"message\":\"No\",\"error_status\":\"INVALID_ARGUMENT\"}"));
        assertThat(reported(400, "{\"object\":\"error\",\"message\":\"No\",\"type\":\"t\",\"code\":\"7\"}"))
                .isEqualTo(Json.parse("{\"type\":\"t\",\"code\":\"7\",\"message\":\"No\"}"));
        assertThat(reported(422, "{\"detail\":\"No\"}")).isEqualTo(Json.parse("{\"message\":\"No\"}"));
        assertThat(reported(422, "{\"detail\":[{\"loc\":[\"body\"]}]}"))
                .isEqualTo(Json.parse("{\"message\":\"[{\\\"loc\\\":[\\\"body\\\"]}]\"}"));
        assertThat(reported(500, "\"No\"")).isEqualTo(Json.parse("{\"message\":\"No\"}"));
        assertThat(reported(500, "7")).isEqualTo(Json.Obj.EMPTY);
        assertThat(reported(500, "[]")).isEqualTo(Json.Obj.EMPTY);
        assertThat(reported(500, "No")).isEqualTo(Json.Obj.EMPTY);
        assertThat(reported(500, "")).isEqualTo(Json.Obj.EMPTY);
    }

    @Test
    void insideA200TheyAreTheSame() {
        assertThat(reported(200, "{\"error\":\"No\"}")).isEqualTo(Json.parse("{\"message\":\"No\"}"));
        assertThat(reported(200, "{\"message\":\"No\",\"code\":429}"))
                .isEqualTo(Json.parse("{\"code\":429,\"message\":\"No\"}"));
        assertThat(failed(200, "{\"message\":\"No\",\"code\":429}").kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(reported(200, "[{\"error\":{\"code\":503,\"message\":\"No\"}}]"))
                .isEqualTo(Json.parse("{\"code\":503,\"message\":\"No\"}"));
    }

    @Test
    void theMessageSaysWhoWhatAndWhichRequest() {
        assertThat(failed(Answer.of(400, "application/json", "{\"error\":{\"message\":\"No\"}}")
                        .withHeader("x-request-id", "req_1")))
                .hasMessage("openai-compatible answered 400: No (request req_1)");
        assertThat(failed(400, "{\"error\":{\"code\":\"no_such\"}}"))
                .hasMessage("openai-compatible answered 400: \"no_such\"");
        assertThat(failed(400, "{\"error\":{\"type\":\"no_such\"}}"))
                .hasMessage("openai-compatible answered 400: no_such");
        assertThat(failed(400, "{\"error\":{\"message\":\"" + "x".repeat(10_000) + "\"}}")
                        .getMessage())
                .hasSizeLessThan(600);
    }

    @Test
    void theWaitItAsksForIsTold() {
        ProviderException e = failed(Answer.of(429, "application/json", "{\"error\":{\"message\":\"Slow\"}}")
                .withHeader("retry-after", "2")
                .withHeader("retry-after-ms", "1500"));
        assertThat(e.retryAfter()).contains(Duration.ofMillis(1500));
        assertThat(e.reported())
                .isEqualTo(Json.parse("{\"message\":\"Slow\",\"retry_after\":\"2\",\"retry_after_ms\":\"1500\"}"));
        assertThat(e.context()).containsEntry("status", "429");
    }
}
