package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.tool.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * OpenAI's Chat Completions (API reference, "Create chat completion" and "The chat completion chunk object"), with DeepSeek's {@code reasoning_content} for
 * thinking, which OpenAI itself does not show on this wire.
 */
final class OpenAiChatWire implements Wire {
    /** Members of the body that are not settings. */
    private static final Set<String> STRUCTURE =
            Set.of("model", "messages", "tools", "tool_choice", "response_format", "stream", "stream_options", "n");

    /** The wire's names of the settings that have a name of our own. */
    private static final Map<String, String> SETTINGS = Map.of(
            "max_completion_tokens", "max_output_tokens",
            "max_tokens", "max_output_tokens",
            "reasoning_effort", "effort");

    @Override
    public String name() {
        return "openai-chat";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && path.endsWith("/chat/completions");
    }

    // Reading

    @Override
    public ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            String model = body.string("model").orElse("");
            boolean stream = body.get("stream").filter(Json.Bool.TRUE::equals).isPresent();
            ChatRequest chat = new ChatRequest(
                    messages(wanted(body, "messages").asArr()),
                    tools(body),
                    toolChoice(body),
                    format(body),
                    settings(body),
                    Map.of());
            return ModelRequest.overHttp(model, chat, stream, request);
        } catch (JsonException | IllegalArgumentException | dev.tenon.schema.SchemaException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    private static Json wanted(Json.Obj object, String name) {
        return object.get(name)
                .filter(value -> !value.isNull())
                .orElseThrow(() -> new Refusal("Missing required parameter: '" + name + "'."));
    }

    private static Optional<Json> given(Json.Obj object, String name) {
        return object.get(name).filter(value -> !value.isNull());
    }

    /**
     * The conversation. As the real host does, refuses a tool message without its call and a call without its result: this is what a broken
     * history looks like from outside.
     */
    private static List<Message> messages(Json.Arr wire) {
        List<Message> messages = new ArrayList<>();
        Map<String, String> open = new LinkedHashMap<>();
        List<Content.ToolResult> results = new ArrayList<>();
        for (int at = 0; at < wire.size(); at++) {
            Json.Obj message = wire.get(at).asObj();
            String role = wanted(message, "role").asString();
            if (role.equals("tool")) {
                String id = wanted(message, "tool_call_id").asString();
                String tool = open.remove(id);
                if (tool == null) {
                    throw new Refusal("Invalid parameter: messages[" + at + "] with role 'tool' must be a response to a"
                            + " preceding message with 'tool_calls'; no open call has the id '" + id + "'.");
                }
                results.add(new Content.ToolResult(
                        id,
                        tool,
                        texts(wanted(message, "content"), at),
                        false,
                        dev.tenon.message.Origin.NONE,
                        Map.of()));
                continue;
            }
            settle(open, results, messages);
            switch (role) {
                case "system", "developer" ->
                    messages.add(new SystemMessage(texts(wanted(message, "content"), at), Map.of()));
                case "user" -> messages.add(new UserMessage(userParts(wanted(message, "content"), at), Map.of()));
                case "assistant" -> {
                    AssistantMessage assistant = AssistantMessage.of(assistantParts(message, at));
                    assistant.toolCalls().forEach(call -> open.put(call.id(), call.name()));
                    messages.add(assistant);
                }
                default ->
                    throw new Refusal("Invalid value: '" + role + "' at messages[" + at
                            + "].role. Supported values are: 'system', 'developer', 'user', 'assistant', 'tool'.");
            }
        }
        settle(open, results, messages);
        if (messages.isEmpty()) {
            throw new Refusal("Invalid 'messages': empty array. Expected an array with minimum length 1.");
        }
        return messages;
    }

    private static void settle(Map<String, String> open, List<Content.ToolResult> results, List<Message> messages) {
        if (!open.isEmpty()) {
            throw new Refusal(
                    "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
                            + " 'tool_call_id'. The following tool_call_ids did not have response messages: "
                            + String.join(", ", new LinkedHashSet<>(open.keySet())));
        }
        if (!results.isEmpty()) {
            messages.add(ToolMessage.of(List.copyOf(results)));
            results.clear();
        }
    }

    private static <T extends Content> List<T> texts(Json content, int at) {
        List<Content.Text> texts = new ArrayList<>();
        if (content instanceof Json.Str text) {
            texts.add(Content.text(text.value()));
        } else {
            for (Json part : content.asArr()) {
                texts.add(textPart(part.asObj(), at));
            }
        }
        @SuppressWarnings("unchecked") // A text may stand wherever any part may.
        List<T> parts = (List<T>) texts;
        return parts;
    }

    private static Content.Text textPart(Json.Obj part, int at) {
        String type = wanted(part, "type").asString();
        if (!type.equals("text")) {
            throw new Refusal(
                    "Invalid value: '" + type + "' at messages[" + at + "].content. Supported value is: 'text'.");
        }
        return Content.text(wanted(part, "text").asString());
    }

    private static List<Content.OfUser> userParts(Json content, int at) {
        if (content instanceof Json.Str text) {
            return List.of(Content.text(text.value()));
        }
        List<Content.OfUser> parts = new ArrayList<>();
        for (Json item : content.asArr()) {
            Json.Obj part = item.asObj();
            String type = wanted(part, "type").asString();
            switch (type) {
                case "text" -> parts.add(textPart(part, at));
                case "image_url" ->
                    parts.add(image(wanted(wanted(part, type).asObj(), "url").asString()));
                case "input_audio" -> {
                    Json.Obj audio = wanted(part, type).asObj();
                    parts.add(Content.Media.of(
                            new Content.Media.Inline(wanted(audio, "data").asString()),
                            "audio/" + wanted(audio, "format").asString()));
                }
                case "file" -> parts.add(file(wanted(part, type).asObj()));
                default ->
                    throw new Refusal("Invalid value: '" + type + "' at messages[" + at
                            + "].content. Supported values are: 'text', 'image_url', 'input_audio', 'file'.");
            }
        }
        return parts;
    }

    private static Content.Media image(String url) {
        return url.startsWith("data:")
                ? inline(url)
                : new Content.Media(
                        Content.Media.Kind.IMAGE,
                        "",
                        new Content.Media.At(url),
                        "",
                        dev.tenon.message.Origin.NONE,
                        Map.of());
    }

    private static Content.Media file(Json.Obj file) {
        Optional<String> id = file.string("file_id");
        Content.Media media = id.isPresent()
                ? Content.Media.of(new Content.Media.Stored(id.get()), "")
                : inline(wanted(file, "file_data").asString());
        return media.withName(file.string("filename").orElse(""));
    }

    /** {@code data:image/png;base64,…} (RFC 2397). */
    private static Content.Media inline(String url) {
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring(0, comma);
        if (!head.startsWith("data:") || !head.endsWith(";base64")) {
            throw new Refusal("Invalid data URL. Expected a base64-encoded data URL with a media type.");
        }
        String type = head.substring("data:".length(), head.length() - ";base64".length());
        return Content.Media.of(new Content.Media.Inline(url.substring(comma + 1)), type);
    }

    private static List<Content.OfAssistant> assistantParts(Json.Obj message, int at) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        given(message, "reasoning_content").ifPresent(text -> parts.add(Content.Thinking.of(text.asString())));
        given(message, "content").ifPresent(content -> parts.addAll(texts(content, at)));
        for (Json item : given(message, "tool_calls").map(Json::asArr).orElse(Json.Arr.EMPTY)) {
            Json.Obj call = item.asObj();
            Json.Obj function = wanted(call, "function").asObj();
            parts.add(Content.ToolCall.of(
                    wanted(call, "id").asString(),
                    wanted(function, "name").asString(),
                    wanted(function, "arguments").asString()));
        }
        return parts;
    }

    private static List<ToolSpec> tools(Json.Obj body) {
        List<ToolSpec> tools = new ArrayList<>();
        for (Json item : given(body, "tools").map(Json::asArr).orElse(Json.Arr.EMPTY)) {
            Json.Obj function = wanted(item.asObj(), "function").asObj();
            tools.add(ToolSpec.of(
                    wanted(function, "name").asString(),
                    function.string("description").orElse(""),
                    JsonSchema.of(given(function, "parameters").orElse(Json.object("type", "object")))));
        }
        return tools;
    }

    private static ToolChoice toolChoice(Json.Obj body) {
        Json choice = given(body, "tool_choice").orElse(Json.of("auto"));
        if (choice instanceof Json.Obj named) {
            return ToolChoice.named(
                    wanted(wanted(named, "function").asObj(), "name").asString());
        }
        return switch (choice.asString()) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required" -> ToolChoice.REQUIRED;
            default ->
                throw new Refusal("Invalid value: " + choice
                        + " at tool_choice. Supported values are: 'none', 'auto', 'required', and an object.");
        };
    }

    private static ResponseFormat format(Json.Obj body) {
        Optional<Json> given = given(body, "response_format");
        if (given.isEmpty()) {
            return ResponseFormat.TEXT;
        }
        Json.Obj format = given.get().asObj();
        String type = wanted(format, "type").asString();
        return switch (type) {
            case "text" -> ResponseFormat.TEXT;
            case "json_object" -> ResponseFormat.json(type, JsonSchema.ANY);
            case "json_schema" -> {
                Json.Obj schema = wanted(format, type).asObj();
                yield ResponseFormat.json(wanted(schema, "name").asString(), JsonSchema.of(wanted(schema, "schema")));
            }
            default ->
                throw new Refusal("Invalid value: '" + type
                        + "' at response_format.type. Supported values are: 'text', 'json_object', 'json_schema'.");
        };
    }

    private static ModelSettings settings(Json.Obj body) {
        Map<String, Json> settings = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (!STRUCTURE.contains(name) && !value.isNull()) {
                settings.put(
                        SETTINGS.getOrDefault(name, name),
                        value instanceof Json.Str text && name.equals("stop") ? Json.array(text) : value);
            }
        });
        return new ModelSettings(settings);
    }

    // Writing

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        Exchange exchange = new Exchange(asked, reply, number);
        return asked.streamed()
                ? new Written("text/event-stream; charset=utf-8", exchange.chunks())
                : new Written("application/json", List.of(bytes(exchange.whole().toString())));
    }

    /** The answer to one request. */
    private record Exchange(ModelRequest asked, Reply reply, long number) {
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
                    packets.around(event(withUsage(head("chat.completion.chunk").put("choices", Json.Arr.EMPTY))
                            .build()
                            .toString()));
                }
                packets.around(event("[DONE]"));
            }
            return packets.list();
        }

        private void choice(int index, Packets packets) {
            packets.around(chunk(
                    index,
                    Json.object().put("role", "assistant").put("content", "").build(),
                    null));
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
            message.put("content", text ? Content.text(parts) : null);
            String thinking = AssistantMessage.of(parts).thinking();
            if (!thinking.isEmpty()) {
                message.put("reasoning_content", thinking);
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

        private byte[] chunk(int index, Json.Obj delta, @org.jspecify.annotations.Nullable String finish) {
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
            return event(chunk.build().toString());
        }

        private static Json.Obj delta(Content.OfAssistant part, String piece, int call) {
            return switch (part) {
                case Content.Text text -> Json.object("content", piece);
                case Content.Thinking thinking -> Json.object("reasoning_content", piece);
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
            return given(body(), "n").map(n -> Math.toIntExact(n.asLong())).orElse(1);
        }

        private boolean usageWanted() {
            return body().at("/stream_options/include_usage")
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
    }

    private static @org.jspecify.annotations.Nullable String finish(FinishReason.Kind kind) {
        return switch (kind) {
            case STOP, PAUSE, REFUSAL -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
            case ERROR -> "error";
            case UNKNOWN -> null;
        };
    }

    private static byte[] event(String data) {
        return bytes("data: " + data + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // Errors

    /** Status, type and code of an error (guide "Error codes"; the codes as the API sends them). */
    private record Words(int status, String type, @org.jspecify.annotations.Nullable String code) {
        static Words of(Kind kind) {
            return switch (kind) {
                case AUTHENTICATION -> new Words(401, "invalid_request_error", "invalid_api_key");
                case PERMISSION -> new Words(403, "invalid_request_error", "unsupported_country_region_territory");
                case NOT_FOUND -> new Words(404, "invalid_request_error", "model_not_found");
                case INVALID_REQUEST -> new Words(400, "invalid_request_error", null);
                case CONTEXT_TOO_LONG -> new Words(400, "invalid_request_error", "context_length_exceeded");
                case CONTENT_FILTERED -> new Words(400, "invalid_request_error", "content_filter");
                case QUOTA_EXCEEDED -> new Words(429, "insufficient_quota", "insufficient_quota");
                case RATE_LIMITED -> new Words(429, "requests", "rate_limit_exceeded");
                case OVERLOADED -> new Words(503, "server_error", "server_overloaded");
                case SERVER, NETWORK, MALFORMED_RESPONSE -> new Words(500, "server_error", null);
                case TIMEOUT -> new Words(408, "timeout", null);
            };
        }

        byte[] body(String message) {
            Json error = Json.object()
                    .put("message", message)
                    .put("type", type)
                    .put("param", null)
                    .put("code", code)
                    .build();
            return bytes(Json.object("error", error).toString());
        }
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        Words words = Words.of(kind);
        Answer answer = Answer.of(words.status(), "application/json", words.body(message));
        if (retryAfter.isZero()) {
            return answer;
        }
        return answer.withHeader("retry-after", Long.toString(Math.ceilDiv(retryAfter.toMillis(), 1000)))
                .withHeader("retry-after-ms", Long.toString(retryAfter.toMillis()));
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return event(new String(Words.of(kind).body(message), StandardCharsets.UTF_8));
    }
}
