package dev.tenon.wire;

import dev.tenon.http.HttpStatus;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Codes and types of errors of OpenAI, and of hosts that speak its wire formats. A code is more exact than a type, and both are than a status that many errors share. */
public final class OpenAiErrors {
    private OpenAiErrors() {}

    /**
     * The kind of an error.
     *
     * @param error the object that describes it
     * @param status the HTTP status; 0 where the error came inside a reply that began well
     */
    public static Kind kind(Json.Obj error, int status) {
        Kind code = word(error, "code");
        Kind type = word(error, "type");
        if (code != null && saysMore(code)) return code;
        if (type != null && saysMore(type)) return type;
        int known = status != 0 ? status : statusIn(error);
        Kind byStatus = known == 0 ? null : HttpStatus.kind(known);
        // Hosts answer 400 to a wrong key and an unknown model too, and 500 to whatever their upstream said.
        if (byStatus != null && byStatus != Kind.INVALID_REQUEST && byStatus != Kind.SERVER) return byStatus;
        if (code != null && code != Kind.INVALID_REQUEST) return code;
        if (type != null && type != Kind.INVALID_REQUEST) return type;
        if (byStatus != null) return byStatus;
        return code == null && type == null ? Kind.SERVER : Kind.INVALID_REQUEST;
    }

    /** Whether a word of this kind is more exact than any status. */
    private static boolean saysMore(Kind kind) {
        return switch (kind) {
            case CONTEXT_TOO_LONG, CONTENT_FILTERED, QUOTA_EXCEEDED, MALFORMED_RESPONSE -> true;
            case AUTHENTICATION, PERMISSION, NOT_FOUND, INVALID_REQUEST, RATE_LIMITED -> false;
            case OVERLOADED, SERVER, TIMEOUT, NETWORK -> false;
        };
    }

    private static @Nullable Kind word(Json.Obj error, String member) {
        Optional<String> word = error.string(member);
        return word.isEmpty() ? null : kind(word.get().toLowerCase(Locale.ROOT));
    }

    /** The status that the error itself has: a number in code, status, status_code or raw_status_code. */
    private static int statusIn(Json.Obj error) {
        for (String name : new String[] {"status_code", "raw_status_code", "status", "code"}) {
            Json value = error.get(name).orElse(Json.NULL);
            int status = value instanceof Json.Num number && number.whole()
                    ? (int) Math.min(1000, number.doubleValue())
                    : value instanceof Json.Str text && text.value().matches("[3-5]\\d\\d")
                            ? Integer.parseInt(text.value())
                            : 0;
            if (status >= 300 && status <= 599) return status;
        }
        return 0;
    }

    /** OpenAI's error codes (API reference and SDKs, 2026) and those of hosts that have others. */
    private static @Nullable Kind kind(String word) {
        return switch (word) {
            case "invalid_api_key",
                    "authentication_error",
                    "invalid_authentication",
                    "incorrect_api_key",
                    "unauthorized" -> Kind.AUTHENTICATION;
            case "permission_error",
                    "permission_denied",
                    "unsupported_country_region_territory",
                    "insufficient_permissions",
                    "data_residency_mismatch" -> Kind.PERMISSION;
            case "model_not_found", "not_found_error", "not_found", "deploymentnotfound", "model_not_available" ->
                Kind.NOT_FOUND;
            case "context_length_exceeded",
                    "exceed_context_size_error",
                    "string_above_max_length",
                    "request_too_large" -> Kind.CONTEXT_TOO_LONG;
            case "content_filter",
                    "content_policy_violation",
                    "responsibleaipolicyviolation",
                    "content_filtered",
                    "image_content_policy_violation",
                    "bio_policy" -> Kind.CONTENT_FILTERED;
            case "insufficient_quota",
                    "billing_hard_limit_reached",
                    "billing_not_active",
                    "insufficient_credits",
                    "quota_exceeded" -> Kind.QUOTA_EXCEEDED;
            case "rate_limit_exceeded", "rate_limit_error", "rate_limited", "too_many_requests", "tokens", "requests" ->
                Kind.RATE_LIMITED;
            case "overloaded_error",
                    "overloaded",
                    "engine_overloaded",
                    "server_overloaded",
                    "slow_down",
                    "capacity_exceeded",
                    "service_unavailable" -> Kind.OVERLOADED;
            case "server_error", "internal_server_error", "internal_error" -> Kind.SERVER;
            case "timeout", "timeout_error", "request_timeout", "vector_store_timeout" -> Kind.TIMEOUT;
            // The model wrote a call or JSON that the host refused: another try may do better (Groq).
            case "tool_use_failed", "json_validate_failed" -> Kind.MALFORMED_RESPONSE;
            case "invalid_request_error", "invalid_request", "invalid_prompt", "previous_response_not_found" ->
                Kind.INVALID_REQUEST;
            // What Responses says of an image inside a reply that began well, where no status tells it.
            case "invalid_image",
                    "invalid_image_format",
                    "invalid_base64_image",
                    "invalid_image_url",
                    "invalid_image_mode",
                    "image_too_large",
                    "image_too_small",
                    "image_parse_error",
                    "image_file_too_large",
                    "image_file_not_found",
                    "unsupported_image_media_type",
                    "empty_image_file",
                    "failed_to_download_image" -> Kind.INVALID_REQUEST;
            default -> null;
        };
    }
}
