package dev.tenon.schema;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of a schema, searched for within a bound of steps. {@link Pattern} backtracks, so a few dozen characters can keep it
 * busy for years; every step reads a character, so counting the reads bounds the time. Immutable.
 */
final class Regex {
    /** Steps on one text beyond the usual: about 20 ms of reading. */
    private static final long STEPS = 2_000_000;

    /** A pattern that does not backtrack needs a few reads a character. */
    private static final long STEPS_PER_CHARACTER = 64;

    private static final long STEPS_PER_TEXT = 256;

    private final String source;
    private final Pattern pattern;

    private Regex(String source, Pattern pattern) {
        this.source = source;
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException where it is no regular expression, or one that Java has no counterpart of */
    static Regex of(String source) {
        String java = Ecma.toJava(source);
        try {
            return new Regex(source, Pattern.compile(java));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "a regular expression that cannot be run here: " + e.getDescription() + " in "
                            + Places.quoted(source),
                    e);
        }
    }

    String source() {
        return source;
    }

    /**
     * Whether it is found anywhere in the text.
     *
     * @param run whose spare steps are used up, so that many short texts cost no more than one long one
     * @throws Undecided where the bound was reached first
     */
    boolean find(String text, Run run) {
        long usual = STEPS_PER_TEXT + STEPS_PER_CHARACTER * text.length();
        Counted counted = new Counted(text, usual + Math.min(STEPS, run.spareSteps));
        try {
            return pattern.matcher(counted).find();
        } catch (StackOverflowError e) {
            // Pattern recurses on repeated groups; a long text fills the stack before the steps run out.
            throw new Undecided(
                    "pattern " + Places.quoted(source) + " nests too deep on a text of " + text.length()
                            + " characters",
                    e);
        } finally {
            run.spareSteps -= Math.max(0, Math.min(STEPS, run.spareSteps) - Math.max(0, counted.left));
        }
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
                throw new Undecided(
                        "pattern " + Places.quoted(source) + " took too many steps on a text of " + text.length()
                                + " characters",
                        null);
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
