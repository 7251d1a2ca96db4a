package dev.tenon.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Text as the words by which it is found. The same one must be used for what is kept and for what is asked. Implementations are thread-safe. */
@FunctionalInterface
public interface Tokenizer {
    /**
     * Words of prose and of identifiers in any script: runs of letters and digits, in lower case and without accents, an English plural as its singular. Of
     * {@code sendInvoice2Customer} the parts are words too, of Chinese, Japanese, Korean and Thai text each character and each two neighbours.
     */
    Tokenizer WORDS = text -> new Words(text).all();

    /** The words, in the order of the text, repeated where the text repeats them. */
    List<String> tokens(String text);
}

/** One reading of a text. */
final class Words {
    /** Longer runs (hashes, data in base 64) are told apart by their beginnings. */
    private static final int LONGEST = 64;

    private final String text;
    private final List<String> found = new ArrayList<>();

    Words(String text) {
        this.text = plain(Objects.requireNonNull(text, "text"));
    }

    List<String> all() {
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            int end = at + Character.charCount(point);
            if (isWord(point)) {
                boolean spaced = isSpaced(point);
                while (end < text.length() && continues(text.codePointAt(end), spaced)) {
                    end += Character.charCount(text.codePointAt(end));
                }
                if (spaced) {
                    word(at, end);
                } else {
                    characters(at, end);
                }
            }
            at = end;
        }
        return found;
    }

    /** Compatibility forms become plain ones and Latin, Greek and Cyrillic accents go; marks of other scripts are part of their words. */
    private static String plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                String apart = Normalizer.normalize(text, Normalizer.Form.NFKD);
                StringBuilder kept = new StringBuilder(apart.length());
                for (int k = 0; k < apart.length(); k++) {
                    char c = apart.charAt(k);
                    if (c < 0x300 || c > 0x36f) {
                        kept.append(c);
                    }
                }
                return Normalizer.normalize(kept, Normalizer.Form.NFC);
            }
        }
        return text;
    }

    private static boolean isWord(int point) {
        return point < 0x80
                ? point >= 'a' && point <= 'z' || point >= 'A' && point <= 'Z' || point >= '0' && point <= '9'
                : Character.isLetterOrDigit(point) || isMark(point);
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static boolean continues(int point, boolean spaced) {
        return isWord(point) && (isSpaced(point) == spaced || isMark(point));
    }

    /** Whether the script puts spaces between its words, or (Korean) what stands between spaces is more than one. */
    private static boolean isSpaced(int point) {
        if (point < 0xe00) {
            return true;
        }
        return switch (Character.UnicodeScript.of(point)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL, THAI, LAO, KHMER, MYANMAR -> false;
            default -> true;
        };
    }

    private void characters(int from, int to) {
        int before = -1;
        for (int at = from; at < to; ) {
            int end = at + Character.charCount(text.codePointAt(at));
            found.add(text.substring(at, end));
            if (before >= 0) {
                found.add(text.substring(before, end));
            }
            before = at;
            at = end;
        }
    }

    private void word(int from, int to) {
        int start = from;
        for (int at = from + 1; at < to; at++) {
            if (isSeam(at, to)) {
                add(start, at);
                start = at;
            }
        }
        if (start > from) {
            add(start, to);
        }
        add(from, to);
    }

    /** Where a part of an identifier ends: {@code send|Invoice}, {@code PDF|File}, {@code mp|3}. */
    private boolean isSeam(int at, int end) {
        char before = text.charAt(at - 1);
        char here = text.charAt(at);
        if (Character.isDigit(before) != Character.isDigit(here)) {
            return true;
        }
        return Character.isUpperCase(here)
                && (Character.isLowerCase(before)
                        || Character.isUpperCase(before) && at + 1 < end && Character.isLowerCase(text.charAt(at + 1)));
    }

    private void add(int from, int to) {
        String word = text.substring(from, Math.min(to, from + LONGEST)).toLowerCase(Locale.ROOT);
        found.add(singular(word));
    }

    /** D. Harman, "How Effective is Suffixing?", JASIS 42 (1991), the S stemmer: weak, and so seldom wrong. */
    private static String singular(String word) {
        int length = word.length();
        if (length < 4 || word.charAt(length - 1) != 's') {
            return word;
        }
        char before = word.charAt(length - 2);
        if (before == 'e' && word.charAt(length - 3) == 'i') {
            char fourth = word.charAt(length - 4);
            if (fourth != 'e' && fourth != 'a') {
                return word.substring(0, length - 3) + "y";
            }
        }
        return before == 'u' || before == 's' ? word : word.substring(0, length - 1);
    }
}
