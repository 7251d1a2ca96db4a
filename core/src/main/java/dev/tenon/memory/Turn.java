package dev.tenon.memory;

import dev.tenon.message.Message;
import java.util.List;
import java.util.Objects;

/**
 * What one run adds to a conversation: the user's message, the model's, the results of its tool calls. Immutable.
 *
 * @param run the run's id, by which a memory knows the turn when it is handed over again
 */
public record Turn(String run, List<Message> messages) {
    public Turn {
        Objects.requireNonNull(run, "run");
        messages = List.copyOf(messages);
    }
}
