package dev.tenon.workflow;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a step sees: keys that may be there, what the step before gave, and the variables. Changed as steps write. Not thread-safe. */
final class Keys {
    final @Nullable Keys above;
    final Map<String, Flow> keys = new LinkedHashMap<>();
    final Map<String, Flow> variables = new HashMap<>();
    final Set<String> visible;

    /** Whether what is written anywhere may be there: nobody knows when it runs. */
    final boolean loose;

    Flow last;

    Keys(@Nullable Keys above, Flow last, Set<String> visible, boolean loose) {
        this.above = above;
        this.last = last;
        this.visible = visible;
        this.loose = loose;
    }

    Keys branch() {
        Keys branch = new Keys(this, last, visible, loose);
        branch.variables.putAll(variables);
        return branch;
    }

    /** A branch that sees another variable. */
    Keys with(String variable, Flow value) {
        Set<String> more = new HashSet<>(visible);
        more.add(variable);
        Keys branch = new Keys(this, last, more, loose);
        branch.variables.putAll(variables);
        branch.variables.put(variable, value);
        return branch;
    }

    Keys anyTime() {
        Keys branch = new Keys(this, last, visible, true);
        branch.variables.putAll(variables);
        return branch;
    }

    @Nullable
    Flow key(String name) {
        for (Keys at = this; at != null; at = at.above) {
            Flow found = at.keys.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    void put(String name, Flow value) {
        keys.put(name, value);
    }

    /** What a branch wrote that may or may not have run. */
    void maybe(Keys branch) {
        branch.keys.forEach((name, value) -> {
            Flow before = key(name);
            put(name, before == null ? value : Flow.either(before, value));
        });
    }
}
