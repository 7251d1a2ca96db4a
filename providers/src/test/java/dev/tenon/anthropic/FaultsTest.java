package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.HttpClient;
import dev.tenon.provider.Call;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.wire.FaultContract;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest extends FaultContract {
    @Override
    protected Provider provider(String url, HttpClient http) {
        return Anthropic.connect(url)
                .key("sk-ant-0123456789")
                .http(http)
                .build()
                .model("m");
    }

    @Override
    protected String host() {
        return "anthropic";
    }

    @Override
    protected String answer() {
        return "content";
    }

    @Override
    protected String whole() {
        return "{\"id\":\"c1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m1\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],"
            + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}";
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + members + "}\n\n";
    }

    @Override
    protected String begin() {
        return event(
                        "message_start",
                        ",\"message\":{\"id\":\"c1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m1\",\"content\":[],"
                            + "\"stop_reason\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}")
                + event("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                + event("ping", "");
    }

    @Override
    protected String text(String piece) {
        return event(
                "content_block_delta", ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + piece + "\"}");
    }

    @Override
    protected String finish() {
        return event("content_block_stop", ",\"index\":0")
                + event(
                        "message_delta",
                        ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":2}")
                + event("message_stop", "");
    }

    @Override
    protected String overloaded() {
        return "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Too"
                + " much\"},\"request_id\":\"req_1\"}";
    }

    @Override
    protected List<String> errorsInStream() {
        List<String> errors = new ArrayList<>(super.errorsInStream());
        errors.add("event: error\n"
                + "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Too"
                + " much\"}}\n");
        return errors;
    }

    @Test
    void aStreamIsWholeWithoutItsLastEvents() {
        String ended = finish().substring(0, finish().indexOf("event: message_stop"));
        assertThat(answered(events(chunk("Hello"), ended), watched()).text()).isEqualTo("Hello");
        assertThat(answered(events(chunk("Hello"), event("message_stop", "")), watched())
                        .text())
                .isEqualTo("Hello");
    }

    @Test
    void aStreamThatBreaksInACallHoldsWhatHadCome() {
        ProviderException e = failure(events(
                begin(),
                event(
                        "content_block_start",
                        ",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}"),
                event(
                        "content_block_delta",
                        ",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\"\"}")));
        assertThat(e).hasMessage("anthropic: the stream ended before the answer did");
        assertThat(e.partial().orElseThrow().message().toolCalls().get(0).arguments())
                .isEqualTo("{\"x\"");
        assertThat(e.partial().orElseThrow().usage().input()).isEqualTo(3);
    }

    @Test
    void everyErrorHasItsKind() {
        assertThat(kind(400, "invalid_request_error")).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(kind(401, "authentication_error")).isEqualTo(Kind.AUTHENTICATION);
        assertThat(kind(402, "billing_error")).isEqualTo(Kind.QUOTA_EXCEEDED);
        assertThat(kind(403, "permission_error")).isEqualTo(Kind.PERMISSION);
        assertThat(kind(404, "not_found_error")).isEqualTo(Kind.NOT_FOUND);
        assertThat(kind(413, "request_too_large")).isEqualTo(Kind.CONTEXT_TOO_LONG);
        assertThat(kind(429, "rate_limit_error")).isEqualTo(Kind.RATE_LIMITED);
        assertThat(kind(500, "api_error")).isEqualTo(Kind.SERVER);
        assertThat(kind(504, "timeout_error")).isEqualTo(Kind.TIMEOUT);
        assertThat(kind(529, "overloaded_error")).isEqualTo(Kind.OVERLOADED);
        // A status of a gateway's, with a word that says nothing.
        assertThat(kind(401, "invalid_request_error")).isEqualTo(Kind.AUTHENTICATION);
        assertThat(kind(503, "api_error")).isEqualTo(Kind.OVERLOADED);
        assertThat(kind(418, "teapot_error")).isEqualTo(Kind.INVALID_REQUEST);
    }

    private Kind kind(int status, String type) {
        ProviderException e =
                failure(json(status, "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"No\"}}"));
        assertThat(e).hasMessage("anthropic answered " + status + ": No");
        assertThat(e.reported().string("type")).contains(type);
        return e.kind();
    }

    @Test
    void theWaitAndTheRequestAreTold() {
        Answer answer = json(429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow\"}}")
                .withHeader("retry-after", "17")
                .withHeader("request-id", "req_1")
                .withHeader("x-should-retry", "true");
        ProviderException e = failure(answer);
        assertThat(e).hasMessage("anthropic answered 429: Slow (request req_1)");
        assertThat(e.retryAfter()).contains(Duration.ofSeconds(17));
        assertThat(e.reported().string("x_should_retry")).contains("true");
    }

    @Test
    void aLimitThatIsUsedUpSaysWhenItIsFilledAgain() {
        Instant reset = Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
        Answer answer = json(429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow\"}}")
                .withHeader("anthropic-ratelimit-requests-remaining", "7")
                .withHeader(
                        "anthropic-ratelimit-requests-reset",
                        reset.plus(Duration.ofHours(5)).toString())
                .withHeader("anthropic-ratelimit-output-tokens-remaining", "0")
                .withHeader("anthropic-ratelimit-output-tokens-reset", reset.toString());
        ProviderException e = failure(answer);
        // From a clock that goes on: an hour is room enough.
        assertThat(e.retryAfter().orElseThrow()).isBetween(Duration.ofHours(1), Duration.ofHours(2));
    }

    @Test
    void aCallThatCountsFailsLikeAnyOther() {
        for (String body : List.of("", "{}", "[]", "{\"input_tokens\":\"7\"}", "{\"input_tok", "<html>")) {
            try (LoopbackServer server = LoopbackServer.start(request -> json(200, body))) {
                Anthropic anthropic =
                        Anthropic.connect(server.url("").toString()).build();
                ProviderException e = org.assertj.core.api.Assertions.catchThrowableOfType(
                        ProviderException.class,
                        () -> anthropic.countTokens("m", dev.tenon.provider.ChatRequest.of("Hi"), Call.unwatched()));
                assertThat(e.kind()).as(body).isEqualTo(Kind.MALFORMED_RESPONSE);
            }
        }
    }
}
