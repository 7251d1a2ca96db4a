package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import java.util.List;

/** OpenAI's Responses, from the side of the host. */
final class OpenAiResponsesWire implements Wire {
    @Override
    public String format() {
        return "openai-responses";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && path.endsWith("/responses");
    }

    @Override
    public ModelRequest read(WireRequest request) {
        return OpenAiResponsesRequest.read(request);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        OpenAiResponsesReply answer = new OpenAiResponsesReply(asked, reply, number);
        return asked.streamed()
                ? new Written("text/event-stream; charset=utf-8", answer.events())
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
        OpenAiChatError words = OpenAiChatError.of(kind);
        return OpenAiResponsesReply.event(Json.object()
                .put("type", "error")
                .put("code", words.code() == null ? words.type() : words.code())
                .put("message", message)
                .put("param", null)
                .put("sequence_number", 0)
                .build());
    }
}
