package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Written;

/**
 * Looks ahead in the text, a bounded way: no further than {@value #SPAN} characters, so that all looks together stay linear, and
 * answering {@link #WAIT} where the answer may lie in a piece that has not come yet.
 */
final class Ahead {
    /** The answer depends on text that has not come. */
    static final int WAIT = -2;

    /** There is nothing more; or nothing within the span. */
    static final int END = -1;

    static final int NO = 0;
    static final int YES = 1;

    static final int SPAN = 192;

    private final Feed feed;

    /** Characters looked at, in all. */
    long looks;

    Ahead(Feed feed) {
        this.feed = feed;
    }

    /** The place of the next character that is no white space, at {@code from} or behind it. */
    int significant(int from) {
        int limit = Math.min(feed.end, from + SPAN);
        int i = from;
        while (i < limit && Signs.space(feed.chars[i])) {
            i++;
        }
        looks += i - from + 1;
        if (i < limit) {
            return i;
        }
        return i == feed.end && !feed.last && i < from + SPAN ? WAIT : END;
    }

    /** Whether the characters from here are these. */
    int is(int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (from + i >= feed.end) {
                return feed.last ? NO : WAIT;
            }
            if (feed.chars[from + i] != text.charAt(i)) {
                return NO;
            }
        }
        return YES;
    }

    /** Whether a character stands here three times. */
    int three(int from, char c) {
        for (int i = from; i < from + 3; i++) {
            if (i >= feed.end) {
                return feed.last ? NO : WAIT;
            }
            if (feed.chars[i] != c) {
                return NO;
            }
        }
        return YES;
    }

    /** Whether a line ends between two places with nothing but white space between them. */
    boolean lineBreak(int from, int to) {
        for (int i = from; i < to; i++) {
            if (feed.chars[i] == '\n' || feed.chars[i] == '\r') {
                return true;
            }
        }
        return false;
    }

    /** Whether a name in quotes or without them and then a colon stand here. */
    int name(int from) {
        if (from >= feed.end) {
            return feed.last ? NO : WAIT;
        }
        char first = feed.chars[from];
        if (Signs.quote(first)) {
            return quotedName(from, first);
        }
        int i = from;
        int limit = Math.min(feed.end, from + 64);
        while (i < limit && Signs.name(feed.chars[i])) {
            i++;
        }
        looks += i - from;
        if (i == feed.end && !feed.last) {
            return WAIT;
        }
        return i == from || i == limit ? NO : colon(i);
    }

    /** Whether a number or a literal stands here. */
    int literal(int from) {
        int limit = Math.min(feed.end, from + 40);
        int i = from;
        while (i < limit && (Character.isLetterOrDigit(feed.chars[i]) || ".-+_".indexOf(feed.chars[i]) >= 0)) {
            i++;
        }
        looks += i - from + 1;
        if (i == feed.end && !feed.last && i < from + 40) {
            return WAIT;
        }
        return i > from && i < from + 40 && !(Written.word(feed.text(from, i)) instanceof Json.Str) ? YES : NO;
    }

    /** Whether a plain name and one equals sign stand here. */
    int assigned(int from) {
        int i = significant(from);
        int limit = Math.min(feed.end, from + 64);
        int begun = i;
        while (i >= 0 && i < limit && (Character.isLetterOrDigit(feed.chars[i]) || feed.chars[i] == '_')) {
            i++;
        }
        if (i < 0) {
            return i == WAIT ? WAIT : NO;
        }
        int equals = i == limit ? limit : significant(i);
        if (equals == WAIT || equals >= 0 && equals + 1 >= feed.end) {
            return feed.last ? NO : WAIT;
        }
        boolean one = equals >= 0 && feed.chars[equals] == '=' && feed.chars[equals + 1] != '=';
        return one && i > begun && !Signs.digit(feed.chars[begun]) ? YES : NO;
    }

    /** As {@link #significant}, comments passed over. */
    int meaningful(int from) {
        int i = significant(from);
        while (i >= 0 && feed.chars[i] == '/') {
            boolean block = is(i, "/*") == YES;
            if (!block && is(i, "//") != YES) {
                return i + 1 >= feed.end && !feed.last ? WAIT : i;
            }
            int limit = Math.min(feed.end, i + SPAN);
            int k = i + 2;
            while (k < limit
                    && (block
                            ? !(feed.chars[k - 1] == '*' && feed.chars[k] == '/' && k > i + 2)
                            : feed.chars[k] != '\n')) {
                k++;
            }
            looks += k - i;
            if (k == limit) {
                return limit == feed.end && !feed.last && limit < i + SPAN ? WAIT : END;
            }
            i = significant(k + 1);
        }
        return i;
    }

    /** Whether a name in quotes and then a colon stand here. */
    int quotedName(int from) {
        if (from >= feed.end) {
            return feed.last ? NO : WAIT;
        }
        return Signs.quote(feed.chars[from]) ? quotedName(from, feed.chars[from]) : NO;
    }

    private int quotedName(int from, char open) {
        int close = closing(from, open);
        return close < 0 ? close == WAIT ? WAIT : NO : colon(close + 1);
    }

    /** Where the text in quotes that begins here ends: at the first quote that may end it, on the same line. */
    private int closing(int from, char open) {
        int limit = Math.min(feed.end, from + SPAN);
        int i = from + 1;
        while (i < limit && !Signs.closes(open, feed.chars[i]) && feed.chars[i] != '\n') {
            i += feed.chars[i] == '\\' ? 2 : 1;
        }
        looks += i - from;
        if (i >= feed.end && !feed.last && i < from + SPAN) {
            return WAIT;
        }
        return i >= limit || feed.chars[i] == '\n' ? END : i;
    }

    /**
     * Whether a member without a colon stands here: a name, and then a value apart from it.
     *
     * @param usual whether others of the object have no colon either; else both have to be whole, and followed by what may follow a member
     */
    int memberWithoutColon(int from, boolean usual) {
        if (from >= feed.end) {
            return feed.last ? NO : WAIT;
        }
        int end;
        if (Signs.quote(feed.chars[from])) {
            int close = closing(from, feed.chars[from]);
            if (close < 0) {
                return close == WAIT ? WAIT : NO;
            }
            end = close + 1;
        } else {
            end = from;
            int limit = Math.min(feed.end, from + 64);
            while (end < limit && Signs.name(feed.chars[end])) {
                end++;
            }
            looks += end - from;
            if (end == feed.end && !feed.last && end < from + 64) {
                return WAIT;
            }
            if (!usual || end == from || end >= limit) {
                return NO;
            }
        }
        int value = significant(end);
        if (value < 0) {
            return value == WAIT ? WAIT : NO;
        }
        char c = feed.chars[value];
        if (c == '{' || c == '[') {
            return YES;
        }
        if (value == end) {
            return NO;
        }
        if (Signs.quote(c)) {
            int close = usual ? value : closing(value, c);
            return usual ? YES : close < 0 ? close == WAIT ? WAIT : NO : ends(close + 1);
        }
        int literal = literal(value);
        if (literal != YES || usual) {
            return literal;
        }
        int i = value;
        while (i < feed.end && !Signs.space(feed.chars[i]) && feed.chars[i] != ',' && feed.chars[i] != '}') {
            i++;
        }
        return ends(i);
    }

    /** Whether what may follow a member stands here. */
    private int ends(int from) {
        int at = significant(from);
        if (at < 0) {
            return at == WAIT ? WAIT : NO;
        }
        char c = Signs.plain(feed.chars[at]);
        return c == ',' || c == '}' ? YES : NO;
    }

    private int colon(int from) {
        int at = significant(from);
        if (at < 0) {
            return at == WAIT ? WAIT : NO;
        }
        char c = Signs.plain(feed.chars[at]);
        return c == ':' || c == '=' ? YES : NO;
    }

    /**
     * The place where a run of words without quotes ends: at a comma, bracket, brace, parenthesis, quote, colon or line break, or
     * the end of the text.
     */
    int wordsEnd(int from) {
        int limit = Math.min(feed.end, from + SPAN);
        for (int i = from; i < limit; i++) {
            char c = Signs.plain(feed.chars[i]);
            switch (c) {
                case ',', ']', '}', '[', '{', '\n', '"', ':', '`' -> {
                    looks += i - from;
                    return i;
                }
                default -> {}
            }
        }
        looks += limit - from;
        return limit == feed.end && !feed.last && limit < from + SPAN ? WAIT : END;
    }
}
