package dev.tenon.message;

import dev.tenon.json.Json;
import java.util.List;
import java.util.Map;

/**
 * One message of a conversation. Immutable. Its JSON form ({@code Json.of(message)}) has member {@code type}:
 * {@code system}, {@code user}, {@code assistant} or {@code tool}; members that this version does not know survive in
 * {@link #extra()}.
 */
public sealed interface Message permits SystemMessage, UserMessage, AssistantMessage, ToolMessage {
    /** The parts, in order. */
    List<? extends Content> content();

    /** Members of the JSON form that this version does not know. */
    Map<String, Json> extra();

    /** All text parts joined with nothing between; empty where there are none. */
    default String text() {
        return Content.text(content());
    }

    /** A system message of this text. */
    static SystemMessage system(String text) {
        return SystemMessage.of(text);
    }

    /** A user message of this text. */
    static UserMessage user(String text) {
        return UserMessage.of(text);
    }

    /** An assistant message of this text. */
    static AssistantMessage assistant(String text) {
        return AssistantMessage.of(text);
    }
}
