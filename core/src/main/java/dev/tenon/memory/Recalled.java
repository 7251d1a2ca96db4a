package dev.tenon.memory;

import dev.tenon.message.Message;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Cost;
import java.util.List;
import java.util.Objects;

/**
 * What a memory chose. Immutable.
 *
 * @param messages the past, oldest first; every tool call with its result
 * @param receipts what was hidden and why
 * @param input the messages of this turn so far as they are to be sent; empty for as they are
 * @param wanted what the memory wants to ask a model first, each a call of the run like any other; then it is asked again. The rest is used where the
 *     run lets it ask no more
 * @param again when a request of the run and its reply have so many tokens, the memory is asked again before the next; 0 for never
 */
public record Recalled(
        List<Message> messages, List<Receipt> receipts, List<Message> input, List<ChatRequest> wanted, long again) {
    /** There is no past. */
    public static final Recalled NOTHING = of(List.of(), List.of());

    public Recalled {
        Objects.requireNonNull(messages, "messages");
        messages = List.copyOf(messages);
        receipts = receipts == null ? List.of() : List.copyOf(receipts);
        input = input == null ? List.of() : List.copyOf(input);
        wanted = wanted == null ? List.of() : List.copyOf(wanted);
        if (again < 0) {
            throw new IllegalArgumentException("again < 0: " + again);
        }
    }

    /** These messages, nothing hidden. */
    public static Recalled of(List<? extends Message> messages) {
        Objects.requireNonNull(messages, "messages");
        return messages.isEmpty() ? NOTHING : of(messages, List.of());
    }

    /** These messages, with receipts of what is not among them. */
    public static Recalled of(List<? extends Message> messages, List<Receipt> receipts) {
        Objects.requireNonNull(messages, "messages");
        Objects.requireNonNull(receipts, "receipts");
        return new Recalled(List.copyOf(messages), receipts, List.of(), List.of(), 0);
    }

    /** A copy that wants to ask a model first. */
    public Recalled wanting(List<ChatRequest> calls) {
        Objects.requireNonNull(calls, "calls");
        return new Recalled(messages, receipts, input, calls, again);
    }

    /**
     * What one compaction did. Immutable.
     *
     * @param how the name of what compacted
     * @param hidden how many groups of messages the model does not see
     * @param tokensBefore an estimate, of the past before it
     * @param tokensAfter likewise after it
     * @param tokensKept of those before, how many stand at the beginning as they were: a provider's cache of them still serves, of all after them it does not
     * @param cost of the model calls it took
     */
    public record Receipt(String how, int hidden, long tokensBefore, long tokensAfter, long tokensKept, Cost cost) {
        public Receipt {
            Objects.requireNonNull(how, "how");
            cost = cost == null ? Cost.ZERO : cost;
        }
    }
}
