package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The results of the calls of the assistant message before it, one each, in the order of the calls. Immutable. */
public record ToolMessage(List<Content.ToolResult> content, Map<String, Json> extra) implements Message {
    public ToolMessage {
        Objects.requireNonNull(content, "content");
        content = List.copyOf(content);
        extra = Parts.extra(extra);
    }

    /** A message of these results. */
    public static ToolMessage of(List<Content.ToolResult> results) {
        Objects.requireNonNull(results, "results");
        return new ToolMessage(results, Map.of());
    }
}
