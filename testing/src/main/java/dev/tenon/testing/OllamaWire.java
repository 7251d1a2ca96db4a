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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ollama's {@code /api/chat}, from the side of the host: whole, or an object a line. As there, a tool call comes whole. */
final class OllamaWire implements Wire {
    /** Members of the body that are not settings. */
    private static final List<String> STRUCTURE = List.of("model", "messages", "tools", "format", "stream", "options");

    private static final Map<String, String> OPTIONS = Map.of("num_predict", "max_output_tokens");

    @Override
    public String format() {
        return "ollama-chat";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && path.endsWith("/api/chat");
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
                    history.messages(),
                    tools(body),
                    ToolChoice.AUTO,
                    format(body),
                    settings(body, STRUCTURE),
                    Map.of());
            return ModelRequest.overHttp(body.string("model").orElse(""), chat, isStreamed(body), request);
        } catch (JsonException | IllegalArgumentException | SchemaException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    private static void message(Json.Obj message, History history) {
        String text = message.string("content").orElse("");
        switch (WireJson.wanted(message, "role").asString()) {
            case "system" -> history.system(text);
            case "user" -> {
                List<Content.OfUser> parts = new ArrayList<>(List.of(Content.text(text)));
                for (Json image : WireJson.list(message, "images")) {
                    parts.add(Content.Media.of(new Content.Media.Inline(image.asString()), "image/png"));
                }
                history.user(parts);
            }
            case "assistant" -> {
                List<Content.OfAssistant> parts = new ArrayList<>();
                message.string("thinking").ifPresent(thought -> parts.add(Content.Thinking.of(thought)));
                if (!text.isEmpty()) parts.add(Content.text(text));
                for (Json item : WireJson.list(message, "tool_calls")) {
                    Json.Obj function =
                            WireJson.wanted(item.asObj(), "function").asObj();
                    parts.add(Content.ToolCall.of(
                            item.asObj().string("id").orElse(""),
                            WireJson.wanted(function, "name").asString(),
                            WireJson.wanted(function, "arguments").asObj()));
                }
                history.assistant(parts);
            }
            case "tool" ->
                history.result(
                        message.string("tool_call_id").orElse(""),
                        message.string("tool_name").orElse(""),
                        List.of(Content.text(text)),
                        false);
            default -> throw new Refusal("invalid role: " + message.get("role").orElse(Json.NULL));
        }
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

    /** Ollama streams unless it is told not to. */
    static boolean isStreamed(Json.Obj body) {
        return !WireJson.given(body, "stream").equals(Optional.of(Json.Bool.FALSE));
    }

    static ResponseFormat format(Json.Obj body) {
        Json format = body.get("format").orElse(Json.NULL);
        return switch (format) {
            case Json.Obj schema -> ResponseFormat.json("format", JsonSchema.of(schema));
            case Json.Str word when word.value().equals("json") -> ResponseFormat.json("json", JsonSchema.ANY);
            case Json other -> ResponseFormat.TEXT;
        };
    }

    /** @param structure members that are none */
    static ModelSettings settings(Json.Obj body, Collection<String> structure) {
        Map<String, Json> settings = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (!structure.contains(name) && !value.isNull()) settings.put(name, value);
        });
        WireJson.given(body, "options")
                .ifPresent(options -> options.asObj()
                        .forEach((name, value) -> settings.put(OPTIONS.getOrDefault(name, name), value)));
        return new ModelSettings(settings);
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        if (!asked.streamed()) {
            Json.ObjBuilder message = Json.object().put("role", "assistant");
            StringBuilder text = new StringBuilder();
            StringBuilder thinking = new StringBuilder();
            List<Json> calls = new ArrayList<>();
            for (Reply.Part part : reply.parts()) {
                switch (part.content()) {
                    case Content.Text said -> text.append(said.text());
                    case Content.Thinking thought -> thinking.append(thought.text());
                    case Content.ToolCall call -> calls.add(call(call));
                    case Content.Media media -> throw cannot("media");
                    case Content.Opaque opaque -> throw cannot(opaque.kind());
                }
            }
            message.put("content", text.toString());
            if (!thinking.isEmpty()) message.put("thinking", thinking.toString());
            if (!calls.isEmpty()) message.put("tool_calls", calls);
            return new Written(
                    "application/json",
                    List.of(WireJson.bytes(last(asked, reply, message.build()).toString())));
        }
        Packets packets = new Packets();
        for (Reply.Part part : reply.parts()) {
            switch (part.content()) {
                case Content.Text said -> part.pieces().forEach(piece -> packets.piece(line(asked, "content", piece)));
                case Content.Thinking thought ->
                    part.pieces().forEach(piece -> packets.piece(line(asked, "thinking", piece)));
                case Content.ToolCall call ->
                    packets.piece(line(asked, "tool_calls", Json.Arr.of(List.of(call(call)))));
                case Content.Media media -> throw cannot("media");
                case Content.Opaque opaque -> throw cannot(opaque.kind());
            }
        }
        if (reply.fault().isEmpty()) {
            Json end = Json.object().put("role", "assistant").put("content", "").build();
            packets.around(WireJson.bytes(last(asked, reply, end) + "\n"));
        }
        return new Written("application/x-ndjson", packets.list());
    }

    private static byte[] line(ModelRequest asked, String member, Object value) {
        Json.ObjBuilder message = Json.object().put("role", "assistant");
        if (!member.equals("content")) message.put("content", "");
        return WireJson.bytes(head(asked)
                        .put("message", message.put(member, value).build())
                        .put("done", false)
                        .build()
                + "\n");
    }

    static Json.ObjBuilder head(ModelRequest asked) {
        return Json.object()
                .put("model", asked.model())
                .put("created_at", Instant.now().toString());
    }

    private static Json last(ModelRequest asked, Reply reply, Json message) {
        return ended(head(asked).put("message", message), asked, reply).build();
    }

    /** With what stands at the end of an answer. */
    static Json.ObjBuilder ended(Json.ObjBuilder last, ModelRequest asked, Reply reply) {
        last.put("done", true);
        String reason = finish(reply.finish());
        if (reason != null) last.put("done_reason", reason);
        Usage usage = reply.usage(asked);
        if (usage.unreported() == 0) {
            last.put("prompt_eval_count", usage.input()).put("eval_count", usage.output());
        }
        return last;
    }

    private static Json call(Content.ToolCall call) {
        Json.ObjBuilder wire = Json.object();
        if (!call.id().isEmpty()) wire.put("id", call.id());
        return wire.put(
                        "function",
                        Json.object()
                                .put("name", call.name())
                                .put("arguments", WireJson.arguments("ollama-chat", call))
                                .build())
                .build();
    }

    private static @Nullable String finish(FinishReason.Kind kind) {
        return switch (kind) {
            case STOP, TOOL_CALLS, PAUSE, REFUSAL, CONTENT_FILTER, ERROR -> "stop";
            case LENGTH -> "length";
            case UNKNOWN -> null;
        };
    }

    private static IllegalArgumentException cannot(String part) {
        return new IllegalArgumentException("ollama-chat has no place for " + part + " in a reply");
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return refused(kind, message, retryAfter);
    }

    static Answer refused(Kind kind, String message, Duration retryAfter) {
        String body = Json.object("error", message).toString();
        return WireJson.waiting(Answer.of(WireJson.status(kind), "application/json", WireJson.bytes(body)), retryAfter);
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return brokenOff(message);
    }

    static byte[] brokenOff(String message) {
        return WireJson.bytes(Json.object("error", message) + "\n");
    }
}
