package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a person or a program says to the model: text, images, audio, video, documents. Immutable. */
public record UserMessage(List<Content.OfUser> content, Map<String, Json> extra) implements Message {
    public UserMessage {
        Objects.requireNonNull(content, "content");
        content = List.copyOf(content);
        extra = Parts.extra(extra);
    }

    /** A message of one text. */
    public static UserMessage of(String text) {
        return new UserMessage(List.of(Content.text(text)), Map.of());
    }

    /** A text, then attachments. */
    public static UserMessage of(String text, List<Content.Media> attachments) {
        Objects.requireNonNull(attachments, "attachments");
        List<Content.OfUser> parts = new ArrayList<>(attachments.size() + 1);
        parts.add(Content.text(text));
        parts.addAll(attachments);
        return new UserMessage(parts, Map.of());
    }
}
