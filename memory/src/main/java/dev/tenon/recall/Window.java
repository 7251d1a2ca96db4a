package dev.tenon.recall;

import dev.tenon.json.Json;
import dev.tenon.memory.Recalled;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Cost;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * A group, the how-manieth turn it is of, whether it stays, and whether it stands among the pins already: what the user said does as soon as an answer to it does.
     */
    private record Held(Group group, long turn, boolean pinned, boolean amongPins) {
        int size() {
            return group.messages().size();
        }
    }

    private final Bound bound;
    private final Deque<Held> groups = new ArrayDeque<>();
    // Those of all the groups, in the same order.
    private final HeldMessages held = new HeldMessages();
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
            groups.addLast(new Held(group, turns, pin, false));
            held.add(group.messages());
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
            gone(oldest, 0);
            return true;
        }
        if (groups.size() == 1) {
            groups.addFirst(oldest);
            return false;
        }
        Held answer = groups.removeFirst();
        if (answer.pinned() && !oldest.amongPins()) {
            pinned.add(oldest.group());
            oldest = new Held(oldest.group(), oldest.turn(), true, true);
        }
        gone(answer, oldest.size());
        if (groups.getFirst().group().isUsers()) {
            gone(oldest, 0);
        } else {
            groups.addFirst(oldest);
        }
        return true;
    }

    /** Lets a group go that stands behind so many messages. */
    private void gone(Held gone, int behind) {
        held.remove(behind, gone.size());
        if (gone.pinned()) {
            if (!gone.amongPins()) {
                pinned.add(gone.group());
            }
            return;
        }
        messages -= gone.size();
        tokens -= gone.group().tokens();
        goneGroups++;
        goneTokens += gone.group().tokens();
    }

    Recalled recall() {
        Recalled known = recalled;
        if (known == null) {
            List<Message> all = pinned.isEmpty() ? held.copy() : withPins();
            List<Recalled.Receipt> receipts = goneGroups == 0
                    ? List.of()
                    : List.of(
                            new Recalled.Receipt("ring buffer", goneGroups, goneTokens + tokens, tokens, 0, Cost.ZERO));
            known = Recalled.of(all, receipts);
            recalled = known;
        }
        return known;
    }

    private List<Message> withPins() {
        Message[] all = new Message[messages];
        int at = 0;
        for (Group group : pinned) {
            at = put(group, all, at, true);
        }
        boolean afterPins = true;
        for (Held one : groups) {
            if (!one.amongPins()) {
                at = put(one.group(), all, at, afterPins);
                afterPins = false;
            }
        }
        return List.of(Arrays.copyOf(all, at));
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
