package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the answer to one request of the Messages API (API reference, "Create a Message"; docs.claude.com, "Streaming messages"). */
record AnthropicReply(ModelRequest asked, Reply reply, long number) {
    Json whole() {
        List<Json> content = new ArrayList<>();
        for (Reply.Part part : reply.parts()) {
            content.add(block(part.content(), true));
        }
        return message(content, finish(reply.finish()), reply.usage(asked));
    }

    List<byte[]> events() {
        Packets packets = new Packets();
        Usage usage = reply.usage(asked);
        packets.around(event(
                "message_start",
                Json.object(
                        "message",
                        message(List.of(), null, usage.unreported() > 0 ? usage : Usage.of(usage.input(), 1)))));
        packets.around(event("ping", Json.Obj.EMPTY));
        List<Reply.Part> parts = reply.parts();
        for (int index = 0; index < parts.size(); index++) {
            Reply.Part part = parts.get(index);
            packets.around(event(
                    "content_block_start",
                    Json.object()
                            .put("index", index)
                            .put("content_block", block(part.content(), false))
                            .build()));
            for (String piece : part.pieces()) {
                packets.piece(delta(index, delta(part.content(), piece)));
            }
            if (part.content() instanceof Content.Thinking) {
                packets.around(delta(
                        index,
                        Json.object()
                                .put("type", "signature_delta")
                                .put("signature", signature(part.content()))
                                .build()));
            }
            packets.around(event("content_block_stop", Json.object("index", index)));
        }
        if (reply.fault().isEmpty()) {
            Json.ObjBuilder ended = Json.object()
                    .put(
                            "delta",
                            Json.object()
                                    .put("stop_reason", finish(reply.finish()))
                                    .put("stop_sequence", null)
                                    .build());
            if (usage.unreported() == 0) ended.put("usage", numbers(usage));
            packets.around(event("message_delta", ended.build()));
            packets.around(event("message_stop", Json.Obj.EMPTY));
        }
        return packets.list();
    }

    private static byte[] delta(int index, Json delta) {
        return event(
                "content_block_delta",
                Json.object().put("index", index).put("delta", delta).build());
    }

    private static byte[] event(String type, Json.Obj members) {
        return WireJson.event(
                type, Json.object().put("type", type).putAll(members).build().toString());
    }

    private Json message(List<Json> content, @Nullable String finish, Usage usage) {
        Json.ObjBuilder message = Json.object()
                .put("id", "msg_" + number)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", asked.model())
                .put("content", content)
                .put("stop_reason", finish)
                .put("stop_sequence", null);
        if (usage.unreported() == 0) message.put("usage", numbers(usage));
        return message.build();
    }

    /** The host counts what was read from the cache and written to it beside the input. */
    private static Json numbers(Usage usage) {
        return Json.object()
                .put("input_tokens", usage.input() - usage.cacheRead() - usage.cacheWrite())
                .put("cache_creation_input_tokens", usage.cacheWrite())
                .put("cache_read_input_tokens", usage.cacheRead())
                .put("output_tokens", usage.output())
                .build();
    }

    /** A block, whole or as it begins. */
    private static Json block(Content.OfAssistant part, boolean whole) {
        return switch (part) {
            case Content.Text text ->
                Json.object()
                        .put("type", "text")
                        .put("text", whole ? text.text() : "")
                        .build();
            case Content.Thinking thinking ->
                Json.object()
                        .put("type", "thinking")
                        .put("thinking", whole ? thinking.text() : "")
                        .put("signature", whole ? signature(thinking) : "")
                        .build();
            case Content.ToolCall call ->
                Json.object()
                        .put("type", "tool_use")
                        .put("id", call.id())
                        .put("name", call.name())
                        .put("input", whole ? input(call.arguments()) : Json.Obj.EMPTY)
                        .build();
            case Content.Opaque opaque -> opaque.data();
            case Content.Media media -> throw cannot("media");
        };
    }

    private static Json.Obj delta(Content.OfAssistant part, String piece) {
        return switch (part) {
            case Content.Text text ->
                Json.object().put("type", "text_delta").put("text", piece).build();
            case Content.Thinking thinking ->
                Json.object()
                        .put("type", "thinking_delta")
                        .put("thinking", piece)
                        .build();
            case Content.ToolCall call ->
                Json.object()
                        .put("type", "input_json_delta")
                        .put("partial_json", piece)
                        .build();
            case Content.Opaque opaque -> Json.object("type", "none");
            case Content.Media media -> throw cannot("media");
        };
    }

    /** What is no JSON stands as a text: so hosts that speak this format answer that have such a call. */
    private static Json input(String arguments) {
        if (arguments.isEmpty()) return Json.Obj.EMPTY;
        try {
            return Json.parse(arguments) instanceof Json.Obj object ? object : Json.of(arguments);
        } catch (JsonException e) {
            return Json.of(arguments);
        }
    }

    /** As good as any: nobody but the host can check one. */
    private static String signature(Content.OfAssistant part) {
        return Base64.getEncoder().encodeToString(part.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static IllegalArgumentException cannot(String part) {
        return new IllegalArgumentException("anthropic-messages has no place for " + part + " in a reply");
    }

    private static @Nullable String finish(FinishReason.Kind kind) {
        return switch (kind) {
            case STOP -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case PAUSE -> "pause_turn";
            case REFUSAL, CONTENT_FILTER -> "refusal";
            case ERROR, UNKNOWN -> null;
        };
    }
}
