package dev.tenon.bus;

import dev.tenon.error.TenonException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that must match a whole text, within a bound of steps. {@link Pattern} backtracks, so a few dozen characters can keep it busy for years;
 * every step reads a character, so counting the reads bounds the time. Immutable.
 */
final class BoundedRegex {
    /** Steps on any text: about a millisecond. */
    static final long STEPS = 100_000;

    /** Steps on top for each character: what does not backtrack needs a few. */
    static final long STEPS_PER_CHARACTER = 16;

    private static final int CLIP = 60;

    private final Pattern pattern;

    private BoundedRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException where it is no regular expression */
    static BoundedRegex of(String source) {
        try {
            return new BoundedRegex(Pattern.compile(source));
        } catch (PatternSyntaxException e) {
            int at = e.getIndex();
            throw new IllegalArgumentException(
                    "not a regular expression: \"" + clipped(source) + "\": " + e.getDescription()
                            + (at < 0 ? "" : " at index " + at),
                    e);
        }
    }

    /** @throws TenonException of code {@code bus.pattern_too_costly} where the bound was reached first */
    boolean matches(String text) {
        Counted counted = new Counted(text, STEPS + STEPS_PER_CHARACTER * text.length());
        try {
            return pattern.matcher(counted).matches();
        } catch (StackOverflowError e) {
            // Pattern recurses on repeated groups; a long text fills the stack before the steps run out.
            throw tooCostly(text, "nests too deep");
        }
    }

    private TenonException tooCostly(String text, String what) {
        return new TenonException(
                "bus.pattern_too_costly",
                "the regular expression \"" + clipped(pattern.pattern()) + "\" " + what + " on \"" + clipped(text)
                        + "\" (" + text.length()
                        + " characters); write it with fewer repetitions that can match the same text");
    }

    private static String clipped(String text) {
        return text.length() <= CLIP ? text : text.substring(0, CLIP) + "…";
    }

    private final class Counted implements CharSequence {
        private final String text;
        private long left;

        Counted(String text, long steps) {
            this.text = text;
            this.left = steps;
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw tooCostly(text, "took too many steps");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
