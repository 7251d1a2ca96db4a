package dev.tenon.memory;

import dev.tenon.message.Message;
import dev.tenon.provider.ModelInfo;
import java.util.List;
import java.util.Objects;

/**
 * What is about to be asked, and of whom, so that a memory can choose. Immutable.
 *
 * @param session the conversation
 * @param run the run that asks
 * @param input the new messages
 * @param model the model that will be asked
 */
public record Recall(String session, String run, List<Message> input, ModelInfo model) {
    public Recall {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(run, "run");
        input = List.copyOf(input);
        model = model == null ? ModelInfo.UNKNOWN : model;
    }
}
