package dev.tenon.memory;

import dev.tenon.message.Message;
import java.util.List;

/**
 * What a memory chose. Immutable.
 *
 * @param messages the past, oldest first; every tool call with its result
 * @param receipts what was hidden and why
 */
public record Recalled(List<Message> messages, List<Receipt> receipts) {
    /** There is no past. */
    public static final Recalled NOTHING = new Recalled(List.of(), List.of());

    public Recalled {
        messages = List.copyOf(messages);
        receipts = receipts == null ? List.of() : List.copyOf(receipts);
    }

    /** These messages, nothing hidden. */
    public static Recalled of(List<? extends Message> messages) {
        return messages.isEmpty() ? NOTHING : new Recalled(List.copyOf(messages), List.of());
    }

    /**
     * What one compaction did. Immutable.
     *
     * @param how the name of what compacted
     * @param hidden how many groups of messages the model does not see
     * @param tokensBefore an estimate, of the past before it
     * @param tokensAfter likewise after it
     */
    public record Receipt(String how, int hidden, long tokensBefore, long tokensAfter) {}
}
