package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in the value under validation, and where its violations go. Made only once a value is known not to fit: the way down is
 * a chain of these, and becomes text when a violation is written.
 */
final class At {
    private final @Nullable At parent;
    private final @Nullable String name;
    private final int index;
    private final Report report;

    private At(@Nullable At parent, @Nullable String name, int index, Report report) {
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.report = report;
    }

    static At root(Report report) {
        return new At(null, null, -1, report);
    }

    At member(String member) {
        return new At(this, member, -1, report);
    }

    At item(int at) {
        return new At(this, null, at, report);
    }

    /** The same place, reporting elsewhere. */
    At into(Report other) {
        return new At(parent, name, index, other);
    }

    /** Reports a violation here; {@code said} follows the place and a colon. Always false, so that a check can return it. */
    boolean fail(String keyword, String said) {
        return fail(keyword, said, "");
    }

    boolean fail(String keyword, String said, String missing) {
        if (!report.full()) {
            report.violations.add(new Violation(pointer(), keyword, path() + ": " + said, missing));
        }
        return false;
    }

    /** Takes over a violation that was reported elsewhere. */
    void pass(Violation violation) {
        if (!report.full()) {
            report.violations.add(violation);
        }
    }

    private List<At> steps() {
        List<At> steps = new ArrayList<>();
        for (At at = this; at.parent != null; at = at.parent) {
            steps.add(at);
        }
        return steps.reversed();
    }

    String pointer() {
        StringBuilder out = new StringBuilder();
        for (At step : steps()) {
            out.append('/');
            if (step.name == null) {
                out.append(step.index);
            } else {
                out.append(Places.escape(step.name));
            }
        }
        return out.toString();
    }

    private String path() {
        StringBuilder out = new StringBuilder("$");
        for (At step : steps()) {
            if (step.name == null) {
                out.append('[').append(step.index).append(']');
            } else {
                Places.appendMember(out, step.name);
            }
        }
        return out.toString();
    }

    /** Violations, up to a bound: the hundredth says as much as the thousandth. */
    static final class Report {
        static final int MOST = 100;

        final List<Violation> violations = new ArrayList<>();

        boolean full() {
            return violations.size() >= MOST;
        }
    }

    /** A value in a message: scalars as JSON text, clipped; of the others the size. */
    static String show(Json value) {
        return switch (value) {
            case Json.Null n -> "null";
            case Json.Bool b -> "boolean " + b;
            case Json.Num n -> "number " + Places.clip(n.toString());
            case Json.Str s -> "string " + Places.quoted(s.value());
            case Json.Arr a -> "array of " + Places.count(a.size(), "item");
            case Json.Obj o -> "object of " + Places.count(o.size(), "member");
        };
    }
}
