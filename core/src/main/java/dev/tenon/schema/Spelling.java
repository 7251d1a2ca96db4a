package dev.tenon.schema;

import java.util.Locale;

/** Names and choices without their style: {@code firstName}, {@code First Name} and {@code **first_name**} are one. */
final class Spelling {
    private Spelling() {}

    /**
     * Letters and digits in lower case; the text itself, stripped, where it has none. What parts two digits is kept as one sign, for
     * 2.5 is not 25.
     */
    static String key(String text) {
        return key(text, "");
    }

    /** As {@link #key}, of a choice: signs that tell two choices apart are kept, for C++ is not C and A- is not A. */
    static String choiceKey(String text) {
        String key = key(text, TELLING);
        int from = 0;
        int to = text.length();
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        boolean before = from < to && EDGE.indexOf(text.charAt(from)) >= 0;
        boolean after = from < to - 1 && EDGE.indexOf(text.charAt(to - 1)) >= 0;
        return (before ? text.charAt(from) : "") + key + (after ? text.charAt(to - 1) : "");
    }

    private static final String TELLING = "+#%&=!<>*$€£@^|";

    /** Signs that join words, but mean something before the first and after the last one. */
    private static final String EDGE = "-\u2212./~?";

    private static String key(String text, String kept) {
        StringBuilder out = new StringBuilder(text.length());
        boolean parted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean sign = kept.indexOf(c) >= 0;
            if (!sign && !Character.isLetterOrDigit(c) && !Character.isSurrogate(c)) {
                parted = true;
                continue;
            }
            if (parted && !out.isEmpty() && Character.isDigit(c) && Character.isDigit(out.charAt(out.length() - 1))) {
                out.append('_');
            }
            parted = false;
            out.append(c);
        }
        return out.isEmpty() ? text.strip() : out.toString().toLowerCase(Locale.ROOT);
    }

    /**
     * A choice without what is around it: quotes, emphasis and brackets in pairs, a full stop, a list's mark, a pictogram. A sign
     * that could mean something stays: {@code -1}, {@code !high}, {@code A-}, {@code high?}.
     */
    static String bare(String text) {
        String rest = text;
        String before;
        do {
            before = rest;
            rest = unpaired(blank(rest));
        } while (!rest.equals(before));
        return rest;
    }

    private static String blank(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && empty(text.charAt(from))) {
            from++;
        }
        while (to > from && empty(text.charAt(to - 1))) {
            to--;
        }
        String rest = text.substring(from, to);
        while (!rest.isEmpty() && pictogram(rest.codePointAt(0))) {
            rest = rest.substring(Character.charCount(rest.codePointAt(0)));
        }
        while (!rest.isEmpty() && pictogram(rest.codePointBefore(rest.length()))) {
            rest = rest.substring(0, rest.length() - Character.charCount(rest.codePointBefore(rest.length())));
        }
        return rest;
    }

    private static boolean empty(char c) {
        return c <= ' ' || c == '\u00a0' || c >= '\u200b' && c <= '\u200d' || c == '\ufeff' || c == '\ufe0f';
    }

    private static boolean pictogram(int c) {
        return c >= 0x2100 && Character.getType(c) == Character.OTHER_SYMBOL || c >= 0x1f3fb && c <= 0x1f3ff;
    }

    /** Takes off one thing that says nothing, if there is one. */
    private static String unpaired(String text) {
        int size = text.length();
        if (size < 2) {
            return text;
        }
        char first = text.charAt(0);
        char last = text.charAt(size - 1);
        int pair = OPENING.indexOf(first);
        if (pair >= 0 && CLOSING.charAt(pair) == last || first == last && ALIKE.indexOf(first) >= 0) {
            return text.substring(1, size - 1);
        }
        if (".,;:!".indexOf(last) >= 0) {
            return text.substring(0, size - 1);
        }
        if (QUOTES.indexOf(last) >= 0) {
            return text.substring(0, size - 1);
        }
        if (QUOTES.indexOf(first) >= 0 || first == '#' && Character.isLetter(text.charAt(1))) {
            return text.substring(1);
        }
        boolean mark = "-\u2013\u2014*+\u2022:".indexOf(first) >= 0 && text.charAt(1) == ' ';
        if (mark || text.startsWith("**")) {
            return text.substring(2);
        }
        if (text.endsWith("**")) {
            return text.substring(0, size - 2);
        }
        int digits = 0;
        while (digits < size && digits < 3 && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        boolean numbered = digits > 0
                && digits + 2 < size
                && (text.charAt(digits) == '.' || text.charAt(digits) == ')')
                && text.charAt(digits + 1) == ' ';
        return numbered ? text.substring(digits + 2) : text;
    }

    private static final String OPENING = "([{<«‹“„‘‚";
    private static final String CLOSING = ")]}>»›”“’‘";
    private static final String ALIKE = "\"'`*_";
    private static final String QUOTES = "\"'`“”„‘’«»‹›";
}
