package dev.tenon.recall;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How one group is shown other than as it is. Data that is kept beside the group, which itself never changes. Immutable.
 *
 * @param group the group's id
 * @param hidden whether it is not shown at all
 * @param clear whether what its tools returned is left out
 * @param repeated the numbers of those results, in the group, that a later call gave again
 * @param unthought whether its thinking is left out
 * @param clamp how many characters of a text are shown at most; 0 for all
 * @param why the names of what did this, in order
 */
public record Edit(
        String group,
        boolean hidden,
        boolean clear,
        List<Integer> repeated,
        boolean unthought,
        int clamp,
        List<String> why) {
    public Edit {
        Objects.requireNonNull(group, "group");
        repeated = repeated == null ? List.of() : List.copyOf(repeated);
        if (clamp < 0) {
            throw new IllegalArgumentException("clamp < 0: " + clamp);
        }
        why = why == null ? List.of() : List.copyOf(why);
    }

    static Edit none(String group) {
        return new Edit(group, false, false, List.of(), false, 0, List.of());
    }

    /** Whether the group is shown as it is. */
    public boolean isNone() {
        return !hidden && !clear && repeated.isEmpty() && !unthought && clamp == 0;
    }

    Edit hide(String name) {
        return new Edit(group, true, clear, repeated, unthought, clamp, and(name));
    }

    Edit clearResults(String name) {
        return new Edit(group, hidden, true, repeated, unthought, clamp, and(name));
    }

    Edit repeat(List<Integer> results, String name) {
        List<Integer> all = new ArrayList<>(repeated);
        for (Integer result : results) {
            if (!all.contains(result)) {
                all.add(result);
            }
        }
        return new Edit(group, hidden, clear, all, unthought, clamp, and(name));
    }

    Edit dropThinking(String name) {
        return new Edit(group, hidden, clear, repeated, true, clamp, and(name));
    }

    Edit clampTo(int characters, String name) {
        return new Edit(
                group,
                hidden,
                clear,
                repeated,
                unthought,
                clamp == 0 ? characters : Math.min(clamp, characters),
                and(name));
    }

    private List<String> and(String name) {
        if (why.contains(name)) {
            return why;
        }
        List<String> more = new ArrayList<>(why);
        more.add(name);
        return more;
    }
}
