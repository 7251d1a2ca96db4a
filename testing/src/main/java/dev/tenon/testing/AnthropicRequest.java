package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.SchemaException;
import dev.tenon.tool.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads requests of the Messages API (API reference, "Create a Message"), as strictly as the real host where a broken history would show. */
final class AnthropicRequest {
    private static final String WIRE = "anthropic-messages";

    /** Members of the body that are not settings. */
    private static final Set<String> STRUCTURE =
            Set.of("model", "messages", "system", "tools", "tool_choice", "output_config", "stream");

    /** The wire's names of the settings that have a name of our own. */
    private static final Map<String, String> SETTINGS =
            Map.of("max_tokens", "max_output_tokens", "stop_sequences", "stop");

    private AnthropicRequest() {}

    static ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            String model = WireJson.wanted(body, "model").asString();
            WireJson.wanted(body, "max_tokens").asLong();
            List<Message> messages = new ArrayList<>();
            WireJson.given(body, "system")
                    .ifPresent(system -> messages.add(new SystemMessage(texts(system), Map.of())));
            messages(WireJson.wanted(body, "messages").asArr(), messages);
            ChatRequest chat =
                    new ChatRequest(messages, tools(body), choice(body), format(body), settings(body), Map.of());
            return ModelRequest.overHttp(model, chat, WireJson.isTrue(body, "stream"), request);
        } catch (JsonException | IllegalArgumentException | SchemaException e) {
            throw new Wire.Refusal(String.valueOf(e.getMessage()));
        }
    }

    private static List<Content.Text> texts(Json content) {
        if (content instanceof Json.Str text) {
            return List.of(Content.text(text.value()));
        }
        List<Content.Text> texts = new ArrayList<>();
        for (Json block : content.asArr()) {
            texts.add(text(block.asObj()));
        }
        return texts;
    }

    private static Content.Text text(Json.Obj block) {
        String text = WireJson.wanted(block, "text").asString();
        if (text.isEmpty()) {
            throw new Wire.Refusal("text content blocks must be non-empty");
        }
        return Content.text(text);
    }

    /**
     * The conversation. As the real host does, refuses a result without its call in the message before and a call without its result in the one after: this
     * is what a broken history looks like from outside.
     */
    private static void messages(Json.Arr wire, List<Message> messages) {
        if (wire.size() == 0) {
            throw new Wire.Refusal("messages: at least one message is required");
        }
        Map<String, String> open = new LinkedHashMap<>();
        for (int at = 0; at < wire.size(); at++) {
            Json.Obj message = wire.get(at).asObj();
            String role = WireJson.wanted(message, "role").asString();
            Json.Arr content = blocks(WireJson.wanted(message, "content"));
            if (content.size() == 0) {
                throw new Wire.Refusal("messages." + at + ": all messages must have non-empty content");
            }
            switch (role) {
                case "user" -> user(content, at, open, messages);
                case "assistant" -> {
                    settle(open, at);
                    AssistantMessage said = AssistantMessage.of(assistant(content, at));
                    said.toolCalls().forEach(call -> open.put(call.id(), call.name()));
                    messages.add(said);
                }
                default ->
                    throw new Wire.Refusal(
                            "messages: Unexpected role \"" + role + "\". Allowed roles are \"user\" or \"assistant\".");
            }
        }
        settle(open, wire.size());
    }

    private static Json.Arr blocks(Json content) {
        return content instanceof Json.Str text
                ? Json.Arr.of(List.of(
                        Json.object().put("type", "text").put("text", text).build()))
                : content.asArr();
    }

    private static void settle(Map<String, String> open, int at) {
        if (!open.isEmpty()) {
            throw new Wire.Refusal(
                    "messages." + at + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                            + String.join(", ", open.keySet()));
        }
    }

    private static void user(Json.Arr content, int at, Map<String, String> open, List<Message> messages) {
        List<Content.ToolResult> results = new ArrayList<>();
        List<Content.OfUser> parts = new ArrayList<>();
        for (Json item : content) {
            Json.Obj block = item.asObj();
            String type = WireJson.wanted(block, "type").asString();
            if (!type.equals("tool_result")) {
                parts.add(part(block, type));
                continue;
            }
            String id = WireJson.wanted(block, "tool_use_id").asString();
            String tool = open.remove(id);
            if (tool == null) {
                throw new Wire.Refusal(
                        "messages." + at + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id);
            }
            if (!parts.isEmpty()) {
                throw new Wire.Refusal("messages." + at + ": `tool_result` blocks must come first");
            }
            results.add(result(block, id, tool));
        }
        settle(open, at);
        if (!results.isEmpty()) messages.add(ToolMessage.of(results));
        if (!parts.isEmpty()) messages.add(new UserMessage(parts, Map.of()));
    }

    private static Content.ToolResult result(Json.Obj block, String id, String tool) {
        List<Content.OfResult> parts = new ArrayList<>();
        WireJson.given(block, "content").ifPresent(content -> {
            if (content instanceof Json.Str text) {
                parts.add(Content.text(text.value()));
                return;
            }
            for (Json item : content.asArr()) {
                Json.Obj inner = item.asObj();
                parts.add((Content.OfResult)
                        part(inner, WireJson.wanted(inner, "type").asString()));
            }
        });
        return new Content.ToolResult(id, tool, parts, WireJson.isTrue(block, "is_error"), Origin.NONE, Map.of());
    }

    /** Each of these may stand in a user's message and in a tool's result. */
    private static Content.OfUser part(Json.Obj block, String type) {
        return switch (type) {
            case "text" -> text(block);
            case "image" -> media(block, Content.Media.Kind.IMAGE);
            case "document" -> media(block, Content.Media.Kind.DOCUMENT);
            default -> Content.Opaque.of(WIRE, type, block);
        };
    }

    private static Content.Media media(Json.Obj block, Content.Media.Kind kind) {
        Json.Obj source = WireJson.wanted(block, "source").asObj();
        String type = WireJson.wanted(source, "type").asString();
        String mime = source.string("media_type").orElse("");
        Content.Media.Source from = switch (type) {
            case "base64" ->
                new Content.Media.Inline(WireJson.wanted(source, "data").asString());
            case "url" -> new Content.Media.At(WireJson.wanted(source, "url").asString());
            case "file" ->
                new Content.Media.Stored(WireJson.wanted(source, "file_id").asString());
            case "text" ->
                new Content.Media.Inline(Base64.getEncoder()
                        .encodeToString(
                                WireJson.wanted(source, "data").asString().getBytes(StandardCharsets.UTF_8)));
            default -> throw new Wire.Refusal("source: Input tag '" + type + "' found using 'type' does not match");
        };
        return new Content.Media(kind, mime, from, block.string("title").orElse(""), Origin.NONE, Map.of());
    }

    private static List<Content.OfAssistant> assistant(Json.Arr content, int at) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        for (Json item : content) {
            Json.Obj block = item.asObj();
            String type = WireJson.wanted(block, "type").asString();
            parts.add(
                    switch (type) {
                        case "text" -> text(block);
                        case "thinking" -> {
                            Json signature = WireJson.wanted(block, "signature");
                            if (signature.asString().isEmpty()) {
                                throw new Wire.Refusal("messages." + at + ": Invalid `signature` in `thinking` block");
                            }
                            yield new Content.Thinking(
                                    WireJson.wanted(block, "thinking").asString(),
                                    false,
                                    new Origin(WIRE, Json.object("signature", signature)),
                                    Map.of());
                        }
                        case "redacted_thinking" ->
                            new Content.Thinking(
                                    "",
                                    true,
                                    new Origin(WIRE, Json.object("data", WireJson.wanted(block, "data"))),
                                    Map.of());
                        case "tool_use" ->
                            Content.ToolCall.of(
                                    WireJson.wanted(block, "id").asString(),
                                    WireJson.wanted(block, "name").asString(),
                                    WireJson.wanted(block, "input").asObj());
                        default -> Content.Opaque.of(WIRE, type, block);
                    });
        }
        return parts;
    }

    /** Those of the program's; tools of the host's own have a type. */
    private static List<ToolSpec> tools(Json.Obj body) {
        List<ToolSpec> tools = new ArrayList<>();
        for (Json item : WireJson.list(body, "tools")) {
            Json.Obj tool = item.asObj();
            if (!tool.string("type").orElse("custom").equals("custom")) continue;
            Json.Obj schema = WireJson.wanted(tool, "input_schema").asObj();
            if (!WireJson.wanted(schema, "type").equals(Json.of("object"))) {
                throw new Wire.Refusal("tools: input_schema.type: Input should be 'object'");
            }
            tools.add(ToolSpec.of(
                    WireJson.wanted(tool, "name").asString(),
                    tool.string("description").orElse(""),
                    JsonSchema.of(schema)));
        }
        return tools;
    }

    private static ToolChoice choice(Json.Obj body) {
        Json.Obj choice = WireJson.given(body, "tool_choice").map(Json::asObj).orElse(Json.object("type", "auto"));
        String type = WireJson.wanted(choice, "type").asString();
        return switch (type) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "any" -> ToolChoice.REQUIRED;
            case "tool" -> ToolChoice.named(WireJson.wanted(choice, "name").asString());
            default ->
                throw new Wire.Refusal("tool_choice: Input tag '" + type + "' found using 'type' does not match");
        };
    }

    /** The wire has no name for a format: it is called by its type. */
    private static ResponseFormat format(Json.Obj body) {
        return body.at("/output_config/format")
                .map(Json::asObj)
                .map(format -> ResponseFormat.json(
                        WireJson.wanted(format, "type").asString(), JsonSchema.of(WireJson.wanted(format, "schema"))))
                .orElse(ResponseFormat.TEXT);
    }

    private static ModelSettings settings(Json.Obj body) {
        Map<String, Json> settings = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (!STRUCTURE.contains(name) && !value.isNull()) {
                settings.put(SETTINGS.getOrDefault(name, name), value);
            }
        });
        body.at("/output_config/effort").ifPresent(effort -> settings.put(ModelSettings.EFFORT, effort));
        body.at("/tool_choice/disable_parallel_tool_use")
                .ifPresent(disabled ->
                        settings.put(ModelSettings.PARALLEL_TOOL_CALLS, Json.of(!disabled.equals(Json.Bool.TRUE))));
        return new ModelSettings(settings);
    }
}
