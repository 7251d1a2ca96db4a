package dev.tenon.schema;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks of numbers. */
final class NumberChecks {
    private NumberChecks() {}

    /** A bound above or below. */
    static final class Bound extends Keyword {
        private final Json.Num bound;
        private final boolean upper;
        private final boolean exclusive;

        Bound(String name, Json.Num bound, boolean upper, boolean exclusive) {
            super(name, NUMBER);
            this.bound = bound;
            this.upper = upper;
            this.exclusive = exclusive;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            int order = Numbers.compare((Json.Num) value, bound);
            boolean fits = order == 0 ? !exclusive : upper == order < 0;
            return fits
                    || at != null
                            && at.fail(
                                    name,
                                    "expected "
                                            + (exclusive
                                                    ? upper ? "less than " : "more than "
                                                    : upper ? "at most " : "at least ")
                                            + bound + ", got " + Places.clip(value.toString()));
        }
    }

    /** {@code multipleOf}. */
    static final class MultipleOf extends Keyword {
        private final BigDecimal of;

        MultipleOf(BigDecimal of) {
            super("multipleOf", NUMBER);
            this.of = of;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            return Numbers.isMultiple(((Json.Num) value).value(), of)
                    || at != null
                            && at.fail(name, "expected a multiple of " + of + ", got " + Places.clip(value.toString()));
        }
    }

    /** A {@code format} of numbers. */
    static final class Format extends Keyword {
        private final String format;
        private final Predicate<Json.Num> test;

        Format(String format, Predicate<Json.Num> test) {
            super("format", NUMBER);
            this.format = format;
            this.test = test;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            return test.test((Json.Num) value)
                    || at != null
                            && at.fail(
                                    name,
                                    "expected a whole number of at most "
                                            + (format.equals("int32") ? "32 bits" : "64 bits") + ", got "
                                            + Places.clip(value.toString()));
        }
    }
}
