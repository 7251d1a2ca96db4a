package dev.tenon.recall.passage;

import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Usage;
import java.util.List;
import java.util.Objects;

/**
 * A memory that puts what a retriever finds into the request, before what the user says now: each passage under its document and section. Thread-safe.
 *
 * {@snippet lang=java :
 * Agent agent = Agent.builder(model).memory(RetrievingMemory.of(ConversationMemory.inMemory(), passages)).build();
 * }
 *
 * <p>What was found is part of that turn's requests only, and is not stored: the next turn has passages of its own, and the conversation stays what was said. The memory within counts it and keeps its budget. A request that was
 * refused as too long is sent without passages.
 *
 * <p>Passages are as trustworthy as whoever wrote the documents. A model may take for an order what stands in one.
 */
public final class RetrievingMemory implements Memory {
    private final Memory memory;
    private final Retriever retriever;
    private final int most;

    private RetrievingMemory(Memory memory, Retriever retriever, int most) {
        this.memory = memory;
        this.retriever = retriever;
        this.most = most;
    }

    /** This memory, with what this retriever finds; {@value Retriever#DEFAULT_MOST} passages a turn. */
    public static RetrievingMemory of(Memory memory, Retriever retriever) {
        return of(memory, retriever, Retriever.DEFAULT_MOST);
    }

    /**
     * This memory, with what this retriever finds.
     *
     * @param most passages a turn, at least 1
     */
    public static RetrievingMemory of(Memory memory, Retriever retriever, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most < 1: " + most);
        }
        return new RetrievingMemory(
                Objects.requireNonNull(memory, "memory"), Objects.requireNonNull(retriever, "retriever"), most);
    }

    @Override
    public Recalled recall(Recall wanted) {
        Objects.requireNonNull(wanted, "wanted");
        String question = Prompted.question(wanted);
        if (question.isEmpty() || wanted.tooLong()) {
            return memory.recall(wanted);
        }
        List<Retriever.Found> found = retriever.retrieve(question, most);
        return Prompted.recall(
                memory,
                wanted,
                found.isEmpty()
                        ? ""
                        : "Passages that may help to answer, each under its source:\n\n" + Prompted.passages(found));
    }

    @Override
    public void append(String session, Turn turn) {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(turn, "turn");
        memory.append(session, turn);
    }

    @Override
    public void asked(String session, ModelInfo model, ChatRequest request, Usage usage) {
        memory.asked(session, model, request, usage);
    }

    @Override
    public String toString() {
        return "RetrievingMemory[" + memory + ", " + retriever + "]";
    }
}
