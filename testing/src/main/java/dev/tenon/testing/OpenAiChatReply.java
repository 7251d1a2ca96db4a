package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to one request of Chat Completions (API reference, "The chat completion object" and "The chat completion chunk object"), with
 * DeepSeek's {@code reasoning_content} for thinking, which OpenAI itself does not show on this wire.
 */
record OpenAiChatReply(ModelRequest asked, Reply reply, long number, Form form) {
    /** Where thinking stands, and whether a stream says by itself what it used. */
    enum Form {
        OPENAI,
        /** In a list of contents; always. */
        MISTRAL
    }

    Json whole() {
        List<Json> choices = new ArrayList<>();
        for (int index = 0; index < choicesWanted(); index++) {
            choices.add(Json.object()
                    .put("index", index)
                    .put("message", message())
                    .put("logprobs", null)
                    .put("finish_reason", finish(reply.finish()))
                    .build());
        }
        Json.ObjBuilder body = head("chat.completion").put("choices", choices);
        return withUsage(body).build();
    }

    List<byte[]> chunks() {
        Packets packets = new Packets();
        for (int index = 0; index < choicesWanted(); index++) {
            choice(index, packets);
        }
        if (reply.fault().isEmpty()) {
            if (usageWanted()) {
                packets.around(
                        WireJson.event(withUsage(head("chat.completion.chunk").put("choices", Json.Arr.EMPTY))
                                .build()
                                .toString()));
            }
            packets.around(WireJson.event("[DONE]"));
        }
        return packets.list();
    }

    private void choice(int index, Packets packets) {
        packets.around(chunk(
                index, Json.object().put("role", "assistant").put("content", "").build(), null));
        int calls = 0;
        for (Reply.Part part : reply.parts()) {
            if (part.content() instanceof Content.ToolCall call) {
                packets.around(chunk(index, Json.object("tool_calls", Json.array(call(calls, call, ""))), null));
                calls++;
            }
            for (String piece : part.pieces()) {
                packets.piece(chunk(index, delta(part.content(), piece, calls - 1), null));
            }
        }
        if (reply.fault().isEmpty()) {
            packets.around(chunk(index, Json.Obj.EMPTY, finish(reply.finish())));
        }
    }

    private Json.ObjBuilder head(String object) {
        return Json.object()
                .put("id", "chatcmpl-" + number)
                .put("object", object)
                .put("created", Instant.now().getEpochSecond())
                .put("model", asked.model());
    }

    private Json message() {
        Json.ObjBuilder message = Json.object().put("role", "assistant");
        List<Content.OfAssistant> parts =
                reply.parts().stream().map(Reply.Part::content).toList();
        boolean text = parts.stream().anyMatch(Content.Text.class::isInstance);
        Json answer = text ? Json.of(Content.text(parts)) : Json.NULL;
        String thinking = AssistantMessage.of(parts).thinking();
        if (thinking.isEmpty()) {
            message.put("content", answer);
        } else if (form == Form.MISTRAL) {
            message.put(
                    "content",
                    text ? Json.array(thought(thinking), typed("text", answer)) : Json.array(thought(thinking)));
        } else {
            message.put("content", answer).put("reasoning_content", thinking);
        }
        List<Json> calls = new ArrayList<>();
        for (Content.OfAssistant part : parts) {
            switch (part) {
                case Content.ToolCall call -> calls.add(call(-1, call, call.arguments()));
                case Content.Media media -> throw cannot("media");
                case Content.Opaque opaque -> throw cannot(opaque.kind());
                case Content.Text said -> {} // Joined above.
                case Content.Thinking thought -> {}
            }
        }
        if (!calls.isEmpty()) {
            message.put("tool_calls", calls);
        }
        return message.put("refusal", null).build();
    }

    private byte[] chunk(int index, Json.Obj delta, @Nullable String finish) {
        Json.ObjBuilder chunk = head("chat.completion.chunk")
                .put(
                        "choices",
                        Json.array(Json.object()
                                .put("index", index)
                                .put("delta", delta)
                                .put("logprobs", null)
                                .put("finish_reason", finish)
                                .build()));
        if (usageWanted()) {
            chunk.put("usage", null);
        }
        return WireJson.event(chunk.build().toString());
    }

    private static Json.Obj thought(String piece) {
        return typed("thinking", Json.array(typed("text", Json.of(piece))));
    }

    private static Json.Obj typed(String type, Json value) {
        return Json.object().put("type", type).put(type, value).build();
    }

    private Json.Obj delta(Content.OfAssistant part, String piece, int call) {
        return switch (part) {
            case Content.Text text -> Json.object("content", piece);
            case Content.Thinking thinking ->
                form == Form.MISTRAL
                        ? Json.object("content", Json.array(thought(piece)))
                        : Json.object("reasoning_content", piece);
            case Content.ToolCall tool ->
                Json.object(
                        "tool_calls",
                        Json.array(Json.object()
                                .put("index", call)
                                .put("function", Json.object("arguments", piece))
                                .build()));
            case Content.Media media -> throw cannot("media");
            case Content.Opaque opaque -> throw cannot(opaque.kind());
        };
    }

    /** @param index the call's place where it is streamed, else -1 */
    private static Json call(int index, Content.ToolCall call, String arguments) {
        Json.ObjBuilder wire = Json.object();
        if (index >= 0) {
            wire.put("index", index);
        }
        return wire.put("id", call.id())
                .put("type", "function")
                .put(
                        "function",
                        Json.object()
                                .put("name", call.name())
                                .put("arguments", arguments)
                                .build())
                .build();
    }

    private static IllegalArgumentException cannot(String part) {
        return new IllegalArgumentException("openai-chat has no place for " + part + " in a reply");
    }

    private Json.Obj body() {
        return asked.wire().orElseThrow().body().asObj();
    }

    private int choicesWanted() {
        return WireJson.given(body(), "n").map(n -> Math.toIntExact(n.asLong())).orElse(1);
    }

    private boolean usageWanted() {
        return form == Form.MISTRAL
                || body().at("/stream_options/include_usage")
                        .filter(Json.Bool.TRUE::equals)
                        .isPresent();
    }

    private Json.ObjBuilder withUsage(Json.ObjBuilder body) {
        Usage usage = reply.usage(asked);
        if (usage.unreported() > 0) {
            return body;
        }
        return body.put(
                "usage",
                Json.object()
                        .put("prompt_tokens", usage.input())
                        .put("completion_tokens", usage.output())
                        .put("total_tokens", usage.total())
                        .put("prompt_tokens_details", Json.object("cached_tokens", usage.cacheRead()))
                        .put("completion_tokens_details", Json.object("reasoning_tokens", usage.reasoning()))
                        .build());
    }

    private static @Nullable String finish(FinishReason.Kind kind) {
        return switch (kind) {
            case STOP, PAUSE, REFUSAL -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
            case ERROR -> "error";
            case UNKNOWN -> null;
        };
    }
}
