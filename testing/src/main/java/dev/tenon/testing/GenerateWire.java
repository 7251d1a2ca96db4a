package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.SchemaException;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ollama's {@code /api/generate}, from the side of the host: one text goes on, whole or an object a line. It has no conversation and no tools. */
final class GenerateWire implements Wire {
    /** Members of the body that are not settings. */
    private static final Set<String> STRUCTURE =
            Set.of("model", "prompt", "system", "images", "format", "stream", "options");

    @Override
    public String format() {
        return "ollama-generate";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && path.endsWith("/api/generate");
    }

    @Override
    public ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            List<Message> messages = new ArrayList<>();
            body.string("system").filter(text -> !text.isEmpty()).ifPresent(text -> messages.add(Message.system(text)));
            List<Content.OfUser> parts =
                    new ArrayList<>(List.of(Content.text(body.string("prompt").orElse(""))));
            for (Json image : WireJson.list(body, "images")) {
                parts.add(Content.Media.of(new Content.Media.Inline(image.asString()), "image/png"));
            }
            messages.add(new UserMessage(parts, Map.of()));
            ChatRequest chat = new ChatRequest(
                    messages,
                    List.of(),
                    ToolChoice.AUTO,
                    OllamaWire.format(body),
                    OllamaWire.settings(body, STRUCTURE),
                    Map.of());
            return ModelRequest.overHttp(body.string("model").orElse(""), chat, OllamaWire.isStreamed(body), request);
        } catch (JsonException | IllegalArgumentException | SchemaException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        if (!asked.streamed()) {
            StringBuilder text = new StringBuilder();
            StringBuilder thinking = new StringBuilder();
            for (Reply.Part part : reply.parts()) {
                (isThinking(part) ? thinking : text).append(String.join("", part.pieces()));
            }
            Json.ObjBuilder whole = OllamaWire.head(asked).put("response", text.toString());
            if (!thinking.isEmpty()) whole.put("thinking", thinking.toString());
            return new Written(
                    "application/json",
                    List.of(WireJson.bytes(
                            OllamaWire.ended(whole, asked, reply).build().toString())));
        }
        Packets packets = new Packets();
        for (Reply.Part part : reply.parts()) {
            boolean thinking = isThinking(part);
            for (String piece : part.pieces()) {
                Json.ObjBuilder line = OllamaWire.head(asked).put("response", thinking ? "" : piece);
                if (thinking) line.put("thinking", piece);
                packets.piece(WireJson.bytes(line.put("done", false).build() + "\n"));
            }
        }
        if (reply.fault().isEmpty()) {
            Json.ObjBuilder last = OllamaWire.head(asked).put("response", "");
            packets.around(WireJson.bytes(OllamaWire.ended(last, asked, reply).build() + "\n"));
        }
        return new Written("application/x-ndjson", packets.list());
    }

    private boolean isThinking(Reply.Part part) {
        return switch (part.content()) {
            case Content.Thinking thought -> true;
            case Content.Text said -> false;
            case Content.ToolCall call -> throw cannot("tool calls");
            case Content.Media media -> throw cannot("media");
            case Content.Opaque opaque -> throw cannot(opaque.kind());
        };
    }

    private static IllegalArgumentException cannot(String part) {
        return new IllegalArgumentException("ollama-generate has no place for " + part + " in a reply");
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return OllamaWire.refused(kind, message, retryAfter);
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return OllamaWire.brokenOff(message);
    }
}
