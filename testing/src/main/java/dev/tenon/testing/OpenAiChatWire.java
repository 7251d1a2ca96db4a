package dev.tenon.testing;

import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** OpenAI's Chat Completions, from the side of the host. */
final class OpenAiChatWire implements Wire {
    @Override
    public String format() {
        return "openai-chat";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && path.endsWith("/chat/completions") && !MistralWire.isMistral(path);
    }

    @Override
    public ModelRequest read(WireRequest request) {
        return OpenAiChatRequest.read(request);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        OpenAiChatReply answer = new OpenAiChatReply(asked, reply, number, OpenAiChatReply.Form.OPENAI);
        return asked.streamed()
                ? new Written("text/event-stream; charset=utf-8", answer.chunks())
                : new Written(
                        "application/json",
                        List.of(WireJson.bytes(answer.whole().toString())));
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return OpenAiChatError.of(kind).answer(message, retryAfter);
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return WireJson.event(new String(OpenAiChatError.of(kind).body(message), StandardCharsets.UTF_8));
    }
}
