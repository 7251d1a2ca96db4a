package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.OpenAiErrors;
import org.junit.jupiter.api.Test;

class ErrorKindsTest {
    private static Kind kind(int status, String error) {
        return OpenAiErrors.kind(Json.parse(error).asObj(), status);
    }

    @Test
    void theStatusDecidesWhereThereIsNoCode() {
        assertThat(kind(401, "{}")).isEqualTo(Kind.AUTHENTICATION);
        assertThat(kind(402, "{}")).isEqualTo(Kind.QUOTA_EXCEEDED);
        assertThat(kind(403, "{}")).isEqualTo(Kind.PERMISSION);
        assertThat(kind(404, "{}")).isEqualTo(Kind.NOT_FOUND);
        assertThat(kind(408, "{}")).isEqualTo(Kind.TIMEOUT);
        assertThat(kind(413, "{}")).isEqualTo(Kind.CONTEXT_TOO_LONG);
        assertThat(kind(422, "{}")).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(kind(429, "{}")).isEqualTo(Kind.RATE_LIMITED);
        assertThat(kind(500, "{}")).isEqualTo(Kind.SERVER);
        assertThat(kind(503, "{}")).isEqualTo(Kind.OVERLOADED);
        assertThat(kind(504, "{}")).isEqualTo(Kind.TIMEOUT);
        assertThat(kind(529, "{}")).isEqualTo(Kind.OVERLOADED);
        assertThat(kind(599, "{}")).isEqualTo(Kind.SERVER);
    }

    @Test
    void someCodesSayMoreThanTheStatus() {
        assertThat(kind(400, "{\"code\":\"context_length_exceeded\"}")).isEqualTo(Kind.CONTEXT_TOO_LONG);
        assertThat(kind(400, "{\"code\":\"content_filter\"}")).isEqualTo(Kind.CONTENT_FILTERED);
        assertThat(kind(429, "{\"code\":\"insufficient_quota\",\"type\":\"insufficient_quota\"}"))
                .isEqualTo(Kind.QUOTA_EXCEEDED);
        assertThat(kind(400, "{\"code\":\"tool_use_failed\",\"type\":\"invalid_request_error\"}"))
                .isEqualTo(Kind.MALFORMED_RESPONSE);
        assertThat(kind(400, "{\"code\":\"invalid_api_key\"}")).isEqualTo(Kind.AUTHENTICATION);
        assertThat(kind(400, "{\"code\":\"model_not_found\"}")).isEqualTo(Kind.NOT_FOUND);
        assertThat(kind(500, "{\"type\":\"overloaded_error\"}")).isEqualTo(Kind.OVERLOADED);
    }

    @Test
    void insideAReplyOfResponsesTheCodeIsAllThereIs() {
        assertThat(kind(0, "{\"code\":\"server_error\"}")).isEqualTo(Kind.SERVER);
        assertThat(kind(0, "{\"code\":\"rate_limit_exceeded\"}")).isEqualTo(Kind.RATE_LIMITED);
        assertThat(kind(0, "{\"code\":\"invalid_prompt\"}")).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(kind(0, "{\"code\":\"image_too_large\"}")).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(kind(0, "{\"code\":\"image_content_policy_violation\"}")).isEqualTo(Kind.CONTENT_FILTERED);
        assertThat(kind(0, "{\"code\":\"vector_store_timeout\"}")).isEqualTo(Kind.TIMEOUT);
        assertThat(kind(0, "{\"code\":\"data_residency_mismatch\"}")).isEqualTo(Kind.PERMISSION);
        assertThat(kind(0, "{\"type\":\"error\",\"code\":\"server_overloaded\"}"))
                .isEqualTo(Kind.OVERLOADED);
    }

    @Test
    void aGeneralCodeSaysLessThanTheStatus() {
        assertThat(kind(401, "{\"type\":\"authentication_error\",\"code\":\"invalid_request_error\"}"))
                .isEqualTo(Kind.AUTHENTICATION);
        assertThat(kind(404, "{\"type\":\"invalid_request_error\"}")).isEqualTo(Kind.NOT_FOUND);
        assertThat(kind(429, "{\"type\":\"service_tier_capacity_exceeded\",\"code\":\"3505\"}"))
                .isEqualTo(Kind.RATE_LIMITED);
        assertThat(kind(400, "{\"type\":\"something_new\"}")).isEqualTo(Kind.INVALID_REQUEST);
    }

    @Test
    void insideAReplyTheErrorsOwnStatusCounts() {
        assertThat(kind(0, "{\"code\":502}")).isEqualTo(Kind.SERVER);
        assertThat(kind(0, "{\"code\":429}")).isEqualTo(Kind.RATE_LIMITED);
        assertThat(kind(0, "{\"code\":\"503\"}")).isEqualTo(Kind.OVERLOADED);
        assertThat(kind(0, "{\"status_code\":400,\"type\":\"x\"}")).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(kind(0, "{\"type\":\"server_error\"}")).isEqualTo(Kind.SERVER);
        assertThat(kind(0, "{\"type\":\"invalid_request_error\"}")).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(kind(0, "{\"code\":1e99,\"message\":\"?\"}")).isEqualTo(Kind.SERVER);
        assertThat(kind(0, "{}")).isEqualTo(Kind.SERVER);
    }
}
