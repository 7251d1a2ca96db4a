package dev.tenon.opentelemetry;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.tool.ToolSpec;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What is shown of texts, where that is wanted, in the form of the conventions (gen-ai-input-messages.json, gen-ai-output-messages.json, gen-ai-system-instructions.json, gen-ai-tool-definitions.json).
 *
 * <p>Signatures, encrypted reasoning and whatever else goes back to a provider unchanged are no texts, and are not shown; of parts that only a provider understands there is the name.
 *
 * @param longest characters of one text
 */
record Texts(UnaryOperator<String> shown, int longest) {
    void asked(Span span, ChatRequest request) {
        List<Message> messages = request.messages();
        int first = 0;
        List<Value<?>> instructions = new ArrayList<>();
        while (first < messages.size() && messages.get(first) instanceof SystemMessage system) {
            instructions.addAll(parts(system.content()));
            first++;
        }
        put(span, Names.INSTRUCTIONS, instructions);
        List<Value<?>> said = new ArrayList<>();
        for (Message message : messages.subList(first, messages.size())) {
            said.add(message(message));
        }
        put(span, Names.INPUT_MESSAGES, said);
        List<Value<?>> tools = new ArrayList<>();
        for (ToolSpec tool : request.tools()) {
            tools.add(map("type", "function", "name", tool.name()));
        }
        put(span, Names.TOOL_DEFINITIONS, tools);
    }

    void answered(Span span, ChatResponse reply) {
        List<Value<?>> choices = new ArrayList<>();
        choices.add(choice(reply.message(), reply));
        reply.alternatives().forEach(other -> choices.add(choice(other, reply)));
        put(span, Names.OUTPUT_MESSAGES, choices);
    }

    void arguments(Span span, Json.Obj arguments) {
        span.setAttribute(Names.TOOL_ARGUMENTS, value(arguments));
    }

    void result(Span span, List<Content.OfResult> content) {
        span.setAttribute(Names.TOOL_RESULT, result(content));
    }

    private static void put(Span span, AttributeKey<Value<?>> key, List<Value<?>> values) {
        if (!values.isEmpty()) {
            span.setAttribute(key, Value.of(values));
        }
    }

    private Value<?> choice(AssistantMessage message, ChatResponse reply) {
        Map<String, Value<?>> choice = message("assistant", message.content());
        choice.put(
                "finish_reason",
                Value.of(
                        switch (reply.finish().kind()) {
                            case STOP, PAUSE, UNKNOWN -> "stop";
                            case LENGTH -> "length";
                            case TOOL_CALLS -> "tool_call";
                            case CONTENT_FILTER, REFUSAL -> "content_filter";
                            case ERROR -> "error";
                        }));
        return Value.of(choice);
    }

    private Value<?> message(Message message) {
        return Value.of(
                switch (message) {
                    case SystemMessage system -> message("system", system.content());
                    case UserMessage user -> message("user", user.content());
                    case AssistantMessage assistant -> message("assistant", assistant.content());
                    case ToolMessage tool -> message("tool", tool.content());
                });
    }

    private Map<String, Value<?>> message(String role, List<? extends Content> content) {
        Map<String, Value<?>> message = new LinkedHashMap<>();
        message.put("role", Value.of(role));
        message.put("parts", Value.of(parts(content)));
        return message;
    }

    private List<Value<?>> parts(List<? extends Content> content) {
        List<Value<?>> parts = new ArrayList<>();
        for (Content part : content) {
            parts.add(
                    switch (part) {
                        case Content.Text text -> map("type", "text", "content", text(text.text()));
                        case Content.Thinking thinking -> map("type", "reasoning", "content", text(thinking.text()));
                        case Content.Media media -> media(media);
                        case Content.ToolCall call -> call(call);
                        case Content.ToolResult result ->
                            with(
                                    "response",
                                    result(result.content()),
                                    "type",
                                    "tool_call_response",
                                    "id",
                                    result.callId());
                        case Content.Opaque opaque -> map("type", opaque.kind());
                    });
        }
        return parts;
    }

    private Value<?> call(Content.ToolCall call) {
        Value<?> arguments = call.json().<Value<?>>map(this::value).orElseGet(() -> Value.of(text(call.arguments())));
        return with("arguments", arguments, "type", "tool_call", "id", call.id(), "name", call.name());
    }

    /** Of the medium itself there is where it is, not the bytes: a span is no place for them. */
    private static Value<?> media(Content.Media media) {
        String modality = media.kind().name().toLowerCase(Locale.ROOT);
        return switch (media.source()) {
            case Content.Media.Inline inline ->
                map("type", "blob", "mime_type", media.mimeType(), "modality", modality, "content", "");
            case Content.Media.At at ->
                map("type", "uri", "mime_type", media.mimeType(), "modality", modality, "uri", bare(at.uri()));
            case Content.Media.Stored stored ->
                map("type", "file", "mime_type", media.mimeType(), "modality", modality, "file_id", stored.id());
        };
    }

    /** An address without what may open it: neither user nor query. */
    private static String bare(String uri) {
        String bare = uri.split("[?#]", 2)[0];
        if (bare.startsWith("data:")) {
            return "data:";
        }
        int scheme = bare.indexOf("://");
        int path = scheme < 0 ? -1 : bare.indexOf('/', scheme + 3);
        int user = bare.lastIndexOf('@', path < 0 ? bare.length() : path);
        return scheme < 0 || user < scheme ? bare : bare.substring(0, scheme + 3) + bare.substring(user + 1);
    }

    private Value<?> result(List<? extends Content> content) {
        if (content.stream().allMatch(Content.Text.class::isInstance)) {
            String text = Content.text(content);
            try {
                return value(Json.parse(text));
            } catch (JsonException e) {
                return Value.of(text(text));
            }
        }
        return Value.of(parts(content));
    }

    private String text(String text) {
        String known = shown.apply(text);
        return known.length() > longest ? known.substring(0, longest) + "…" : known;
    }

    private Value<?> value(Json json) {
        return switch (json) {
            case Json.Str text -> Value.of(text(text.value()));
            case Json.Bool bool -> Value.of(bool.value());
            case Json.Num number -> number.whole() ? whole(number) : Value.of(number.doubleValue());
            case Json.Arr array -> {
                List<Value<?>> values = new ArrayList<>();
                array.forEach(element -> values.add(value(element)));
                yield Value.of(values);
            }
            case Json.Obj object -> {
                Map<String, Value<?>> members = new LinkedHashMap<>();
                object.forEach((name, member) -> members.put(name, value(member)));
                yield Value.of(members);
            }
            case Json.Null nothing -> Value.empty();
        };
    }

    /** Digits where it is larger than any number of a span. */
    private static Value<?> whole(Json.Num number) {
        try {
            return Value.of(number.longValue());
        } catch (JsonException e) {
            return Value.of(number.toString());
        }
    }

    private static Value<?> map(String... namesAndTexts) {
        return Value.of(texts(namesAndTexts));
    }

    private static Value<?> with(String name, Value<?> value, String... namesAndTexts) {
        Map<String, Value<?>> members = texts(namesAndTexts);
        members.put(name, value);
        return Value.of(members);
    }

    private static Map<String, Value<?>> texts(String... namesAndTexts) {
        Map<String, Value<?>> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            members.put(namesAndTexts[i], Value.of(namesAndTexts[i + 1]));
        }
        return members;
    }
}
