package dev.tenon.provider;

import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.tool.ToolSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a model is asked. Immutable. */
public record ChatRequest(
        List<Message> messages,
        List<ToolSpec> tools,
        ToolChoice toolChoice,
        ResponseFormat format,
        ModelSettings settings,
        Map<String, Json> extra) {
    public ChatRequest {
        Objects.requireNonNull(messages, "messages");
        messages = List.copyOf(messages);
        tools = tools == null ? List.of() : List.copyOf(tools);
        toolChoice = toolChoice == null ? ToolChoice.AUTO : toolChoice;
        format = format == null ? ResponseFormat.TEXT : format;
        settings = settings == null ? ModelSettings.NONE : settings;
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** These messages, nothing else. */
    public static ChatRequest of(List<? extends Message> messages) {
        Objects.requireNonNull(messages, "messages");
        return new ChatRequest(
                List.copyOf(messages), List.of(), ToolChoice.AUTO, ResponseFormat.TEXT, ModelSettings.NONE, Map.of());
    }

    /** One user message. */
    public static ChatRequest of(String text) {
        return of(List.of(Message.user(text)));
    }

    /** A copy with these tools. */
    public ChatRequest withTools(List<ToolSpec> newTools) {
        Objects.requireNonNull(newTools, "newTools");
        return new ChatRequest(messages, newTools, toolChoice, format, settings, extra);
    }

    /** A copy with this choice of tools. */
    public ChatRequest withToolChoice(ToolChoice choice) {
        Objects.requireNonNull(choice, "choice");
        return new ChatRequest(messages, tools, choice, format, settings, extra);
    }

    /** A copy that wants this format. */
    public ChatRequest withFormat(ResponseFormat newFormat) {
        Objects.requireNonNull(newFormat, "newFormat");
        return new ChatRequest(messages, tools, toolChoice, newFormat, settings, extra);
    }

    /** A copy with these settings. */
    public ChatRequest withSettings(ModelSettings newSettings) {
        Objects.requireNonNull(newSettings, "newSettings");
        return new ChatRequest(messages, tools, toolChoice, format, newSettings, extra);
    }
}
