package dev.tenon.recall;

import dev.tenon.memory.Recalled;
import dev.tenon.message.Message;
import dev.tenon.provider.Cost;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest groups of one session. Not thread-safe. */
final class Window {
    /** How much is held. Immutable. */
    record Bound(long messages, long tokens) {}

    private final Bound bound;
    private final Deque<Group> groups = new ArrayDeque<>();
    private final LinkedHashSet<String> runs = new LinkedHashSet<>();
    private int messages;
    private long tokens;
    private int goneGroups;
    private long goneTokens;
    private @Nullable Recalled recalled;

    Window(Bound bound) {
        this.bound = bound;
    }

    /** Takes a turn of at least one group, unless it was taken before. */
    void append(String run, List<Group> turn) {
        if (!runs.add(run)) {
            return;
        }
        recalled = null;
        for (Group group : turn) {
            groups.addLast(group);
            messages += group.messages().size();
            tokens += group.tokens();
        }
        while (passesBound() && evict()) {
            // One group at a time.
        }
        // A turn has a group at least: as many runs as groups are all the runs of which anything is held.
        while (runs.size() > Math.max(RingBufferMemory.KNOWN_RUNS, groups.size())) {
            runs.removeFirst();
        }
    }

    private boolean passesBound() {
        return messages > bound.messages() || tokens > bound.tokens();
    }

    /**
     * Lets the oldest group go; where that is what the user said, what answered it goes first, and it goes with the last of that. Gemini and Anthropic accept no conversation that a model begins.
     *
     * @return whether there was one: the newest stays, and what the user said before it
     */
    private boolean evict() {
        if (groups.size() == 1) {
            return false;
        }
        Group oldest = groups.removeFirst();
        if (!oldest.isUsers() || groups.getFirst().isUsers()) {
            count(oldest);
            return true;
        }
        if (groups.size() == 1) {
            groups.addFirst(oldest);
            return false;
        }
        count(groups.removeFirst());
        if (groups.getFirst().isUsers()) {
            count(oldest);
        } else {
            groups.addFirst(oldest);
        }
        return true;
    }

    private void count(Group gone) {
        messages -= gone.messages().size();
        tokens -= gone.tokens();
        goneGroups++;
        goneTokens += gone.tokens();
    }

    Recalled recall() {
        Recalled known = recalled;
        if (known == null) {
            List<Message> held = new ArrayList<>(messages);
            for (Group group : groups) {
                held.addAll(group.messages());
            }
            List<Recalled.Receipt> receipts = goneGroups == 0
                    ? List.of()
                    : List.of(
                            new Recalled.Receipt("ring buffer", goneGroups, goneTokens + tokens, tokens, 0, Cost.ZERO));
            known = Recalled.of(held, receipts);
            recalled = known;
        }
        return known;
    }
}
