package dev.tenon.testing;

import static dev.tenon.testing.WireJson.given;
import static dev.tenon.testing.WireJson.wanted;

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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads requests of Responses (API reference, "Create a model response"), as strictly as the real host where a broken history would show. Not thread-safe: one
 * reads one request.
 *
 * <p>What a stored reply holds is not kept: with {@code previous_response_id} or a conversation, results of calls that are not in the input are taken.
 */
final class OpenAiResponsesRequest {
    private static final String WIRE = "openai-responses";

    /** Members of the body that are not settings. */
    private static final Set<String> STRUCTURE =
            Set.of("model", "input", "instructions", "tools", "tool_choice", "stream", "stream_options");

    /** What clients give back to tools of the host's own: items that belong to the user's side. */
    private static final Set<String> FROM_CLIENT = Set.of(
            "computer_call_output",
            "local_shell_call_output",
            "shell_call_output",
            "apply_patch_call_output",
            "mcp_approval_response",
            "tool_search_output",
            "item_reference");

    private final Json.Obj body;
    private final boolean goesOn;
    private final List<Message> messages = new ArrayList<>();
    private final List<Content.OfAssistant> assistant = new ArrayList<>();
    private final List<Content.ToolResult> results = new ArrayList<>();
    private final Map<String, String> open = new LinkedHashMap<>();
    private final Set<String> ids = new HashSet<>();
    /** The id of reasoning that nothing has followed yet; empty where there is none. */
    private String unfollowed = "";

    private OpenAiResponsesRequest(Json.Obj body) {
        this.body = body;
        this.goesOn = given(body, "previous_response_id").isPresent()
                || given(body, "conversation").isPresent();
    }

    static ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            String model = body.string("model").orElse("");
            boolean stream = WireJson.isTrue(body, "stream");
            ChatRequest chat = new ChatRequest(
                    new OpenAiResponsesRequest(body).messages(),
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

    /** The names of the tools that take free text. */
    static Set<String> customTools(Json.Obj body) {
        Set<String> names = new HashSet<>();
        for (Json item : WireJson.list(body, "tools")) {
            if (item.asObj().string("type").orElse("").equals("custom")) {
                item.asObj().string("name").ifPresent(names::add);
            }
        }
        return names;
    }

    private List<Message> messages() {
        given(body, "instructions").ifPresent(text -> messages.add(Message.system(text.asString())));
        Json input = wanted(body, "input");
        if (input instanceof Json.Str text) {
            messages.add(Message.user(text.value()));
            return messages;
        }
        Json.Arr items = input.asArr();
        for (int at = 0; at < items.size(); at++) {
            item(items.get(at).asObj(), at);
        }
        settle();
        if (items.size() == 0) {
            throw new Wire.Refusal("Invalid 'input': empty array. Expected an array with minimum length 1.");
        }
        return messages;
    }

    private void item(Json.Obj item, int at) {
        item.string("id").filter(id -> !ids.add(id)).ifPresent(id -> {
            throw new Wire.Refusal(
                    "Duplicate item found with id " + id + ". Remove duplicate items from your input and try again.");
        });
        String type = item.string("type").orElse("message");
        boolean follows =
                !type.equals("message") || item.string("role").orElse("").equals("assistant");
        if (!type.equals("reasoning") && follows && !type.endsWith("_output")) {
            unfollowed = "";
        }
        switch (type) {
            case "message" -> message(item, at);
            case "reasoning" -> {
                unfollowed = item.string("id").orElse("");
                said().add(new Content.Thinking(summary(item), false, new Origin(WIRE, item), Map.of()));
            }
            case "function_call" -> call(item, "arguments");
            case "custom_tool_call" -> call(item, "input");
            case "function_call_output", "custom_tool_call_output" -> result(item, at);
            default -> {
                Content.Opaque opaque = Content.Opaque.of(WIRE, type, item);
                if (FROM_CLIENT.contains(type)) {
                    settle();
                    messages.add(new UserMessage(List.of(opaque), Map.of()));
                } else if (type.endsWith("_call") || OTHERS.contains(type)) {
                    said().add(opaque);
                } else {
                    throw new Wire.Refusal("Invalid value: '" + type + "' at input[" + at + "].type.");
                }
            }
        }
    }

    /** Items of the host's own that are not named as calls. */
    private static final Set<String> OTHERS = Set.of(
            "mcp_list_tools", "mcp_approval_request", "compaction", "program", "program_output", "additional_tools");

    /** The parts of the reply that the items belong to: results before them end the one before. */
    private List<Content.OfAssistant> said() {
        if (!results.isEmpty()) {
            settle();
        }
        return assistant;
    }

    /** Ends a reply and its results. */
    private void settle() {
        if (!unfollowed.isEmpty()) {
            throw new Wire.Refusal(
                    "Item '" + unfollowed + "' of type 'reasoning' was provided without its required following item.");
        }
        if (!open.isEmpty()) {
            throw new Wire.Refusal("No tool output found for function call "
                    + open.keySet().iterator().next() + ".");
        }
        if (!assistant.isEmpty()) {
            messages.add(AssistantMessage.of(List.copyOf(assistant)));
            assistant.clear();
        }
        if (!results.isEmpty()) {
            messages.add(ToolMessage.of(List.copyOf(results)));
            results.clear();
        }
    }

    private void message(Json.Obj item, int at) {
        String role = wanted(item, "role").asString();
        Json content = wanted(item, "content");
        switch (role) {
            case "system", "developer" -> {
                settle();
                List<Content.Text> texts = new ArrayList<>();
                for (Content.OfUser part : parts(content, at)) {
                    if (part instanceof Content.Text text) {
                        texts.add(text);
                    }
                }
                messages.add(new SystemMessage(texts, Map.of()));
            }
            case "user" -> {
                settle();
                messages.add(new UserMessage(parts(content, at), Map.of()));
            }
            case "assistant" -> answered(content, at);
            default ->
                throw new Wire.Refusal("Invalid value: '" + role + "' at input[" + at
                        + "].role. Supported values are: 'assistant', 'system', 'developer', and 'user'.");
        }
    }

    private void answered(Json content, int at) {
        if (content instanceof Json.Str text) {
            said().add(Content.text(text.value()));
            return;
        }
        for (Json one : content.asArr()) {
            Json.Obj part = one.asObj();
            String type = wanted(part, "type").asString();
            switch (type) {
                case "output_text" ->
                    said().add(Content.text(wanted(part, "text").asString()));
                case "refusal" ->
                    said().add(Content.text(wanted(part, "refusal").asString()));
                default -> throw unsupported(type, at, "'output_text' and 'refusal'");
            }
        }
    }

    private static Wire.Refusal unsupported(String type, int at, String supported) {
        return new Wire.Refusal(
                "Invalid value: '" + type + "' at input[" + at + "].content. Supported values are: " + supported + ".");
    }

    private static List<Content.OfUser> parts(Json content, int at) {
        if (content instanceof Json.Str text) {
            return List.of(Content.text(text.value()));
        }
        List<Content.OfUser> parts = new ArrayList<>();
        for (Json one : content.asArr()) {
            Json.Obj part = one.asObj();
            String type = wanted(part, "type").asString();
            switch (type) {
                case "input_text" -> parts.add(Content.text(wanted(part, "text").asString()));
                case "input_image" -> parts.add(image(part));
                case "input_file" -> parts.add(file(part));
                default -> throw unsupported(type, at, "'input_text', 'input_image', and 'input_file'");
            }
        }
        return parts;
    }

    private static Content.Media image(Json.Obj part) {
        return given(part, "file_id")
                .map(id -> new Content.Media(
                        Content.Media.Kind.IMAGE,
                        "",
                        new Content.Media.Stored(id.asString()),
                        "",
                        Origin.NONE,
                        Map.of()))
                .orElseGet(() -> WireJson.image(wanted(part, "image_url").asString()));
    }

    private static Content.Media file(Json.Obj part) {
        Optional<Content.Media.Source> elsewhere = given(part, "file_id")
                .<Content.Media.Source>map(id -> new Content.Media.Stored(id.asString()))
                .or(() -> given(part, "file_url").map(url -> new Content.Media.At(url.asString())));
        Content.Media media = elsewhere
                .map(source -> Content.Media.of(source, ""))
                .orElseGet(() -> WireJson.inline(wanted(part, "file_data").asString()));
        return media.withName(part.string("filename").orElse(""));
    }

    private static String summary(Json.Obj item) {
        StringBuilder text = new StringBuilder();
        for (Json part : wanted(item, "summary").asArr()) {
            text.append(wanted(part.asObj(), "text").asString());
        }
        return text.toString();
    }

    private void call(Json.Obj item, String arguments) {
        Content.ToolCall call = Content.ToolCall.of(
                wanted(item, "call_id").asString(),
                wanted(item, "name").asString(),
                wanted(item, arguments).asString());
        said().add(call);
        open.put(call.id(), call.name());
    }

    private void result(Json.Obj item, int at) {
        String id = wanted(item, "call_id").asString();
        String tool = open.remove(id);
        if (tool == null && !goesOn) {
            throw new Wire.Refusal("No tool call found for function call output with call_id " + id + ".");
        }
        List<Content.OfResult> content = new ArrayList<>();
        for (Content.OfUser part : parts(wanted(item, "output"), at)) {
            switch (part) {
                case Content.Text text -> content.add(text);
                case Content.Media media -> content.add(media);
                case Content.Opaque opaque -> content.add(opaque);
            }
        }
        results.add(new Content.ToolResult(id, tool == null ? "" : tool, content, false, Origin.NONE, Map.of()));
    }

    private static List<ToolSpec> tools(Json.Obj body) {
        List<ToolSpec> tools = new ArrayList<>();
        for (Json item : WireJson.list(body, "tools")) {
            Json.Obj tool = item.asObj();
            String type = wanted(tool, "type").asString();
            if (type.equals("function") || type.equals("custom")) {
                tools.add(ToolSpec.of(
                        wanted(tool, "name").asString(),
                        tool.string("description").orElse(""),
                        JsonSchema.of(given(tool, "parameters").orElse(Json.object("type", "object")))));
            }
        }
        return tools;
    }

    private static ToolChoice toolChoice(Json.Obj body) {
        Json choice = given(body, "tool_choice").orElse(Json.of("auto"));
        if (choice instanceof Json.Obj named) {
            return named.string("name").map(ToolChoice::named).orElse(ToolChoice.REQUIRED);
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
        Optional<Json> given = body.at("/text/format");
        if (given.isEmpty()) {
            return ResponseFormat.TEXT;
        }
        Json.Obj format = given.get().asObj();
        String type = wanted(format, "type").asString();
        return switch (type) {
            case "text" -> ResponseFormat.TEXT;
            case "json_object" -> ResponseFormat.json(type, JsonSchema.ANY);
            case "json_schema" ->
                ResponseFormat.json(wanted(format, "name").asString(), JsonSchema.of(wanted(format, "schema")));
            default ->
                throw new Wire.Refusal("Invalid value: '" + type
                        + "' at text.format.type. Supported values are: 'text', 'json_object', 'json_schema'.");
        };
    }

    private static ModelSettings settings(Json.Obj body) {
        Map<String, Json> settings = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (!STRUCTURE.contains(name) && !value.isNull()) {
                settings.put(name, value);
            }
        });
        body.at("/reasoning/effort").ifPresent(effort -> settings.put(ModelSettings.EFFORT, effort));
        return new ModelSettings(settings);
    }
}
