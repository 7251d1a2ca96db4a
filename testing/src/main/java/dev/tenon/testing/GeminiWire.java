package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.GeminiWireReply.Frame;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Gemini's {@code generateContent}, from the side of the host: whole, in events, and without {@code alt=sse} in one array. */
final class GeminiWire implements Wire {
    @Override
    public String format() {
        return "gemini";
    }

    @Override
    public boolean serves(String method, String path) {
        boolean model = path.contains("/models/");
        return method.equals("POST")
                && model
                && (path.endsWith(":generateContent") || path.endsWith(":streamGenerateContent"));
    }

    @Override
    public Optional<String> key(LoopbackServer.Request request) {
        return request.header("x-goog-api-key").or(() -> Wire.super.key(request));
    }

    @Override
    public ModelRequest read(WireRequest request) {
        return GeminiWireRequest.read(request);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        GeminiWireReply answer = new GeminiWireReply(asked, reply, number);
        if (!asked.streamed()) {
            return new Written(
                    "application/json; charset=UTF-8",
                    List.of(WireJson.bytes(answer.whole().toString())));
        }
        Frame frame = Frame.of(asked);
        return new Written(
                frame == Frame.EVENTS ? "text/event-stream" : "application/json; charset=UTF-8", answer.chunks(frame));
    }

    /** A prompt that is blocked is answered, as far as HTTP goes. */
    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        GeminiWireError words = GeminiWireError.of(kind, retryAfter);
        boolean blocked = kind == Kind.CONTENT_FILTERED;
        Json body = blocked ? Json.object("promptFeedback", Json.object("blockReason", "SAFETY")) : words.body(message);
        return Answer.of(blocked ? 200 : words.status(), "application/json; charset=UTF-8", body.toString());
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return WireJson.event(
                GeminiWireError.of(kind, Duration.ZERO).body(message).toString());
    }

    @Override
    public byte[] errorInStream(ModelRequest asked, Kind kind, String message) {
        return Frame.of(asked) == Frame.EVENTS
                ? errorInStream(kind, message)
                : WireJson.bytes("," + GeminiWireError.of(kind, Duration.ZERO).body(message) + "]");
    }
}
