package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An error as Google has it: a canonical code and details ({@code google.rpc.Status}). A request that is too long the real host refuses in words only; here it
 * has the status of a front end that does not let it in.
 *
 * @param code the canonical code; empty where a front end answers
 */
record GeminiWireError(int status, String code, List<Json> details) {
    static GeminiWireError of(Kind kind, Duration retryAfter) {
        return switch (kind) {
            case AUTHENTICATION ->
                new GeminiWireError(
                        400,
                        "INVALID_ARGUMENT",
                        List.of(detail("ErrorInfo")
                                .put("reason", "API_KEY_INVALID")
                                .build()));
            case PERMISSION -> new GeminiWireError(403, "PERMISSION_DENIED", List.of());
            case NOT_FOUND -> new GeminiWireError(404, "NOT_FOUND", List.of());
            case INVALID_REQUEST, CONTENT_FILTERED -> new GeminiWireError(400, "INVALID_ARGUMENT", List.of());
            case CONTEXT_TOO_LONG -> new GeminiWireError(413, "", List.of());
            case QUOTA_EXCEEDED -> exhausted("GenerateRequestsPerDayPerProjectPerModel", retryAfter);
            case RATE_LIMITED -> exhausted("GenerateRequestsPerMinutePerProjectPerModel", retryAfter);
            case OVERLOADED -> new GeminiWireError(503, "UNAVAILABLE", List.of());
            case SERVER, NETWORK, MALFORMED_RESPONSE -> new GeminiWireError(500, "INTERNAL", List.of());
            case TIMEOUT -> new GeminiWireError(504, "DEADLINE_EXCEEDED", List.of());
        };
    }

    private static GeminiWireError exhausted(String quota, Duration retryAfter) {
        List<Json> details = new ArrayList<>();
        details.add(detail("QuotaFailure")
                .put("violations", Json.array(Json.object("quotaId", quota)))
                .build());
        if (!retryAfter.isZero()) {
            String seconds = BigDecimal.valueOf(retryAfter.toMillis(), 3)
                    .stripTrailingZeros()
                    .toPlainString();
            details.add(detail("RetryInfo").put("retryDelay", seconds + "s").build());
        }
        return new GeminiWireError(429, "RESOURCE_EXHAUSTED", details);
    }

    private static Json.ObjBuilder detail(String type) {
        return Json.object().put("@type", "type.googleapis.com/google.rpc." + type);
    }

    Json body(String message) {
        Json.ObjBuilder error = Json.object().put("code", status).put("message", message);
        if (!code.isEmpty()) {
            error.put("status", code);
        }
        if (!details.isEmpty()) {
            error.put("details", details);
        }
        return Json.object("error", error.build());
    }
}
