package dev.tenon.anthropic;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.provider.ChatResponse;
import dev.tenon.wire.ModelReply;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** A reply through Amazon Bedrock's {@code invoke}: whole as it is, streamed with each event in base64 in one of Bedrock's own. Not thread-safe. */
final class InvokeReply implements ModelReply {
    private final MessagesReply reply;

    InvokeReply(MessagesReply reply) {
        this.reply = reply;
    }

    @Override
    public void whole(JsonParser parser) {
        reply.whole(parser);
    }

    @Override
    public void begin() {
        reply.begin();
    }

    @Override
    public void chunk(String event, JsonParser parser) {
        Json.Obj given = JacksonJson.read(parser).asObj();
        String base64 = given.string("bytes").orElse("");
        // Of a proxy that has unpacked the events, each as it is.
        byte[] inner = base64.isEmpty() ? bytes(given) : decoded(base64);
        try (JsonParser packed = JacksonJson.wire().createParser(ObjectReadContext.empty(), inner)) {
            if (packed.nextToken() == JsonToken.START_OBJECT) reply.chunk(event, packed);
        }
    }

    private static byte[] bytes(Json event) {
        return event.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** What is no base64 is skipped like every event that is not known; without its end the answer has none either. */
    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[] {'0'};
        }
    }

    @Override
    public @Nullable Json error() {
        return reply.error();
    }

    @Override
    public boolean over() {
        return reply.over();
    }

    @Override
    public boolean answered() {
        return reply.answered();
    }

    @Override
    public boolean finished() {
        return reply.finished();
    }

    @Override
    public boolean complete() {
        return reply.complete();
    }

    @Override
    public String answer() {
        return reply.answer();
    }

    @Override
    public @Nullable ChatResponse partial() {
        return reply.partial();
    }

    @Override
    public ChatResponse response() {
        return reply.response();
    }
}
