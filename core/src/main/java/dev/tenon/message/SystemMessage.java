package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Instructions to the model. Immutable. */
public record SystemMessage(List<Content.Text> content, Map<String, Json> extra) implements Message {
    public SystemMessage {
        Objects.requireNonNull(content, "content");
        content = List.copyOf(content);
        extra = Parts.extra(extra);
    }

    /** Instructions of one text. */
    public static SystemMessage of(String text) {
        return new SystemMessage(List.of(Content.text(text)), Map.of());
    }
}
