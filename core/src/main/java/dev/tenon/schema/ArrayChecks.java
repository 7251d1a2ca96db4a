package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks of arrays. */
final class ArrayChecks {
    private ArrayChecks() {}

    /** {@code minItems}, {@code maxItems}. */
    static final class Count extends Keyword {
        private final long bound;
        private final boolean upper;

        Count(String name, long bound, boolean upper) {
            super(name, ARRAY);
            this.bound = bound;
            this.upper = upper;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            int size = ((Json.Arr) value).size();
            return (upper ? size <= bound : size >= bound)
                    || at != null
                            && at.fail(
                                    name,
                                    "expected at " + (upper ? "most " : "least ") + Places.count(bound, "item")
                                            + ", got " + size);
        }
    }

    /** {@code uniqueItems}. */
    static final class Unique extends Keyword {
        /** Up to so many are compared each with each. */
        private static final int FEW = 12;

        Unique() {
            super("uniqueItems", ARRAY);
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Json.Arr array = (Json.Arr) value;
            return array.size() <= FEW ? few(array, at) : many(array, at);
        }

        private boolean few(Json.Arr array, @Nullable At at) {
            for (int i = 1; i < array.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (array.get(i).equals(array.get(j))) {
                        return twins(at, j, i);
                    }
                }
            }
            return true;
        }

        /** By canonical text: hash maps keep their speed with texts, whatever a value's author chose them to be. */
        private boolean many(Json.Arr array, @Nullable At at) {
            Map<String, Integer> first = HashMap.newHashMap(array.size());
            for (int i = 0; i < array.size(); i++) {
                Integer twin = first.putIfAbsent(array.get(i).canonical(), i);
                if (twin != null) {
                    return twins(at, twin, i);
                }
            }
            return true;
        }

        private boolean twins(@Nullable At at, int first, int second) {
            return at != null
                    && at.fail(name, "expected items that differ, but [" + first + "] and [" + second + "] are equal");
        }
    }

    /** {@code prefixItems} and {@code items}, in older drafts {@code additionalItems}. */
    static final class Items extends Keyword {
        private final List<Node> prefix;
        private final @Nullable Node rest;

        Items(String name, List<Node> prefix, @Nullable Node rest) {
            super(name, ARRAY);
            this.prefix = prefix;
            this.rest = rest;
        }

        List<Node> prefix() {
            return prefix;
        }

        @Nullable
        Node rest() {
            return rest;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Json.Arr array = (Json.Arr) value;
            int size = array.size();
            int listed = Math.min(size, prefix.size());
            boolean fits = true;
            for (int i = 0; i < listed; i++) {
                fits &= prefix.get(i).check(array.get(i), run, at == null ? null : at.item(i), null);
                if (!fits && at == null) {
                    return false;
                }
            }
            if (rest != null) {
                for (int i = listed; i < size; i++) {
                    if (rest.never()) {
                        return at != null
                                && at.item(i)
                                        .fail(
                                                name,
                                                "no item may stand here; expected at most "
                                                        + Places.count(prefix.size(), "item"));
                    }
                    fits &= rest.check(array.get(i), run, at == null ? null : at.item(i), null);
                    if (!fits && at == null) {
                        return false;
                    }
                }
            }
            if (seen != null) {
                if (rest != null) {
                    seen.everyItem();
                } else {
                    seen.items(listed);
                }
            }
            return fits;
        }
    }

    /** {@code contains} with its bounds. */
    static final class Contains extends Keyword {
        private final Node node;
        private final long least;
        private final long most;

        Contains(Node node, long least, long most) {
            super("contains", ARRAY);
            this.node = node;
            this.least = least;
            this.most = most;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Json.Arr array = (Json.Arr) value;
            long found = 0;
            for (int i = 0; i < array.size(); i++) {
                if (node.check(array.get(i), run, null, null)) {
                    found++;
                    if (seen != null) {
                        seen.item(i);
                    } else if (at == null && found >= least && most == Long.MAX_VALUE) {
                        return true;
                    }
                }
            }
            if (found < least) {
                return at != null
                        && at.fail(
                                least == 1 ? name : "minContains",
                                "expected at least " + Places.count(least, "item") + " that "
                                        + (least == 1 ? "fits" : "fit") + " \"contains\", got " + found);
            }
            return found <= most
                    || at != null
                            && at.fail(
                                    "maxContains",
                                    "expected at most " + Places.count(most, "item") + " that "
                                            + (most == 1 ? "fits" : "fit") + " \"contains\", got " + found);
        }
    }

    /** {@code unevaluatedItems}. */
    static final class Unevaluated extends Keyword {
        private final Node node;

        Unevaluated(Node node) {
            super("unevaluatedItems", ARRAY);
            this.node = node;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            if (seen == null) {
                throw new IllegalStateException("a schema with unevaluatedItems does not note what was looked at");
            }
            Json.Arr array = (Json.Arr) value;
            boolean fits = true;
            for (int i = 0; i < array.size(); i++) {
                if (seen.hasItem(i)) {
                    continue;
                }
                if (node.never()) {
                    fits = at != null && at.item(i).fail(name, "no item may stand here");
                } else {
                    fits &= node.check(array.get(i), run, at == null ? null : at.item(i), null);
                }
                if (!fits && at == null) {
                    return false;
                }
            }
            seen.everyItem();
            return fits;
        }
    }
}
