package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.SchemaException;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cohere's v2 API, from the side of the host. */
final class CohereWire implements Wire {
    /** Members of the body that are not settings. */
    private static final List<String> STRUCTURE =
            List.of("model", "messages", "tools", "tool_choice", "response_format", "stream");

    private static final Map<String, String> SETTINGS =
            Map.of("max_tokens", "max_output_tokens", "p", "top_p", "stop_sequences", "stop");

    @Override
    public String format() {
        return "cohere-v2";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && path.endsWith("/chat") && !path.endsWith("/api/chat");
    }

    @Override
    public ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            History history = new History();
            for (Json message : WireJson.wanted(body, "messages").asArr()) {
                message(message.asObj(), history);
            }
            ChatRequest chat = new ChatRequest(
                    history.messages(), tools(body), toolChoice(body), format(body), settings(body), Map.of());
            return ModelRequest.overHttp(
                    body.string("model").orElse(""), chat, WireJson.isTrue(body, "stream"), request);
        } catch (JsonException | IllegalArgumentException | SchemaException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    private static void message(Json.Obj message, History history) {
        Json content = message.get("content").orElse(Json.NULL);
        switch (WireJson.wanted(message, "role").asString()) {
            case "system" -> history.system(text(content));
            case "user" -> history.user(userParts(content));
            case "assistant" -> {
                List<Content.OfAssistant> parts = new ArrayList<>();
                for (Json item : content instanceof Json.Arr list ? list : Json.Arr.EMPTY) {
                    item.asObj().string("thinking").ifPresent(it -> parts.add(Content.Thinking.of(it)));
                    item.asObj().string("text").ifPresent(it -> parts.add(Content.text(it)));
                }
                if (content instanceof Json.Str said) parts.add(Content.text(said.value()));
                for (Json item : WireJson.list(message, "tool_calls")) {
                    Json.Obj function =
                            WireJson.wanted(item.asObj(), "function").asObj();
                    parts.add(Content.ToolCall.of(
                            WireJson.wanted(item.asObj(), "id").asString(),
                            WireJson.wanted(function, "name").asString(),
                            WireJson.wanted(function, "arguments").asString()));
                }
                history.assistant(parts);
            }
            case "tool" ->
                history.result(
                        WireJson.wanted(message, "tool_call_id").asString(),
                        "",
                        List.of(Content.text(text(content))),
                        false);
            default -> throw new Refusal("invalid role: " + message.get("role").orElse(Json.NULL));
        }
    }

    private static String text(Json content) {
        if (content instanceof Json.Str said) return said.value();
        StringBuilder text = new StringBuilder();
        for (Json part : content.asArr()) {
            text.append(part.asObj()
                    .string("text")
                    .or(() -> part.at("/document/data/text").map(Json::asString))
                    .orElse(""));
        }
        return text.toString();
    }

    private static List<Content.OfUser> userParts(Json content) {
        if (content instanceof Json.Str said) return List.of(Content.text(said.value()));
        List<Content.OfUser> parts = new ArrayList<>();
        for (Json part : content.asArr()) {
            String type = WireJson.wanted(part.asObj(), "type").asString();
            switch (type) {
                case "text" ->
                    parts.add(Content.text(WireJson.wanted(part.asObj(), "text").asString()));
                case "image_url" ->
                    parts.add(WireJson.image(part.at("/image_url/url")
                            .orElseThrow(() -> new Refusal("an image has no url"))
                            .asString()));
                default -> throw new Refusal("invalid type of content: " + type);
            }
        }
        return parts;
    }

    private static List<ToolSpec> tools(Json.Obj body) {
        List<ToolSpec> tools = new ArrayList<>();
        for (Json item : WireJson.list(body, "tools")) {
            Json.Obj function = WireJson.wanted(item.asObj(), "function").asObj();
            tools.add(ToolSpec.of(
                    WireJson.wanted(function, "name").asString(),
                    function.string("description").orElse(""),
                    JsonSchema.of(WireJson.wanted(function, "parameters"))));
        }
        return tools;
    }

    private static ToolChoice toolChoice(Json.Obj body) {
        String word = body.string("tool_choice").orElse("");
        return switch (word) {
            case "" -> ToolChoice.AUTO;
            case "NONE" -> ToolChoice.NONE;
            case "REQUIRED" -> ToolChoice.REQUIRED;
            default -> throw new Refusal("invalid tool_choice: " + word);
        };
    }

    private static ResponseFormat format(Json.Obj body) {
        if (!(body.get("response_format").orElse(Json.NULL) instanceof Json.Obj format)
                || format.string("type").orElse("").equals("text")) {
            return ResponseFormat.TEXT;
        }
        return ResponseFormat.json(
                "json_object",
                WireJson.given(format, "json_schema").map(JsonSchema::of).orElse(JsonSchema.ANY));
    }

    private static ModelSettings settings(Json.Obj body) {
        Map<String, Json> settings = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (!STRUCTURE.contains(name) && !value.isNull()) settings.put(SETTINGS.getOrDefault(name, name), value);
        });
        return new ModelSettings(settings);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        return asked.streamed()
                ? new Written("text/event-stream", events(asked, reply, number))
                : new Written(
                        "application/json",
                        List.of(WireJson.bytes(whole(asked, reply, number).toString())));
    }

    private static Json whole(ModelRequest asked, Reply reply, long number) {
        List<Json> content = new ArrayList<>();
        List<Json> calls = new ArrayList<>();
        for (Reply.Part part : reply.parts()) {
            switch (part.content()) {
                case Content.Text said -> content.add(block("text", said.text()));
                case Content.Thinking thought -> content.add(block("thinking", thought.text()));
                case Content.ToolCall call -> calls.add(call(call, call.arguments()));
                case Content.Media media -> throw cannot("media");
                case Content.Opaque opaque -> throw cannot(opaque.kind());
            }
        }
        Json.ObjBuilder message = Json.object().put("role", "assistant");
        if (!content.isEmpty()) message.put("content", content);
        if (!calls.isEmpty()) message.put("tool_calls", calls);
        return Json.object()
                .put("id", "reply-" + number)
                .put("message", message.build())
                .putAll(end(asked, reply))
                .build();
    }

    private static Json block(String type, String text) {
        return Json.object().put("type", type).put(type, text).build();
    }

    private static Json call(Content.ToolCall call, String arguments) {
        return Json.object()
                .put("id", call.id())
                .put("type", "function")
                .put(
                        "function",
                        Json.object()
                                .put("name", call.name())
                                .put("arguments", arguments)
                                .build())
                .build();
    }

    private static Json.Obj end(ModelRequest asked, Reply reply) {
        Json.ObjBuilder end = Json.object().put("finish_reason", finish(reply.finish()));
        Usage usage = reply.usage(asked);
        if (usage.unreported() == 0) {
            Json tokens = Json.object()
                    .put("input_tokens", usage.input())
                    .put("output_tokens", usage.output())
                    .build();
            end.put(
                    "usage",
                    Json.object()
                            .put("billed_units", tokens)
                            .put("tokens", tokens)
                            .put("cached_tokens", usage.cacheRead())
                            .build());
        }
        return end.build();
    }

    private static List<byte[]> events(ModelRequest asked, Reply reply, long number) {
        Packets packets = new Packets();
        packets.around(WireJson.event(Json.object()
                .put("id", "reply-" + number)
                .put("type", "message-start")
                .put("delta", Json.object("message", Json.object("role", "assistant")))
                .build()
                .toString()));
        int index = 0;
        int calls = 0;
        for (Reply.Part part : reply.parts()) {
            if (part.content() instanceof Content.ToolCall call) {
                packets.around(event("tool-call-start", calls, "tool_calls", call(call, "")));
                for (String piece : part.pieces()) {
                    Json more = Json.object("function", Json.object("arguments", piece));
                    packets.piece(event("tool-call-delta", calls, "tool_calls", more));
                }
                calls++;
                continue;
            }
            String type = part.content() instanceof Content.Thinking ? "thinking" : "text";
            packets.around(event("content-start", index, "content", block(type, "")));
            for (String piece : part.pieces()) {
                packets.piece(event("content-delta", index, "content", Json.object(type, piece)));
            }
            index++;
        }
        if (reply.fault().isEmpty()) {
            packets.around(WireJson.event(Json.object()
                    .put("type", "message-end")
                    .put("delta", end(asked, reply))
                    .build()
                    .toString()));
            packets.around(WireJson.event("[DONE]"));
        }
        return packets.list();
    }

    private static byte[] event(String type, int index, String member, Json value) {
        return WireJson.event(Json.object()
                .put("type", type)
                .put("index", index)
                .put("delta", Json.object("message", Json.object(member, value)))
                .build()
                .toString());
    }

    private static @Nullable String finish(FinishReason.Kind kind) {
        return switch (kind) {
            case STOP, PAUSE, REFUSAL -> "COMPLETE";
            case LENGTH -> "MAX_TOKENS";
            case TOOL_CALLS -> "TOOL_CALL";
            case CONTENT_FILTER -> "ERROR_TOXIC";
            case ERROR -> "ERROR";
            case UNKNOWN -> null;
        };
    }

    private static IllegalArgumentException cannot(String part) {
        return new IllegalArgumentException("cohere-v2 has no place for " + part + " in a reply");
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        int status = kind == Kind.CONTENT_FILTERED ? 498 : WireJson.status(kind);
        return WireJson.waiting(Answer.of(status, "application/json", WireJson.bytes(body(message))), retryAfter);
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        Json delta = Json.object()
                .put("finish_reason", "ERROR")
                .put("error", message)
                .build();
        return WireJson.event(Json.object()
                .put("type", "message-end")
                .put("delta", delta)
                .build()
                .toString());
    }

    private static String body(String message) {
        return Json.object("message", message).toString();
    }
}
