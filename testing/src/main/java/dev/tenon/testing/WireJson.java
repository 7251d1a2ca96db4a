package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** JSON of requests and replies, in whatever wire format. */
final class WireJson {
    private WireJson() {}

    /** A member that is there and not null. @throws Wire.Refusal where it is not */
    static Json wanted(Json.Obj object, String name) {
        return given(object, name).orElseThrow(() -> new Wire.Refusal("Missing required parameter: '" + name + "'."));
    }

    /** A member; empty where it is not there or null. */
    static Optional<Json> given(Json.Obj object, String name) {
        return object.get(name).filter(value -> !value.isNull());
    }

    /** The items of a list; none where there is no list. */
    static Json.Arr list(Json.Obj object, String name) {
        return given(object, name).map(Json::asArr).orElse(Json.Arr.EMPTY);
    }

    /** Whether a member is true. */
    static boolean isTrue(Json.Obj object, String name) {
        return object.get(name).filter(Json.Bool.TRUE::equals).isPresent();
    }

    /** An image at an address, or in a data URL. */
    static Content.Media image(String url) {
        return url.startsWith("data:")
                ? inline(url)
                : new Content.Media(Content.Media.Kind.IMAGE, "", new Content.Media.At(url), "", Origin.NONE, Map.of());
    }

    /** {@code data:image/png;base64,…} (RFC 2397). */
    static Content.Media inline(String url) {
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring(0, comma);
        if (!head.startsWith("data:") || !head.endsWith(";base64")) {
            throw new Wire.Refusal("Invalid data URL. Expected a base64-encoded data URL with a media type.");
        }
        String type = head.substring("data:".length(), head.length() - ";base64".length());
        return Content.Media.of(new Content.Media.Inline(url.substring(comma + 1)), type);
    }

    /** A server-sent event without a name. */
    static byte[] event(String data) {
        return bytes("data: " + data + "\n\n");
    }

    /** A server-sent event. */
    static byte[] event(String name, String data) {
        return bytes("event: " + name + "\ndata: " + data + "\n\n");
    }

    /** UTF-8. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Arguments as JSON of the wire's own.
     *
     * @throws IllegalArgumentException where they are no object
     */
    static Json.Obj arguments(String wire, Content.ToolCall call) {
        try {
            if (Json.parse(call.arguments().isEmpty() ? "{}" : call.arguments()) instanceof Json.Obj object)
                return object;
        } catch (JsonException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                wire + " has no place for arguments that are no JSON object: " + call.arguments());
    }

    /** The status of a kind of failure at hosts that have no word for it. */
    static int status(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> 401;
            case PERMISSION -> 403;
            case NOT_FOUND -> 404;
            case INVALID_REQUEST, CONTENT_FILTERED -> 400;
            case CONTEXT_TOO_LONG -> 413;
            case QUOTA_EXCEEDED -> 402;
            case RATE_LIMITED -> 429;
            case OVERLOADED -> 503;
            case SERVER, NETWORK, MALFORMED_RESPONSE -> 500;
            case TIMEOUT -> 504;
        };
    }

    /** An answer that asks to wait so long, in seconds; as it is where that is no time. */
    static Answer waiting(Answer answer, Duration retryAfter) {
        return retryAfter.isZero()
                ? answer
                : answer.withHeader("retry-after", Long.toString(Math.ceilDiv(retryAfter.toMillis(), 1000)));
    }
}
