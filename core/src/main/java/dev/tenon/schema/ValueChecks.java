package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Checks of a value as a whole: {@code type}, {@code enum}, {@code const}. */
final class ValueChecks {
    private ValueChecks() {}

    /** {@code type}. Asked only about kinds that do not fit, and about numbers where only whole ones do. */
    static final class Type extends Keyword {
        private final List<String> names;
        private final boolean wholeOnly;

        Type(List<String> names, boolean wholeOnly) {
            super("type", ALL);
            this.names = List.copyOf(names);
            this.wholeOnly = wholeOnly;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            if (wholeOnly && value instanceof Json.Num number && number.whole()) {
                return true;
            }
            return at != null && at.fail(name, expectedTypes(names) + ", got " + At.show(value));
        }
    }

    static String expectedTypes(List<String> names) {
        return "expected " + listed(names, " or ");
    }

    /** {@code a, b or c}. */
    static String listed(List<String> names, String last) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                out.append(i == names.size() - 1 ? last : ", ");
            }
            out.append(names.get(i));
        }
        return out.toString();
    }

    /** {@code enum} and {@code const}. */
    static final class OneOf extends Keyword {
        private final List<Json> constants;
        private final @Nullable Set<Json> many;

        OneOf(String name, List<Json> constants) {
            super(name, ALL);
            this.constants = List.copyOf(constants);
            this.many = constants.size() > 8 ? new HashSet<>(constants) : null;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            if (many == null ? isListed(value) : many.contains(value)) {
                return true;
            }
            return at != null && at.fail(name, expected(constants) + ", got " + At.show(value));
        }

        private boolean isListed(Json value) {
            for (int i = 0; i < constants.size(); i++) {
                if (constants.get(i).equals(value)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Constants named in a message are at most so many. */
    private static final int NAMED = 20;

    static String expected(List<Json> constants) {
        StringJoiner out = new StringJoiner(", ", constants.size() == 1 ? "expected " : "expected one of ", "");
        for (int i = 0; i < Math.min(NAMED, constants.size()); i++) {
            out.add(Places.constant(constants.get(i)));
        }
        if (constants.size() > NAMED) {
            out.add("and " + (constants.size() - NAMED) + " more");
        }
        return out.toString();
    }
}
