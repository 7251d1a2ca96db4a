package dev.tenon.output;

/**
 * What a backslash means within a text. An escape that JSON has not keeps its backslash, since it may be a path or an expression,
 * but for quotes and the underscore, where the backslash can mean nothing.
 */
final class Escapes {
    private Escapes() {}

    /** Whether JSON has this escape; {@code c} is what follows the backslash. */
    static boolean known(char c) {
        return switch (c) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u' -> true;
            default -> false;
        };
    }

    /** The character that a short escape of JSON means; 0 where {@code c} after a backslash is none of these. */
    static char single(char c) {
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> 0;
        };
    }

    /**
     * Reads the escape whose backslash is at {@code at}, and appends what it means.
     *
     * @return where to go on; {@link Ahead#WAIT} where more text is needed; {@link Ahead#END} where the text ends within it
     */
    static int read(Feed feed, int at, int limit, StringBuilder out) {
        boolean last = feed.last || limit < feed.end;
        int end = Math.min(limit, feed.end);
        if (at + 1 >= end) {
            return last ? Ahead.END : Ahead.WAIT;
        }
        char c = feed.chars[at + 1];
        switch (c) {
            case '"', '\\', '/', '\'', '`', '_', '“', '”', '‘', '’' -> out.append(c);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                return unicode(feed, at, end, last, out);
            }
            case 'x' -> {
                return fixed(feed, at, 2, end, last, out);
            }
            case 'U' -> {
                return fixed(feed, at, 8, end, last, out);
            }
            default -> out.append('\\').append(c);
        }
        return at + 2;
    }

    private static int unicode(Feed feed, int at, int end, boolean last, StringBuilder out) {
        if (at + 2 < end && feed.chars[at + 2] == '{') {
            int close = at + 3;
            while (close < end && close < at + 10 && Character.digit(feed.chars[close], 16) >= 0) {
                close++;
            }
            if (close == end) {
                return last ? Ahead.END : Ahead.WAIT;
            }
            int point = feed.chars[close] == '}' ? hex(feed, at + 3, close) : -1;
            if (point >= 0) {
                out.appendCodePoint(point);
                return close + 1;
            }
            out.append("\\u");
            return at + 2;
        }
        return fixed(feed, at, 4, end, last, out);
    }

    private static int fixed(Feed feed, int at, int digits, int end, boolean last, StringBuilder out) {
        int close = at + 2;
        while (close < end && close < at + 2 + digits && Character.digit(feed.chars[close], 16) >= 0) {
            close++;
        }
        if (close == at + 2 + digits) {
            int point = hex(feed, at + 2, close);
            if (point >= 0) {
                if (digits == 8) {
                    out.appendCodePoint(point);
                } else {
                    out.append((char) point);
                }
                return close;
            }
        } else if (close == end) {
            return last ? Ahead.END : Ahead.WAIT;
        }
        out.append('\\').append(feed.chars[at + 1]);
        return at + 2;
    }

    private static int hex(Feed feed, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 16 + Character.digit(feed.chars[i], 16);
        }
        return to > from && value <= Character.MAX_CODE_POINT ? (int) value : -1;
    }
}
