package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model answered: text, thinking, tool calls, media, and parts that only its provider understands, in the order of the
 * wire. Immutable.
 *
 * @param origin what the message as a whole must give back to its provider
 */
public record AssistantMessage(List<Content.OfAssistant> content, Origin origin, Map<String, Json> extra)
        implements Message {
    public AssistantMessage {
        Objects.requireNonNull(content, "content");
        content = List.copyOf(content);
        origin = Origin.orNone(origin);
        extra = Parts.extra(extra);
    }

    /** A message of one text. */
    public static AssistantMessage of(String text) {
        return new AssistantMessage(List.of(Content.text(text)), Origin.NONE, Map.of());
    }

    /** A message of these parts. */
    public static AssistantMessage of(List<? extends Content.OfAssistant> parts) {
        Objects.requireNonNull(parts, "parts");
        return new AssistantMessage(List.copyOf(parts), Origin.NONE, Map.of());
    }

    /** The calls that the client must run, in order. */
    public List<Content.ToolCall> toolCalls() {
        List<Content.ToolCall> calls = new ArrayList<>();
        for (Content.OfAssistant part : content) {
            if (part instanceof Content.ToolCall call) {
                calls.add(call);
            }
        }
        return calls;
    }

    /** All thinking joined with nothing between; empty where there is none or the provider hides it. */
    public String thinking() {
        StringBuilder out = new StringBuilder();
        for (Content.OfAssistant part : content) {
            if (part instanceof Content.Thinking thinking) {
                out.append(thinking.text());
            }
        }
        return out.toString();
    }

    /** A copy with other parts. */
    public AssistantMessage withContent(List<? extends Content.OfAssistant> parts) {
        Objects.requireNonNull(parts, "parts");
        return new AssistantMessage(List.copyOf(parts), origin, extra);
    }
}
