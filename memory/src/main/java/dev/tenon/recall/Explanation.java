package dev.tenon.recall;

import dev.tenon.memory.Recalled;
import dev.tenon.provider.Usage;
import java.util.List;
import java.util.Objects;

/**
 * What a model sees of a session, and why. Immutable. {@link #toString} is meant to be read.
 *
 * @param groups of the conversation, in order, each with how it is shown
 * @param receipts of all compactions, in order
 * @param healed what was missing in what is stored, and how it is shown all the same
 * @param tokens an estimate, of what is shown
 * @param summary what stands for what is hidden; empty for none
 * @param sent what the newest request did to the prompt cache, at most one: none where none was sent from here
 * @param used what it used, as the provider reported it
 * @param counter how tokens are counted
 */
public record Explanation(
        String session,
        List<Line> groups,
        List<Recalled.Receipt> receipts,
        List<String> healed,
        long tokens,
        String summary,
        List<CachedPrefix> sent,
        Usage used,
        String counter) {
    /** How a group is shown. */
    public enum Shown {
        WHOLE,
        SHORTENED,
        HIDDEN
    }

    /**
     * One group.
     *
     * @param why the names of the tiers that shortened or hid it; {@code pinned} where it may not be hidden
     * @param tokens as it is shown; where it is hidden, as it would be
     * @param begins the first words of it
     */
    public record Line(String group, Shown shown, List<String> why, long tokens, String begins) {
        public Line {
            Objects.requireNonNull(group, "group");
            Objects.requireNonNull(shown, "shown");
            Objects.requireNonNull(why, "why");
            Objects.requireNonNull(begins, "begins");
            why = List.copyOf(why);
        }
    }

    public Explanation {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(groups, "groups");
        Objects.requireNonNull(receipts, "receipts");
        Objects.requireNonNull(healed, "healed");
        Objects.requireNonNull(summary, "summary");
        Objects.requireNonNull(sent, "sent");
        Objects.requireNonNull(used, "used");
        Objects.requireNonNull(counter, "counter");
        groups = List.copyOf(groups);
        receipts = List.copyOf(receipts);
        healed = List.copyOf(healed);
        sent = List.copyOf(sent);
    }

    @Override
    public String toString() {
        StringBuilder out =
                new StringBuilder("session " + session + ": about " + tokens + " tokens, counted by " + counter);
        for (Line line : groups) {
            out.append("\n  ")
                    .append(String.format("%-9s", line.shown().name().toLowerCase(java.util.Locale.ROOT)))
                    .append(line.group())
                    .append("  ")
                    .append(line.tokens())
                    .append("  ")
                    .append(line.begins());
            if (!line.why().isEmpty()) {
                out.append("  (").append(String.join(", ", line.why())).append(')');
            }
        }
        if (!summary.isEmpty()) {
            out.append("\nsummary: ").append(summary.replace("\n", "\n  "));
        }
        for (Recalled.Receipt receipt : receipts) {
            out.append("\ncompacted by ")
                    .append(receipt.how())
                    .append(": ")
                    .append(receipt.hidden())
                    .append(" groups hidden, ")
                    .append(receipt.tokensBefore())
                    .append(" tokens became ")
                    .append(receipt.tokensAfter())
                    .append(", the first ")
                    .append(receipt.tokensKept())
                    .append(" stayed as they were; cost ")
                    .append(receipt.cost());
        }
        for (String flaw : healed) {
            out.append("\nhealed: ").append(flaw);
        }
        for (CachedPrefix prefix : sent) {
            out.append("\nlast request: ")
                    .append(prefix.kept())
                    .append(" tokens as before, ")
                    .append(prefix.lost())
                    .append(" moved");
            for (String moved : prefix.moved()) {
                out.append("; ").append(moved);
            }
            out.append("; ")
                    .append(used.cacheRead())
                    .append(" of ")
                    .append(used.input())
                    .append(" were read from the cache");
        }
        return out.toString();
    }
}
