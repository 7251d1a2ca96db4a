package dev.tenon.recall;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.TokenCounter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as a model is shown it: all its groups, and for each how it is shown. Immutable. Nothing is ever taken from it: {@link #restore()} gives back every message as it was, whatever was
 * hidden.
 *
 * <p>Whatever is hidden or shortened, what is shown is a conversation that a provider takes:
 *
 * <ul>
 *   <li>a call and its results are one group, shown or hidden together;
 *   <li>what the user said is shown as long as anything that answered it is, so that a user begins;
 *   <li>pinned groups are shown, and of the newest exchange what the user said and the newest answer;
 *   <li>where only the answers between two messages of a user are hidden, the two are one.
 * </ul>
 *
 * <p>Where something is hidden a note says so, in what the user said there, with the summary of it where there is one.
 */
public final class View {
    /** One group and how it is shown. Immutable. */
    public record Slot(Group group, Edit edit, boolean open, boolean pinned, List<Message> shown, long tokens) {
        public Slot {
            shown = List.copyOf(shown);
        }
    }

    private final TokenCounter counter;
    private final List<Slot> slots;
    private final @Nullable Summary summary;
    private final String hint;
    private final boolean pinsFirst;
    private final boolean[] visible;
    private @Nullable Rendered rendered;

    private View(TokenCounter counter, List<Slot> slots, @Nullable Summary summary, String hint, boolean pinsFirst) {
        this.counter = counter;
        this.slots = slots;
        this.summary = summary;
        this.hint = hint;
        this.pinsFirst = pinsFirst;
        this.visible = visible(slots);
    }

    /** A conversation of which everything is shown. */
    public static View of(List<Group> groups, TokenCounter counter) {
        Objects.requireNonNull(groups, "groups");
        return new View(Objects.requireNonNull(counter, "counter"), List.of(), null, "", false).and(groups, false);
    }

    /** With the first message of the user pinned. */
    View pinningFirst() {
        View pinning = new View(counter, List.of(), summary, hint, true);
        List<Slot> again = new ArrayList<>(slots.size());
        pinning.add(slots, again);
        return new View(counter, again, summary, hint, true);
    }

    private void add(List<Slot> more, List<Slot> to) {
        boolean first = pinsFirst && to.stream().noneMatch(slot -> slot.group().isUsers());
        for (Slot slot : more) {
            boolean pinned = slot.group().isPinned() || (first && slot.group().isUsers());
            first &= !slot.group().isUsers();
            to.add(new Slot(slot.group(), slot.edit(), slot.open(), pinned, slot.shown(), slot.tokens()));
        }
    }

    /** With a hint, in the note on what is hidden, how the model can find it. */
    View withHint(String text) {
        return new View(counter, slots, summary, text, pinsFirst);
    }

    /**
     * With more groups at its end.
     *
     * @param open whether they are of the turn that goes on
     */
    View and(List<Group> groups, boolean open) {
        List<Slot> more = new ArrayList<>(groups.size());
        for (Group group : groups) {
            more.add(new Slot(group, Edit.none(group.id()), open, false, group.messages(), group.tokens()));
        }
        List<Slot> all = new ArrayList<>(slots);
        add(more, all);
        return new View(counter, all, summary, hint, pinsFirst);
    }

    /** With these edits; those of groups that are not here say nothing. */
    View with(Collection<Edit> edits) {
        if (edits.isEmpty()) {
            return this;
        }
        Map<String, Edit> byGroup = new HashMap<>();
        for (Edit edit : edits) {
            byGroup.put(edit.group(), edit);
        }
        return map(slot -> byGroup.getOrDefault(slot.group().id(), slot.edit()));
    }

    /** With this summary of what is hidden. */
    View with(Summary newSummary) {
        return new View(counter, slots, newSummary, hint, pinsFirst);
    }

    /** With every group edited by a rule; a rule that gives the same edit changes nothing. */
    View map(java.util.function.Function<Slot, Edit> rule) {
        List<Slot> edited = new ArrayList<>(slots.size());
        boolean changed = false;
        for (Slot slot : slots) {
            Edit edit = rule.apply(slot);
            if (edit.equals(slot.edit())) {
                edited.add(slot);
            } else {
                changed = true;
                edited.add(slot(slot, edit));
            }
        }
        return changed ? new View(counter, edited, summary, hint, pinsFirst) : this;
    }

    /** With some groups edited; those that are not named stay. */
    View edit(Collection<String> groups, UnaryOperator<Edit> how) {
        return map(slot -> groups.contains(slot.group().id()) ? how.apply(slot.edit()) : slot.edit());
    }

    private Slot slot(Slot before, Edit edit) {
        // Hiding alone changes no message.
        if (edit.hidden() != before.edit().hidden() && sameWords(edit, before.edit())) {
            return new Slot(before.group(), edit, before.open(), before.pinned(), before.shown(), before.tokens());
        }
        List<Message> shown = Shortened.of(before.group(), edit);
        return new Slot(before.group(), edit, before.open(), before.pinned(), shown, Group.tokens(shown, counter));
    }

    private static boolean sameWords(Edit one, Edit other) {
        return one.clear() == other.clear()
                && one.repeated().equals(other.repeated())
                && one.unthought() == other.unthought()
                && one.clamp() == other.clamp();
    }

    /** The groups in order, each with how it is shown. */
    public List<Slot> slots() {
        return java.util.Collections.unmodifiableList(slots);
    }

    /** Whether the model sees a group, if shortened. */
    public boolean isVisible(int slot) {
        return visible[slot];
    }

    /** The summary of what is hidden, where one was made. */
    public Optional<Summary> summary() {
        return Optional.ofNullable(summary);
    }

    /** How many groups are not shown. */
    public int hidden() {
        int hidden = 0;
        for (boolean one : visible) {
            hidden += one ? 0 : 1;
        }
        return hidden;
    }

    /** Every message as it was, shown or not. */
    public List<Message> restore() {
        List<Message> all = new ArrayList<>();
        for (Slot slot : slots) {
            all.addAll(slot.group().messages());
        }
        return all;
    }

    /** What the model is shown. */
    public List<Message> messages() {
        Rendered now = rendered();
        List<Message> all = new ArrayList<>(now.closed());
        all.addAll(now.open());
        return all;
    }

    /** Tokens of what the model is shown, by the counter of the view. */
    public long tokens() {
        return rendered().tokens();
    }

    Rendered rendered() {
        Rendered known = rendered;
        if (known == null) {
            known = render();
            rendered = known;
        }
        return known;
    }

    /**
     * What is shown. Immutable.
     *
     * @param closed of the turns that are over
     * @param open of the turn that goes on
     */
    record Rendered(List<Message> closed, List<Message> open, long tokens) {}

    /** Which groups are shown, by what was hidden and what must not be. */
    private static boolean[] visible(List<Slot> slots) {
        boolean[] visible = new boolean[slots.size()];
        int from = 0;
        while (from < slots.size()) {
            int to = from + 1;
            while (to < slots.size() && !slots.get(to).group().isUsers()) {
                to++;
            }
            exchange(slots, from, to, visible);
            from = to;
        }
        return visible;
    }

    private static void exchange(List<Slot> slots, int from, int to, boolean[] visible) {
        boolean users = slots.get(from).group().isUsers();
        boolean newest = to == slots.size();
        boolean answered = false;
        for (int i = users ? from + 1 : from; i < to; i++) {
            Slot slot = slots.get(i);
            visible[i] = !says(slot) ? false : slot.pinned() || !slot.edit().hidden() || (newest && i == to - 1);
            answered |= visible[i];
        }
        if (users) {
            Slot asks = slots.get(from);
            visible[from] = answered || newest || asks.pinned() || !asks.edit().hidden();
        }
    }

    /** A group of which nothing is left is as good as hidden. */
    private static boolean says(Slot slot) {
        return !slot.shown().isEmpty();
    }

    private Rendered render() {
        List<Message> closed = new ArrayList<>();
        List<Message> open = new ArrayList<>();
        long tokens = 0;
        int hidden = hidden();
        String note = hidden == 0 ? "" : note(hidden);
        boolean noted = hidden == 0;
        boolean gap = false;
        // The last message of the user, where it is the last of all, or the last before what is hidden.
        int lastUser = -1;
        boolean lastUserOpen = false;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (!visible[i]) {
                gap = true;
                continue;
            }
            List<Message> to = slot.open() ? open : closed;
            tokens += slot.tokens();
            if (gap && !noted) {
                noted = true;
                tokens += counter.tokens(note);
                if (slot.group().isUsers()) {
                    List<Message> shown = new ArrayList<>(slot.shown());
                    shown.set(0, before(note, (UserMessage) shown.getFirst()));
                    lastUser = append(shown, to, closed, open, lastUser, lastUserOpen, gap);
                    lastUserOpen = slot.open();
                    gap = false;
                    continue;
                }
                if (lastUser >= 0) {
                    List<Message> where = lastUserOpen ? open : closed;
                    where.set(lastUser, after((UserMessage) where.get(lastUser), note));
                } else {
                    to.add(Message.user(note));
                }
            }
            int before = lastUser;
            lastUser = append(slot.shown(), to, closed, open, lastUser, lastUserOpen, gap);
            if (lastUser != before || slot.group().isUsers()) {
                lastUserOpen = slot.open();
            }
            gap = false;
        }
        return new Rendered(List.copyOf(closed), List.copyOf(open), tokens);
    }

    /** Adds messages, as one with the message of the user before them where only what was hidden lies between; gives the place of the user's last message. */
    private static int append(
            List<Message> shown,
            List<Message> to,
            List<Message> closed,
            List<Message> open,
            int lastUser,
            boolean lastUserOpen,
            boolean gap) {
        if (!(shown.getFirst() instanceof UserMessage user)) {
            to.addAll(shown);
            return lastUser;
        }
        List<Message> where = lastUserOpen ? open : closed;
        boolean follows = lastUser >= 0 && lastUser == where.size() - 1 && (lastUserOpen || open.isEmpty());
        if (gap && follows) {
            UserMessage earlier = (UserMessage) where.remove(lastUser);
            List<Content.OfUser> parts = new ArrayList<>(earlier.content());
            parts.addAll(user.content());
            Map<String, dev.tenon.json.Json> extra = new LinkedHashMap<>(earlier.extra());
            extra.putAll(user.extra());
            to.add(new UserMessage(parts, extra));
        } else {
            to.add(user);
        }
        to.addAll(shown.subList(1, shown.size()));
        return to.size() - shown.size();
    }

    private static UserMessage before(String note, UserMessage user) {
        List<Content.OfUser> parts = new ArrayList<>(user.content().size() + 1);
        parts.add(Content.text(note + "\n\n"));
        parts.addAll(user.content());
        return new UserMessage(parts, user.extra());
    }

    private static UserMessage after(UserMessage user, String note) {
        List<Content.OfUser> parts = new ArrayList<>(user.content());
        parts.add(Content.text("\n\n" + note));
        return new UserMessage(parts, user.extra());
    }

    private String note(int hidden) {
        StringBuilder note = new StringBuilder("[" + hidden
                + (hidden == 1 ? " earlier part" : " earlier parts")
                + " of this conversation " + (hidden == 1 ? "is" : "are") + " not shown here.");
        if (!hint.isEmpty()) {
            note.append(' ').append(hint);
        }
        if (summary != null) {
            note.append("\nWhat was said there, in short:\n").append(summary.words());
        }
        return note.append(']').toString();
    }

    /** The edits of all groups that are not shown as they are. */
    List<Edit> edits() {
        List<Edit> edits = new ArrayList<>();
        for (Slot slot : slots) {
            if (!slot.edit().isNone()) {
                edits.add(slot.edit());
            }
        }
        return edits;
    }

    /** The ids of groups of which nothing is shown. */
    List<String> hiddenGroups() {
        List<String> hidden = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            if (!visible[i]) {
                hidden.add(slots.get(i).group().id());
            }
        }
        return hidden;
    }

    TokenCounter counter() {
        return counter;
    }

    @Override
    public String toString() {
        return "View[" + slots.size() + " groups, " + hidden() + " hidden, " + tokens() + " tokens]";
    }
}
