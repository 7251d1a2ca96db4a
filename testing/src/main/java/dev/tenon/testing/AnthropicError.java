package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;

/** Status and type of an error (docs.claude.com, "Errors", 2026). */
record AnthropicError(int status, String type) {
    static AnthropicError of(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> new AnthropicError(401, "authentication_error");
            case PERMISSION -> new AnthropicError(403, "permission_error");
            case NOT_FOUND -> new AnthropicError(404, "not_found_error");
            // The API has no word for a filter: it refuses the request, or answers with a refusal.
            case INVALID_REQUEST, CONTENT_FILTERED -> new AnthropicError(400, "invalid_request_error");
            case CONTEXT_TOO_LONG -> new AnthropicError(413, "request_too_large");
            case QUOTA_EXCEEDED -> new AnthropicError(402, "billing_error");
            case RATE_LIMITED -> new AnthropicError(429, "rate_limit_error");
            case OVERLOADED -> new AnthropicError(529, "overloaded_error");
            case TIMEOUT -> new AnthropicError(504, "timeout_error");
            case SERVER, NETWORK, MALFORMED_RESPONSE -> new AnthropicError(500, "api_error");
        };
    }

    byte[] body(String message) {
        Json error = Json.object().put("type", type).put("message", message).build();
        return WireJson.bytes(
                Json.object().put("type", "error").put("error", error).build().toString());
    }
}
