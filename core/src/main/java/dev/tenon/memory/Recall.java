package dev.tenon.memory;

import dev.tenon.message.Message;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.run.Outcome;
import java.util.List;
import java.util.Objects;

/**
 * What is about to be asked, and of whom, so that a memory can choose. Immutable.
 *
 * @param session the conversation
 * @param run the run that asks
 * @param input the messages of this turn so far: what the user says now, and where the run is on its way, rounds of tool calls
 * @param around what else stands in the request: instructions, the caller's messages, tools, schema, settings
 * @param model the model that will be asked
 * @param summaries what came of the model calls that the memory wanted, in their order; empty where it wanted none
 * @param tooLong whether the model refused the last request as too long
 * @param user who says it; empty where nobody is named
 */
public record Recall(
        String session,
        String run,
        List<Message> input,
        ChatRequest around,
        ModelInfo model,
        List<Outcome> summaries,
        boolean tooLong,
        String user) {
    private static final ChatRequest NOTHING = ChatRequest.of(List.of());

    public Recall {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(run, "run");
        input = List.copyOf(input);
        around = around == null ? NOTHING : around;
        model = model == null ? ModelInfo.UNKNOWN : model;
        summaries = summaries == null ? List.of() : List.copyOf(summaries);
        user = user == null ? "" : user;
    }

    /** What a run asks when it begins, with nothing else in the request. */
    public static Recall of(String session, String run, List<? extends Message> input, ModelInfo model) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(model, "model");
        return new Recall(session, run, List.copyOf(input), NOTHING, model, List.of(), false, "");
    }
}
