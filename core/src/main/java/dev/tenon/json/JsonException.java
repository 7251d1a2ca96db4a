package dev.tenon.json;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Text that is no JSON, or JSON that is not what was wanted. */
public final class JsonException extends TenonException {
    private static final long serialVersionUID = 1L;

    public JsonException(String code, String message, Map<String, String> context, @Nullable Throwable cause) {
        super(
                code,
                Objects.requireNonNull(message, "message"),
                Recovery.NONE,
                Objects.requireNonNull(context, "context"),
                cause);
    }

    static JsonException wanted(String wanted, Json given) {
        return new JsonException(
                "json.type", "expected " + wanted + ", got " + given.kind() + " " + Text.clip(given), Map.of(), null);
    }
}
