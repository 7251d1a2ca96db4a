package dev.tenon.recall;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Marks messages that no window and no compaction may leave out: {@code agent.run(RunRequest.of(Pin.mark(Message.user("I am allergic to nuts."))))}. The mark stands in the message's
 * {@link Message#extra()} and never goes to a provider. Whatever must stay with a pinned message stays too: the results of its calls.
 */
public final class Pin {
    /** The member that marks a message, {@code true}. */
    public static final String MEMBER = "pinned";

    private Pin() {}

    /** A copy that is marked. */
    public static UserMessage mark(UserMessage message) {
        Objects.requireNonNull(message, "message");
        return new UserMessage(message.content(), with(message));
    }

    /** A copy that is marked, of any kind. */
    public static Message mark(Message message) {
        Objects.requireNonNull(message, "message");
        return switch (message) {
            case UserMessage user -> mark(user);
            case AssistantMessage said -> new AssistantMessage(said.content(), said.origin(), with(said));
            case ToolMessage tool -> new ToolMessage(tool.content(), with(tool));
            case SystemMessage system -> new SystemMessage(system.content(), with(system));
        };
    }

    /** Whether a message is marked. */
    public static boolean isMarked(Message message) {
        Objects.requireNonNull(message, "message");
        return !message.extra().isEmpty()
                && Json.Bool.TRUE.equals(message.extra().get(MEMBER));
    }

    private static Map<String, Json> with(Message message) {
        Map<String, Json> extra = new LinkedHashMap<>(message.extra());
        extra.put(MEMBER, Json.Bool.TRUE);
        return extra;
    }
}
