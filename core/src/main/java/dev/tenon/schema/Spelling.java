package dev.tenon.schema;

import java.util.Locale;

/** Names and choices without their style: {@code firstName}, {@code First Name} and {@code **first_name**} are one. */
final class Spelling {
    private Spelling() {}

    /** Letters and digits in lower case; the text itself, stripped, where it has none. */
    static String key(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
                out.append(c);
            }
        }
        return out.isEmpty() ? text.strip() : out.toString().toLowerCase(Locale.ROOT);
    }

    /** A choice without the signs around it: quotes, emphasis, brackets, a full stop. Signs within it stay. */
    static String bare(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && noise(text.charAt(from))) {
            from++;
        }
        while (to > from && noise(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean noise(char c) {
        return c <= ' ' || "\"'`*_~.,;:!?()[]{}<>«»‹›“”„‘’‚–—-•\u00a0\u200b\ufeff".indexOf(c) >= 0;
    }
}
