package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that apply other schemas to the same value: {@code allOf}, {@code anyOf}, {@code $ref} and their kin. */
final class Choices {
    private Choices() {}

    /** {@code allOf}. */
    static final class All extends Keyword {
        private final List<Node> parts;

        All(List<Node> parts) {
            super("allOf", ALL);
            this.parts = parts;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            boolean fits = true;
            for (int i = 0; i < parts.size(); i++) {
                fits &= parts.get(i).check(value, run, at, seen);
                if (!fits && at == null) {
                    return false;
                }
            }
            return fits;
        }

        @Override
        List<Node> inPlace() {
            return parts;
        }
    }

    /**
     * {@code anyOf} and {@code oneOf}. Where all branches are objects that a constant member tells apart, the member picks the one
     * branch that can fit, and only what that says is reported.
     */
    static final class Branches extends Keyword {
        private final List<Node> branches;
        private final boolean exactlyOne;
        private @Nullable Tagged tagged;

        Branches(String name, List<Node> branches, boolean exactlyOne) {
            super(name, ALL);
            this.branches = branches;
            this.exactlyOne = exactlyOne;
        }

        @Override
        void link() {
            tagged = Tagged.of(branches);
        }

        /** How a tag makes the choice; null where none does. */
        @Nullable
        Tagged tagged() {
            return tagged;
        }

        @Override
        List<Node> inPlace() {
            return branches;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            if (tagged != null && value instanceof Json.Obj object) {
                Json tag = object.members().get(tagged.member());
                Node branch = tag == null ? null : tagged.branches().get(tag);
                if (branch != null) {
                    return branch.check(value, run, at, seen);
                }
                return at != null && untagged(tagged, tag, at);
            }
            int fitting = 0;
            int first = -1;
            int second = -1;
            for (int i = 0; i < branches.size(); i++) {
                if (!branches.get(i).check(value, run, null, seen)) {
                    continue;
                }
                fitting++;
                if (fitting == 1) {
                    first = i;
                } else if (fitting == 2) {
                    second = i;
                }
                // Without a list of what was seen, the first that fits settles anyOf, and the second oneOf.
                if (seen == null && (!exactlyOne || fitting == 2)) {
                    break;
                }
            }
            if (fitting == 1 || fitting > 1 && !exactlyOne) {
                return true;
            }
            if (at == null) {
                return false;
            }
            if (fitting > 1) {
                return at.fail(
                        name,
                        "expected a value that fits exactly one of " + branches.size()
                                + " alternatives, got one that fits" + " those at index " + first + " and " + second);
            }
            return none(value, run, at);
        }

        private boolean untagged(Tagged tags, @Nullable Json tag, At at) {
            String expected = ValueChecks.expected(List.copyOf(tags.branches().keySet()));
            return tag == null
                    ? at.fail(
                            "required",
                            "member " + Places.quoted(tags.member()) + " is missing; " + expected,
                            tags.member())
                    : at.fail(
                            name, "member " + Places.quoted(tags.member()) + ": " + expected + ", got " + At.show(tag));
        }

        /** Nothing fits: of the branches that could take this kind of value the nearest says why. */
        private boolean none(Json value, Run run, At at) {
            int bit = 1 << Keyword.kindOf(value);
            List<Node> possible = new ArrayList<>();
            for (Node branch : branches) {
                if ((branch.kinds() & bit) != 0) {
                    possible.add(branch);
                }
            }
            if (possible.isEmpty()) {
                return at.fail(name, expectedKinds() + ", got " + At.show(value));
            }
            if (possible.size() == 1) {
                At.Report report = new At.Report();
                boolean fits = possible.get(0).check(value, run, at.into(report), null);
                report.violations.forEach(at::pass);
                return fits;
            }
            Node nearest = possible.get(0);
            int least = Integer.MAX_VALUE;
            for (Node branch : possible) {
                int distance = Tagged.distance(branch, value);
                if (distance < least) {
                    least = distance;
                    nearest = branch;
                }
            }
            At.Report report = new At.Report();
            nearest.check(value, run, at.into(report), null);
            String why = report.violations.isEmpty()
                    ? ""
                    : "; the nearest says: " + report.violations.get(0).message();
            return at.fail(name, "expected a value that fits one of " + branches.size() + " alternatives" + why);
        }

        private String expectedKinds() {
            Set<String> names = new LinkedHashSet<>();
            for (Node branch : branches) {
                names.addAll(Shape.kindNames(branch));
            }
            return names.isEmpty() ? "nothing fits here" : ValueChecks.expectedTypes(List.copyOf(names));
        }
    }

    /** {@code not}. */
    static final class Not extends Keyword {
        private final Node node;

        Not(Node node) {
            super("not", ALL);
            this.node = node;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            return !node.check(value, run, null, null)
                    || at != null
                            && at.fail(
                                    name,
                                    "expected a value that does not fit " + Places.clip(node.json.toString()) + ", got "
                                            + At.show(value));
        }

        @Override
        List<Node> inPlace() {
            return List.of(node);
        }
    }

    /** {@code if}, {@code then}, {@code else}. */
    static final class If extends Keyword {
        private final Node condition;
        private final @Nullable Node then;
        private final @Nullable Node otherwise;

        If(Node condition, @Nullable Node then, @Nullable Node otherwise) {
            super("if", ALL);
            this.condition = condition;
            this.then = then;
            this.otherwise = otherwise;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Node next = condition.check(value, run, null, seen) ? then : otherwise;
            return next == null || next.check(value, run, at, seen);
        }

        @Override
        List<Node> inPlace() {
            List<Node> all = new ArrayList<>(List.of(condition));
            if (then != null) {
                all.add(then);
            }
            if (otherwise != null) {
                all.add(otherwise);
            }
            return all;
        }
    }

    /** {@code $ref}. */
    static final class Ref extends Keyword {
        private final Node target;

        Ref(Node target) {
            super("$ref", ALL);
            this.target = target;
        }

        Node target() {
            return target;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            return target.check(value, run, at, seen);
        }

        @Override
        List<Node> inPlace() {
            return List.of(target);
        }
    }

    /** {@code $dynamicRef} to a dynamic anchor: the outermost schema of that name on the way here. */
    static final class DynamicRef extends Keyword {
        private final Node fallback;
        private final String anchor;

        DynamicRef(Node fallback, String anchor) {
            super("$dynamicRef", ALL);
            this.fallback = fallback;
            this.anchor = anchor;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Node target = run.dynamic(anchor);
            return (target == null ? fallback : target).check(value, run, at, seen);
        }

        @Override
        List<Node> inPlace() {
            return List.of(fallback);
        }
    }
}
