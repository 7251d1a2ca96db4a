package dev.tenon.gemini;

import dev.tenon.http.HttpStatus;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.ErrorWords;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Google's errors: a canonical code ({@code google.rpc.Code}) in {@code status}, and details that say more. That a request is too long it says in
 * words only, so it is an invalid request here.
 */
final class GeminiErrors implements ErrorWords {
    /** The type of an error that this package makes of a prompt that was blocked: Google answers 200 and no candidates. */
    static final String BLOCKED = "prompt_blocked";

    /** No host asks for more. */
    private static final BigDecimal MAX_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(365).toSeconds());

    @Override
    public Kind kind(Json.Obj error, int status) {
        if (error.string("type").orElse("").equals(BLOCKED)) return Kind.CONTENT_FILTERED;
        Kind reason = detail(error, "ErrorInfo")
                .flatMap(info -> info.string("reason"))
                .map(GeminiErrors::reason)
                .orElse(null);
        if (reason != null) return reason;
        Kind code = error.string("status").map(word -> code(word, error)).orElse(null);
        if (code != null) return code;
        int known = status != 0 ? status : statusIn(error);
        return known == 0 ? Kind.SERVER : HttpStatus.kind(known);
    }

    private static int statusIn(Json.Obj error) {
        int code = error.get("code").orElse(Json.NULL) instanceof Json.Num number && number.whole()
                ? (int) Math.max(0, Math.min(1000, number.doubleValue()))
                : 0;
        return code >= 300 && code <= 599 ? code : 0;
    }

    /** Reasons that say more than the code ({@code google.api.ErrorReason}, googleapis, 2026). */
    private static @Nullable Kind reason(String word) {
        return switch (word) {
            case "API_KEY_INVALID", "ACCESS_TOKEN_EXPIRED", "ACCESS_TOKEN_TYPE_UNSUPPORTED", "CREDENTIALS_MISSING" ->
                Kind.AUTHENTICATION;
            case "BILLING_DISABLED" -> Kind.QUOTA_EXCEEDED;
            default -> null;
        };
    }

    /** {@code google.rpc.Code}. */
    private static @Nullable Kind code(String word, Json.Obj error) {
        return switch (word) {
            case "UNAUTHENTICATED" -> Kind.AUTHENTICATION;
            case "PERMISSION_DENIED" -> Kind.PERMISSION;
            case "NOT_FOUND" -> Kind.NOT_FOUND;
            case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE", "ALREADY_EXISTS", "UNIMPLEMENTED" ->
                Kind.INVALID_REQUEST;
            case "RESOURCE_EXHAUSTED" -> daily(error) ? Kind.QUOTA_EXCEEDED : Kind.RATE_LIMITED;
            case "UNAVAILABLE" -> Kind.OVERLOADED;
            case "DEADLINE_EXCEEDED" -> Kind.TIMEOUT;
            case "INTERNAL", "UNKNOWN", "DATA_LOSS", "ABORTED", "CANCELLED" -> Kind.SERVER;
            default -> null;
        };
    }

    /** Whether what is used up is what there is for a day: Google asks to wait for some seconds even then, and that does not help. */
    private static boolean daily(Json.Obj error) {
        return detail(error, "QuotaFailure")
                .flatMap(failure -> failure.get("violations"))
                .filter(violations -> violations instanceof Json.Arr list
                        && list.items().stream()
                                .anyMatch(violation -> violation instanceof Json.Obj quota
                                        && quota.string("quotaId").orElse("").contains("PerDay")))
                .isPresent();
    }

    @Override
    public Optional<Delay> delay(Json.Obj error) {
        return detail(error, "RetryInfo")
                .flatMap(info -> info.string("retryDelay"))
                .flatMap(GeminiErrors::duration);
    }

    /** A {@code google.protobuf.Duration} as JSON has it: seconds with a fraction, and an s. */
    private static Optional<Delay> duration(String text) {
        if (!text.matches("\\d{1,12}(\\.\\d{1,9})?s")) return Optional.empty();
        BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1)).min(MAX_SECONDS);
        long nanos =
                seconds.movePointRight(9).setScale(0, RoundingMode.UNNECESSARY).longValueExact();
        return Optional.of(new Delay(Json.of(text), Duration.ofNanos(nanos)));
    }

    /** The detail of this {@code google.rpc} type. */
    private static Optional<Json.Obj> detail(Json.Obj error, String type) {
        if (!(error.get("details").orElse(Json.NULL) instanceof Json.Arr details)) return Optional.empty();
        for (Json detail : details) {
            if (detail instanceof Json.Obj object
                    && object.string("@type").orElse("").endsWith("google.rpc." + type)) return Optional.of(object);
        }
        return Optional.empty();
    }
}
