package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks of texts. */
final class TextChecks {
    private TextChecks() {}

    /** A bound on the code points of a text. */
    static final class Length extends Keyword {
        private final long bound;
        private final boolean upper;

        Length(String name, long bound, boolean upper) {
            super(name, STRING);
            this.bound = bound;
            this.upper = upper;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            String text = ((Json.Str) value).value();
            if (fits(text)) {
                return true;
            }
            return at != null
                    && at.fail(
                            name,
                            "expected at " + (upper ? "most " : "least ") + Places.count(bound, "character") + ", got "
                                    + text.codePointCount(0, text.length()));
        }

        /** Code points are counted only where UTF-16 units leave it open. */
        private boolean fits(String text) {
            int units = text.length();
            if (upper) {
                return units <= bound || (units + 1L) / 2 <= bound && text.codePointCount(0, units) <= bound;
            }
            return units >= bound && ((units + 1L) / 2 >= bound || text.codePointCount(0, units) >= bound);
        }
    }

    /** {@code pattern}. */
    static final class Pattern extends Keyword {
        private final Regex regex;

        Pattern(Regex regex) {
            super("pattern", STRING);
            this.regex = regex;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            return regex.find(((Json.Str) value).value(), run)
                    || at != null
                            && at.fail(
                                    name,
                                    "expected text that matches " + Places.clip(regex.source()) + ", got "
                                            + At.show(value));
        }
    }

    /** A {@code format} of texts. */
    static final class Format extends Keyword {
        private final String format;
        private final Predicate<String> test;

        Format(String format, Predicate<String> test) {
            super("format", STRING);
            this.format = format;
            this.test = test;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            return test.test(((Json.Str) value).value())
                    || at != null
                            && at.fail(
                                    name,
                                    "expected a text of format " + format + Formats.example(format) + ", got "
                                            + At.show(value));
        }
    }
}
