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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads requests of Chat Completions (API reference, "Create chat completion"), as strictly as the real host where a broken history would show. */
final class OpenAiChatRequest {
    /** Members of the body that are not settings. */
    private static final Set<String> STRUCTURE =
            Set.of("model", "messages", "tools", "tool_choice", "response_format", "stream", "stream_options", "n");

    /** The wire's names of the settings that have a name of our own. */
    private static final Map<String, String> SETTINGS = Map.of(
            "max_completion_tokens", "max_output_tokens",
            "max_tokens", "max_output_tokens",
            "reasoning_effort", "effort");

    private OpenAiChatRequest() {}

    static ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            String model = body.string("model").orElse("");
            boolean stream = WireJson.isTrue(body, "stream");
            ChatRequest chat = new ChatRequest(
                    messages(WireJson.wanted(body, "messages").asArr()),
                    tools(body),
                    toolChoice(body),
                    format(body),
                    settings(body),
                    Map.of());
            return ModelRequest.overHttp(model, chat, stream, request);
        } catch (JsonException | IllegalArgumentException | SchemaException e) {
            throw new Wire.Refusal(String.valueOf(e.getMessage()));
        }
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
            String role = WireJson.wanted(message, "role").asString();
            if (role.equals("tool")) {
                String id = WireJson.wanted(message, "tool_call_id").asString();
                String tool = open.remove(id);
                if (tool == null) {
                    throw new Wire.Refusal(
                            "Invalid parameter: messages[" + at + "] with role 'tool' must be a response to a"
                                    + " preceding message with 'tool_calls'; no open call has the id '" + id + "'.");
                }
                results.add(new Content.ToolResult(
                        id, tool, texts(WireJson.wanted(message, "content"), at), false, Origin.NONE, Map.of()));
                continue;
            }
            settle(open, results, messages);
            switch (role) {
                case "system", "developer" ->
                    messages.add(new SystemMessage(texts(WireJson.wanted(message, "content"), at), Map.of()));
                case "user" ->
                    messages.add(new UserMessage(userParts(WireJson.wanted(message, "content"), at), Map.of()));
                case "assistant" -> {
                    AssistantMessage assistant = AssistantMessage.of(assistantParts(message, at));
                    assistant.toolCalls().forEach(call -> open.put(call.id(), call.name()));
                    messages.add(assistant);
                }
                default ->
                    throw new Wire.Refusal("Invalid value: '" + role + "' at messages[" + at
                            + "].role. Supported values are: 'system', 'developer', 'user', 'assistant', 'tool'.");
            }
        }
        settle(open, results, messages);
        if (messages.isEmpty()) {
            throw new Wire.Refusal("Invalid 'messages': empty array. Expected an array with minimum length 1.");
        }
        return messages;
    }

    private static void settle(Map<String, String> open, List<Content.ToolResult> results, List<Message> messages) {
        if (!open.isEmpty()) {
            throw new Wire.Refusal(
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
        String type = WireJson.wanted(part, "type").asString();
        if (!type.equals("text")) {
            throw new Wire.Refusal(
                    "Invalid value: '" + type + "' at messages[" + at + "].content. Supported value is: 'text'.");
        }
        return Content.text(WireJson.wanted(part, "text").asString());
    }

    private static List<Content.OfUser> userParts(Json content, int at) {
        if (content instanceof Json.Str text) {
            return List.of(Content.text(text.value()));
        }
        List<Content.OfUser> parts = new ArrayList<>();
        for (Json item : content.asArr()) {
            Json.Obj part = item.asObj();
            String type = WireJson.wanted(part, "type").asString();
            switch (type) {
                case "text" -> parts.add(textPart(part, at));
                case "image_url" ->
                    parts.add(WireJson.image(
                            WireJson.wanted(WireJson.wanted(part, type).asObj(), "url")
                                    .asString()));
                case "input_audio" -> {
                    Json.Obj audio = WireJson.wanted(part, type).asObj();
                    parts.add(Content.Media.of(
                            new Content.Media.Inline(
                                    WireJson.wanted(audio, "data").asString()),
                            "audio/" + WireJson.wanted(audio, "format").asString()));
                }
                case "file" -> parts.add(file(WireJson.wanted(part, type).asObj()));
                default ->
                    throw new Wire.Refusal("Invalid value: '" + type + "' at messages[" + at
                            + "].content. Supported values are: 'text', 'image_url', 'input_audio', 'file'.");
            }
        }
        return parts;
    }

    private static Content.Media file(Json.Obj file) {
        Optional<String> id = file.string("file_id");
        Content.Media media = id.isPresent()
                ? Content.Media.of(new Content.Media.Stored(id.get()), "")
                : WireJson.inline(WireJson.wanted(file, "file_data").asString());
        return media.withName(file.string("filename").orElse(""));
    }

    private static List<Content.OfAssistant> assistantParts(Json.Obj message, int at) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        WireJson.given(message, "reasoning_content").ifPresent(text -> parts.add(Content.Thinking.of(text.asString())));
        WireJson.given(message, "content").ifPresent(content -> parts.addAll(texts(content, at)));
        for (Json item : WireJson.list(message, "tool_calls")) {
            Json.Obj call = item.asObj();
            Json.Obj function = WireJson.wanted(call, "function").asObj();
            parts.add(Content.ToolCall.of(
                    WireJson.wanted(call, "id").asString(),
                    WireJson.wanted(function, "name").asString(),
                    WireJson.wanted(function, "arguments").asString()));
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
                    JsonSchema.of(WireJson.given(function, "parameters").orElse(Json.object("type", "object")))));
        }
        return tools;
    }

    private static ToolChoice toolChoice(Json.Obj body) {
        Json choice = WireJson.given(body, "tool_choice").orElse(Json.of("auto"));
        if (choice instanceof Json.Obj named) {
            return ToolChoice.named(
                    WireJson.wanted(WireJson.wanted(named, "function").asObj(), "name")
                            .asString());
        }
        return switch (choice.asString()) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required" -> ToolChoice.REQUIRED;
            default ->
                throw new Wire.Refusal("Invalid value: " + choice
                        + " at tool_choice. Supported values are: 'none', 'auto', 'required', and an object.");
        };
    }

    private static ResponseFormat format(Json.Obj body) {
        Optional<Json> given = WireJson.given(body, "response_format");
        if (given.isEmpty()) {
            return ResponseFormat.TEXT;
        }
        Json.Obj format = given.get().asObj();
        String type = WireJson.wanted(format, "type").asString();
        return switch (type) {
            case "text" -> ResponseFormat.TEXT;
            case "json_object" -> ResponseFormat.json(type, JsonSchema.ANY);
            case "json_schema" -> {
                Json.Obj schema = WireJson.wanted(format, type).asObj();
                yield ResponseFormat.json(
                        WireJson.wanted(schema, "name").asString(), JsonSchema.of(WireJson.wanted(schema, "schema")));
            }
            default ->
                throw new Wire.Refusal("Invalid value: '" + type
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
}
