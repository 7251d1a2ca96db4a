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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads requests of {@code generateContent} (API reference, 2026), as strictly as the real host where a broken history would show. */
final class GeminiWireRequest {
    private static final Set<String> STRUCTURE =
            Set.of("contents", "systemInstruction", "tools", "toolConfig", "generationConfig");

    /** Fields of {@code generationConfig} that are no settings. */
    private static final Set<String> FORMAT = Set.of("responseMimeType", "responseJsonSchema", "candidateCount");

    /** The wire's names of the settings that have a name of our own. */
    private static final Map<String, String> SETTINGS =
            Map.of("topP", "top_p", "maxOutputTokens", "max_output_tokens", "stopSequences", "stop");

    private GeminiWireRequest() {}

    static ModelRequest read(WireRequest request) {
        try {
            Json.Obj body = request.body().asObj();
            String path = request.path();
            String model = path.substring(path.indexOf("/models/") + "/models/".length(), path.lastIndexOf(':'));
            ChatRequest chat = new ChatRequest(
                    messages(body), tools(body), toolChoice(body), format(body), settings(body), Map.of());
            return ModelRequest.overHttp(model, chat, path.contains(":streamGenerateContent"), request);
        } catch (JsonException | IllegalArgumentException | SchemaException e) {
            throw new Wire.Refusal(String.valueOf(e.getMessage()));
        }
    }

    private static List<Message> messages(Json.Obj body) {
        List<Message> messages = new ArrayList<>();
        WireJson.given(body, "systemInstruction").ifPresent(instruction -> {
            List<Content.Text> texts = new ArrayList<>();
            for (Json part : WireJson.wanted(instruction.asObj(), "parts").asArr()) {
                texts.add(Content.text(WireJson.wanted(part.asObj(), "text").asString()));
            }
            messages.add(new SystemMessage(texts, Map.of()));
        });
        Json.Arr contents = WireJson.wanted(body, "contents").asArr();
        if (contents.size() == 0) {
            throw new Wire.Refusal("* GenerateContentRequest.contents: contents is not specified");
        }
        List<Content.ToolCall> open = List.of();
        for (Json content : contents) {
            Json.Arr parts = WireJson.wanted(content.asObj(), "parts").asArr();
            if (parts.size() == 0) {
                throw new Wire.Refusal("Unable to submit request because it must include at least one parts field.");
            }
            String role = content.asObj().string("role").orElse("user");
            switch (role) {
                case "user" -> {
                    user(parts, open, messages);
                    open = List.of();
                }
                case "model" -> {
                    settled(open, 0);
                    AssistantMessage assistant = AssistantMessage.of(modelParts(parts));
                    open = assistant.toolCalls();
                    messages.add(assistant);
                }
                default -> throw new Wire.Refusal("Please use a valid role: user, model.");
            }
        }
        settled(open, 0);
        return messages;
    }

    /** As the real host does, refuses a call without its result and a result without its call. */
    private static void settled(List<Content.ToolCall> calls, int results) {
        if (calls.size() != results) {
            throw new Wire.Refusal("Please ensure that the number of function response parts is equal to the number of"
                    + " function call parts of the function call turn.");
        }
    }

    /** Results come first; what follows them is what the user says. */
    private static void user(Json.Arr parts, List<Content.ToolCall> open, List<Message> messages) {
        List<Content.ToolResult> results = new ArrayList<>();
        List<Content.OfUser> said = new ArrayList<>();
        for (Json item : parts) {
            Json.Obj part = item.asObj();
            Optional<Json> response = WireJson.given(part, "functionResponse");
            if (response.isPresent()) {
                results.add(result(response.get().asObj()));
            } else {
                said.add(userPart(part));
            }
        }
        settled(open, results.size());
        if (!results.isEmpty()) {
            messages.add(ToolMessage.of(results));
        }
        if (!said.isEmpty()) {
            messages.add(new UserMessage(said, Map.of()));
        }
    }

    private static Content.ToolResult result(Json.Obj response) {
        Json.Obj said = WireJson.wanted(response, "response").asObj();
        boolean error = said.has("error");
        String text = said.string(error ? "error" : "output").orElseGet(said::toString);
        return new Content.ToolResult(
                response.string("id").orElse(""),
                WireJson.wanted(response, "name").asString(),
                List.of(Content.text(text)),
                error,
                Origin.NONE,
                Map.of());
    }

    private static Content.OfUser userPart(Json.Obj part) {
        Optional<String> text = part.string("text");
        if (text.isPresent()) {
            return Content.text(text.get());
        }
        return media(part)
                .<Content.OfUser>map(media -> media)
                .orElseGet(() -> Content.Opaque.of("gemini", kind(part), part));
    }

    private static String kind(Json.Obj part) {
        return part.members().keySet().stream().findFirst().orElse("");
    }

    private static Optional<Content.Media> media(Json.Obj part) {
        Optional<Json> blob = WireJson.given(part, "inlineData");
        if (blob.isPresent()) {
            Json.Obj data = blob.get().asObj();
            return Optional.of(Content.Media.of(
                    new Content.Media.Inline(WireJson.wanted(data, "data").asString()),
                    WireJson.wanted(data, "mimeType").asString()));
        }
        return WireJson.given(part, "fileData")
                .map(Json::asObj)
                .map(file -> Content.Media.of(
                        new Content.Media.At(WireJson.wanted(file, "fileUri").asString()),
                        file.string("mimeType").orElse("")));
    }

    private static List<Content.OfAssistant> modelParts(Json.Arr parts) {
        List<Content.OfAssistant> read = new ArrayList<>();
        for (Json item : parts) {
            Json.Obj part = item.asObj();
            Optional<String> text = part.string("text");
            Optional<Json> call = WireJson.given(part, "functionCall");
            if (call.isPresent()) {
                Json.Obj called = call.get().asObj();
                read.add(Content.ToolCall.of(
                        called.string("id").orElse(""),
                        WireJson.wanted(called, "name").asString(),
                        WireJson.given(called, "args").orElse(Json.Obj.EMPTY).asObj()));
            } else if (text.isPresent()) {
                boolean thought = WireJson.isTrue(part, "thought");
                read.add(thought ? Content.Thinking.of(text.get()) : Content.text(text.get()));
            } else {
                read.add(media(part)
                        .<Content.OfAssistant>map(media -> media)
                        .orElseGet(() -> Content.Opaque.of("gemini", kind(part), part)));
            }
        }
        return read;
    }

    private static List<ToolSpec> tools(Json.Obj body) {
        List<ToolSpec> tools = new ArrayList<>();
        for (Json item : WireJson.list(body, "tools")) {
            for (Json declaration : WireJson.list(item.asObj(), "functionDeclarations")) {
                Json.Obj function = declaration.asObj();
                tools.add(ToolSpec.of(
                        WireJson.wanted(function, "name").asString(),
                        function.string("description").orElse(""),
                        JsonSchema.of(WireJson.given(function, "parametersJsonSchema")
                                .orElse(Json.object("type", "object")))));
            }
        }
        return tools;
    }

    private static ToolChoice toolChoice(Json.Obj body) {
        Json.Obj calling =
                body.at("/toolConfig/functionCallingConfig").map(Json::asObj).orElse(Json.Obj.EMPTY);
        String mode = calling.string("mode").orElse("AUTO");
        List<Json> names = WireJson.list(calling, "allowedFunctionNames").items();
        return switch (mode) {
            case "AUTO", "VALIDATED" -> ToolChoice.AUTO;
            case "NONE" -> ToolChoice.NONE;
            case "ANY" ->
                names.isEmpty()
                        ? ToolChoice.REQUIRED
                        : ToolChoice.named(names.get(0).asString());
            default -> throw new Wire.Refusal("Invalid value at 'tool_config.function_calling_config.mode': " + mode);
        };
    }

    private static ResponseFormat format(Json.Obj body) {
        Json.Obj config =
                WireJson.given(body, "generationConfig").map(Json::asObj).orElse(Json.Obj.EMPTY);
        if (!config.string("responseMimeType").orElse("").equals("application/json")) {
            return ResponseFormat.TEXT;
        }
        return ResponseFormat.json(
                "response",
                WireJson.given(config, "responseJsonSchema").map(JsonSchema::of).orElse(JsonSchema.ANY));
    }

    private static ModelSettings settings(Json.Obj body) {
        Map<String, Json> settings = new LinkedHashMap<>();
        WireJson.given(body, "generationConfig")
                .ifPresent(config -> config.asObj().forEach((name, value) -> {
                    if (!FORMAT.contains(name) && !value.isNull()) {
                        settings.put(SETTINGS.getOrDefault(name, name), value);
                    }
                }));
        body.forEach((name, value) -> {
            if (!STRUCTURE.contains(name) && !value.isNull()) {
                settings.put(name, value);
            }
        });
        return new ModelSettings(settings);
    }
}
