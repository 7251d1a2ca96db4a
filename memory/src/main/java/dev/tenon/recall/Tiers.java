package dev.tenon.recall;

import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the tiers do. */
final class Tiers {
    /** A result shorter than the note that stands for it is not worth leaving out. */
    private static final int SHORT = Shortened.CLEARED.length();

    private Tiers() {}

    static View clearToolResults(View view, int keepNewest, String name) {
        List<View.Slot> slots = view.slots();
        Set<String> cleared = new HashSet<>();
        int newer = 0;
        for (int i = slots.size() - 1; i >= 0; i--) {
            View.Slot slot = slots.get(i);
            int results = results(slot.group());
            // What the model has not read yet is not old.
            boolean unread = slot.open() && i == slots.size() - 1;
            if (results > 0
                    && newer >= keepNewest
                    && view.isVisible(i)
                    && !unread
                    && !slot.pinned()
                    && isLong(slot.group())) {
                cleared.add(slot.group().id());
            }
            newer += results;
        }
        return view.edit(cleared, edit -> edit.clearResults(name));
    }

    private static int results(Group group) {
        int results = 0;
        for (Message message : group.messages()) {
            results += message instanceof ToolMessage tools ? tools.content().size() : 0;
        }
        return results;
    }

    private static boolean isLong(Group group) {
        for (Message message : group.messages()) {
            if (message instanceof ToolMessage tools) {
                for (Content.ToolResult result : tools.content()) {
                    if (result.text().length() > SHORT
                            || result.content().stream().anyMatch(part -> !(part instanceof Content.Text))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    static View dropRepeatedReads(View view, Set<String> tools, String name) {
        List<View.Slot> slots = view.slots();
        Set<String> later = new HashSet<>();
        Map<String, List<Integer>> repeated = new HashMap<>();
        for (int i = slots.size() - 1; i >= 0; i--) {
            Group group = slots.get(i).group();
            if (!view.isVisible(i)) {
                continue;
            }
            List<String> calls = calls(group, tools);
            List<Integer> again = new ArrayList<>();
            for (int call = calls.size() - 1; call >= 0; call--) {
                if (!calls.get(call).isEmpty() && !later.add(calls.get(call))) {
                    again.add(call);
                }
            }
            if (!again.isEmpty() && !slots.get(i).pinned()) {
                repeated.put(group.id(), again);
            }
        }
        return view.map(slot -> repeated.containsKey(slot.group().id())
                ? slot.edit().repeat(repeated.get(slot.group().id()), name)
                : slot.edit());
    }

    /** Of each call what tells it from others, in order; empty for one that is not looked at, or whose result is short. */
    private static List<String> calls(Group group, Set<String> tools) {
        List<String> calls = new ArrayList<>();
        List<Content.ToolResult> results = new ArrayList<>();
        for (Message message : group.messages()) {
            if (message instanceof AssistantMessage said) {
                for (Content.ToolCall call : said.toolCalls()) {
                    calls.add(
                            tools.isEmpty() || tools.contains(call.name())
                                    ? call.name() + "\n"
                                            + call.json()
                                                    .map(dev.tenon.json.Json::canonical)
                                                    .orElse(call.arguments())
                                    : "");
                }
            } else if (message instanceof ToolMessage answered) {
                results.addAll(answered.content());
            }
        }
        for (int i = 0; i < calls.size(); i++) {
            if (i >= results.size()
                    || results.get(i).text().length() <= SHORT
                    || results.get(i).error()) {
                calls.set(i, "");
            }
        }
        return calls;
    }

    static View clampParts(View view, int characters, String name) {
        int newest = newestExchange(view);
        List<View.Slot> slots = view.slots();
        Set<String> clamped = new HashSet<>();
        for (int i = 0; i < slots.size(); i++) {
            View.Slot slot = slots.get(i);
            if (!slot.pinned() && (i < newest || (slot.open() && results(slot.group()) > 0 && i < slots.size() - 1))) {
                clamped.add(slot.group().id());
            }
        }
        return clamp(view, clamped, characters, name);
    }

    /** Only where it makes a difference: an edit is kept for good. */
    private static View clamp(View view, Set<String> groups, int characters, String name) {
        return view.map(slot -> {
            if (!groups.contains(slot.group().id())) {
                return slot.edit();
            }
            Edit edit = slot.edit().clampTo(characters, name);
            return Shortened.of(slot.group(), edit).equals(slot.shown()) ? slot.edit() : edit;
        });
    }

    static View dropThinking(View view, String name) {
        int newest = newestExchange(view);
        List<View.Slot> slots = view.slots();
        Set<String> thought = new HashSet<>();
        for (int i = 0; i < newest; i++) {
            View.Slot slot = slots.get(i);
            if (!slot.open() && !slot.pinned() && thinks(slot.group())) {
                thought.add(slot.group().id());
            }
        }
        return view.edit(thought, edit -> edit.dropThinking(name));
    }

    private static boolean thinks(Group group) {
        for (Message message : group.messages()) {
            if (message instanceof AssistantMessage said
                    && said.content().stream().anyMatch(Content.Thinking.class::isInstance)) {
                return true;
            }
        }
        return false;
    }

    static View keepLast(View view, int exchanges, String name) {
        List<View.Slot> slots = view.slots();
        int left = exchanges;
        int from = slots.size();
        while (from > 0 && left > 0) {
            from--;
            left -= slots.get(from).group().isUsers() ? 1 : 0;
        }
        return hide(view, from, name);
    }

    private static View hide(View view, int before, String name) {
        Set<String> hidden = new HashSet<>();
        for (View.Slot slot : view.slots().subList(0, before)) {
            if (!slot.pinned() && !slot.edit().hidden()) {
                hidden.add(slot.group().id());
            }
        }
        return view.edit(hidden, edit -> edit.hide(name));
    }

    static View fit(View view, long most, String name) {
        View less = hideOldest(view, most, name);
        // What cannot be hidden is shortened, more and more; what the user says now is not.
        for (int characters = 4_000; less.tokens() > most && characters >= 40; characters /= 4) {
            Set<String> left = new HashSet<>();
            for (int i = 0; i < less.slots().size(); i++) {
                View.Slot slot = less.slots().get(i);
                boolean nowSaid = slot.open() && (slot.group().isUsers() || results(slot.group()) == 0);
                // What the user said may be shown for its answer though it is to be hidden.
                if (!nowSaid && less.isVisible(i) && !slot.pinned()) {
                    left.add(slot.group().id());
                }
            }
            less = clamp(less, left, characters, name);
            if (characters < 1_000) {
                less = less.edit(closed(less), edit -> edit.dropThinking(name));
            }
        }
        return less;
    }

    private static Set<String> closed(View view) {
        Set<String> closed = new HashSet<>();
        for (int i = 0; i < view.slots().size(); i++) {
            View.Slot slot = view.slots().get(i);
            if (!slot.open() && !slot.pinned() && view.isVisible(i) && thinks(slot.group())) {
                closed.add(slot.group().id());
            }
        }
        return closed;
    }

    /** Hides from the oldest on as many as must be: found by halving, since more hidden is never more shown. */
    private static View hideOldest(View view, long most, String name) {
        int last = Math.max(0, view.slots().size() - 1);
        int low = 0;
        int high = last;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (hide(view, middle, name).tokens() <= most) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return hide(view, low, name);
    }

    /** Where the newest exchange begins: with what the user said last. */
    static int newestExchange(View view) {
        List<View.Slot> slots = view.slots();
        for (int i = slots.size() - 1; i >= 0; i--) {
            if (slots.get(i).group().isUsers()) {
                return i;
            }
        }
        return 0;
    }

    /** Names in the order of their first use, with how many groups each edited. */
    static Map<String, Integer> named(List<Edit> edits) {
        Map<String, Integer> names = new LinkedHashMap<>();
        for (Edit edit : edits) {
            for (String why : edit.why()) {
                names.merge(why, 1, Integer::sum);
            }
        }
        return names;
    }
}
