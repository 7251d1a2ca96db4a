package dev.tenon.testing;

import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Anthropic's Messages API, from the side of the host. */
final class AnthropicWire implements Wire {
    @Override
    public String format() {
        return "anthropic-messages";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && path.endsWith("/messages");
    }

    @Override
    public Optional<String> key(LoopbackServer.Request request) {
        return request.header("x-api-key").or(() -> Wire.super.key(request));
    }

    @Override
    public ModelRequest read(WireRequest request) {
        return AnthropicRequest.read(request);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        AnthropicReply answer = new AnthropicReply(asked, reply, number);
        return asked.streamed()
                ? new Written("text/event-stream; charset=utf-8", answer.events())
                : new Written(
                        "application/json",
                        List.of(WireJson.bytes(answer.whole().toString())));
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        AnthropicError words = AnthropicError.of(kind);
        Answer answer = Answer.of(words.status(), "application/json", words.body(message));
        return retryAfter.isZero()
                ? answer
                : answer.withHeader("retry-after", Long.toString(Math.ceilDiv(retryAfter.toMillis(), 1000)));
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return WireJson.event("error", new String(AnthropicError.of(kind).body(message), StandardCharsets.UTF_8));
    }
}
