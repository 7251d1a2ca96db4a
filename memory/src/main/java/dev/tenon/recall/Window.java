package dev.tenon.recall;

import dev.tenon.json.Json;
import dev.tenon.memory.Recalled;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Cost;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The newest groups of one session. Not thread-safe. */
final class Window {
    /** How much is held. Immutable. */
    record Bound(long messages, long tokens, long turns, boolean pinsFirst) {}

    /** A group, and the how-manieth turn it is of. */
    private record Held(Group group, long turn, boolean pinned) {}

    private final Bound bound;
    private final Deque<Held> groups = new ArrayDeque<>();
    // What was pinned and would have gone, oldest first; of a pinned answer what the user said as well.
    private final List<Group> pinned = new ArrayList<>(0);
    private final LinkedHashSet<String> runs = new LinkedHashSet<>();
    private long turns;
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
        boolean first = bound.pinsFirst() && turns == 0;
        turns++;
        for (Group group : turn) {
            boolean pin = group.isPinned() || (first && group.isUsers());
            first &= !pin;
            groups.addLast(new Held(group, turns, pin));
            messages += group.messages().size();
            tokens += group.tokens();
        }
        while (passesBound() && evict()) {
            // One group at a time.
        }
        // A turn has a group at least: as many runs as groups are all the runs of which anything is held.
        while (runs.size() > Math.max(RingBufferMemory.KNOWN_RUNS, groups.size() + pinned.size())) {
            runs.removeFirst();
        }
    }

    private boolean passesBound() {
        return messages > bound.messages()
                || tokens > bound.tokens()
                || turns - groups.getFirst().turn() + 1 > bound.turns();
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
        Held oldest = groups.removeFirst();
        if (!oldest.group().isUsers() || groups.getFirst().group().isUsers()) {
            gone(oldest);
            return true;
        }
        if (groups.size() == 1) {
            groups.addFirst(oldest);
            return false;
        }
        Held answer = groups.removeFirst();
        if (answer.pinned() && !pinned.contains(oldest.group())) {
            pinned.add(oldest.group());
            oldest = new Held(oldest.group(), oldest.turn(), true);
        }
        gone(answer);
        if (groups.getFirst().group().isUsers()) {
            gone(oldest);
        } else {
            groups.addFirst(oldest);
        }
        return true;
    }

    private void gone(Held gone) {
        if (gone.pinned()) {
            if (!pinned.contains(gone.group())) {
                pinned.add(gone.group());
            }
            return;
        }
        messages -= gone.group().messages().size();
        tokens -= gone.group().tokens();
        goneGroups++;
        goneTokens += gone.group().tokens();
    }

    Recalled recall() {
        Recalled known = recalled;
        if (known == null) {
            Message[] held = new Message[messages];
            int at = 0;
            for (Group group : pinned) {
                at = put(group, held, at, true);
            }
            boolean afterPins = !pinned.isEmpty();
            for (Held one : groups) {
                if (afterPins && pinned.contains(one.group())) {
                    continue;
                }
                at = put(one.group(), held, at, afterPins);
                afterPins = false;
            }
            List<Message> all = List.of(at == held.length ? held : java.util.Arrays.copyOf(held, at));
            List<Recalled.Receipt> receipts = goneGroups == 0
                    ? List.of()
                    : List.of(
                            new Recalled.Receipt("ring buffer", goneGroups, goneTokens + tokens, tokens, 0, Cost.ZERO));
            known = Recalled.of(all, receipts);
            recalled = known;
        }
        return known;
    }

    /** Two messages of a user between which the answers have gone are one. */
    private static int put(Group group, Message[] to, int from, boolean afterGap) {
        int at = from;
        for (Message message : group.messages()) {
            if (afterGap
                    && at > 0
                    && at == from
                    && message instanceof UserMessage user
                    && to[at - 1] instanceof UserMessage before) {
                to[at - 1] = joined(before, user);
            } else {
                to[at++] = message;
            }
        }
        return at;
    }

    private static UserMessage joined(UserMessage before, UserMessage after) {
        List<Content.OfUser> parts = new ArrayList<>(before.content());
        parts.addAll(after.content());
        Map<String, Json> extra = new LinkedHashMap<>(before.extra());
        extra.putAll(after.extra());
        return new UserMessage(parts, extra);
    }
}
