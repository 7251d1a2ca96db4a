package dev.tenon.anthropic;

import dev.tenon.http.HttpStatus;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.ErrorWords;
import org.jspecify.annotations.Nullable;

/** Anthropic's types of errors (docs.claude.com, "Errors", 2026). A type says more than the status, but for the one that many errors share. */
final class MessagesErrors implements ErrorWords {
    @Override
    public Kind kind(Json.Obj error, int status) {
        Kind type = kind(error.string("type").orElse(""));
        if (type != null && type != Kind.INVALID_REQUEST && type != Kind.SERVER) return type;
        if (status != 0) return HttpStatus.kind(status);
        return type == null ? Kind.SERVER : type;
    }

    /** Whether an error is named in these words. */
    static boolean isOne(Json.Obj error) {
        return kind(error.string("type").orElse("")) != null;
    }

    private static @Nullable Kind kind(String type) {
        return switch (type) {
            case "authentication_error" -> Kind.AUTHENTICATION;
            case "permission_error" -> Kind.PERMISSION;
            case "not_found_error" -> Kind.NOT_FOUND;
            case "billing_error" -> Kind.QUOTA_EXCEEDED;
            case "request_too_large" -> Kind.CONTEXT_TOO_LONG;
            case "rate_limit_error" -> Kind.RATE_LIMITED;
            case "overloaded_error" -> Kind.OVERLOADED;
            case "timeout_error" -> Kind.TIMEOUT;
            case "api_error" -> Kind.SERVER;
            case "invalid_request_error" -> Kind.INVALID_REQUEST;
            default -> null;
        };
    }
}
