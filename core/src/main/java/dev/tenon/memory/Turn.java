package dev.tenon.memory;

import dev.tenon.message.Message;
import java.util.List;
import java.util.Objects;

/**
 * What one run adds to a conversation: the user's message, the model's, the results of its tool calls. Immutable.
 *
 * @param run the run's id, by which a memory knows the turn when it is handed over again
 * @param user whose conversation it is; empty where nobody says
 */
public record Turn(String run, List<Message> messages, String user) {
    public Turn {
        Objects.requireNonNull(messages, "messages");
        Objects.requireNonNull(run, "run");
        messages = List.copyOf(messages);
        user = user == null ? "" : user;
    }

    /** A turn of nobody's. */
    public Turn(String run, List<? extends Message> messages) {
        this(run, List.copyOf(Objects.requireNonNull(messages, "messages")), "");
    }
}
