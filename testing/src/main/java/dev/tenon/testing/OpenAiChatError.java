package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Status, type and code of an error (guide "Error codes"; the codes as the API sends them). */
record OpenAiChatError(int status, String type, @Nullable String code) {
    static OpenAiChatError of(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> new OpenAiChatError(401, "invalid_request_error", "invalid_api_key");
            case PERMISSION ->
                new OpenAiChatError(403, "invalid_request_error", "unsupported_country_region_territory");
            case NOT_FOUND -> new OpenAiChatError(404, "invalid_request_error", "model_not_found");
            case INVALID_REQUEST -> new OpenAiChatError(400, "invalid_request_error", null);
            case CONTEXT_TOO_LONG -> new OpenAiChatError(400, "invalid_request_error", "context_length_exceeded");
            case CONTENT_FILTERED -> new OpenAiChatError(400, "invalid_request_error", "content_filter");
            case QUOTA_EXCEEDED -> new OpenAiChatError(429, "insufficient_quota", "insufficient_quota");
            case RATE_LIMITED -> new OpenAiChatError(429, "requests", "rate_limit_exceeded");
            case OVERLOADED -> new OpenAiChatError(503, "server_error", "server_overloaded");
            case SERVER, NETWORK, MALFORMED_RESPONSE -> new OpenAiChatError(500, "server_error", null);
            case TIMEOUT -> new OpenAiChatError(408, "timeout", null);
        };
    }

    Answer answer(String message, Duration retryAfter) {
        Answer answer = Answer.of(status, "application/json", body(message));
        if (retryAfter.isZero()) {
            return answer;
        }
        return answer.withHeader("retry-after", Long.toString(Math.ceilDiv(retryAfter.toMillis(), 1000)))
                .withHeader("retry-after-ms", Long.toString(retryAfter.toMillis()));
    }

    byte[] body(String message) {
        Json error = Json.object()
                .put("message", message)
                .put("type", type)
                .put("param", null)
                .put("code", code)
                .build();
        return WireJson.bytes(Json.object("error", error).toString());
    }
}
