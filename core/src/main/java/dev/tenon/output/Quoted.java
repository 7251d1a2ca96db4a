package dev.tenon.output;

import org.jspecify.annotations.Nullable;

/**
 * A text in quotes that is being read. The hard question is which quote ends it, since models forget to escape those within:
 *
 * <ul>
 *   <li>A quote before something that may follow a text here ({@code ,} {@code ]} {@code }} a colon after a name, the end) ends it.
 *   <li>Before a comma it ends the text on trial: when what follows is no member or item after all, {@link DocumentReader} comes
 *       back here, and the quote was one within the text. From then on commas are looked behind at once.
 *   <li>Any other quote belongs to the text. Quotes within come in pairs; an odd one closes the pair.
 *   <li>A quote after a comma or a line break, and then a quote before a colon: that is the next name, and the quote that should
 *       have ended this text is missing.
 * </ul>
 *
 * Not thread-safe.
 */
final class Quoted {
    /** Where the text stands; it decides what may follow it. */
    enum Role {
        NAME,
        VALUE,
        /** The whole document. */
        ROOT
    }

    /** Stands for the quote {@code \"} around a text. */
    static final char ESCAPED = '\\';

    private final Feed feed;
    private final Ahead ahead;
    private final DocumentReader reader;

    Role role = Role.VALUE;
    char open;
    boolean tripled;

    /** Backslashes are characters like others: {@code r"\d"}, {@code "C:\Users"}. */
    boolean raw;

    /** Where the content begins and, in the end, where it ended. */
    int start;

    int end;

    /** Where to go on after it. */
    int next;

    /** Up to here it was looked at. */
    int scan;

    private int segment;
    private @Nullable StringBuilder decoded;
    /** Quotes within the text so far. */
    int inner;

    /** Those of them that stand between two letters and so come alone. */
    private int apostrophes;

    /** The comma or line break before the last quote within, where one stood directly before it. */
    private int breakAt;

    long steps;

    Quoted(Feed feed, Ahead ahead, DocumentReader reader) {
        this.feed = feed;
        this.ahead = ahead;
        this.reader = reader;
    }

    void begin(Role as, char quote, int content, boolean threeQuotes, boolean rawText) {
        role = as;
        open = quote;
        tripled = threeQuotes;
        raw = rawText;
        start = content;
        end = -1;
        restart();
    }

    private void restart() {
        scan = start;
        segment = start;
        decoded = null;
        inner = 0;
        apostrophes = 0;
        breakAt = -1;
    }

    /** Goes on behind a quote that was taken for the end, wrongly. */
    void resume(Role as, int content, int quote) {
        begin(as, '"', content, false, false);
        StringBuilder text = new StringBuilder(quote - content + 16);
        decode(content, quote, text);
        text.append('"');
        decoded = text;
        scan = quote + 1;
        segment = scan;
        inner = 1;
    }

    /** Reads on. {@link Ahead#YES} when it is whole, {@link Ahead#WAIT} for more, {@link Ahead#END} where the text ended within it. */
    int advance() {
        char[] chars = feed.chars;
        int limit = feed.end;
        int i = scan;
        while (true) {
            int from = i;
            char c = 0;
            if (open == '"') {
                while (i < limit && (c = chars[i]) != '"' && c != '\\' && c >= ' ') {
                    i++;
                }
            } else {
                while (i < limit && (c = chars[i]) != '\\' && c >= ' ' && !Signs.closes(open, c)) {
                    i++;
                }
            }
            steps += i - from + 1;
            scan = i;
            if (i == limit) {
                return feed.last ? Ahead.END : Ahead.WAIT;
            }
            if (c == '\\') {
                int to = backslash(i);
                if (to < 0) {
                    return to;
                }
                if (end >= 0) {
                    return Ahead.YES;
                }
                i = to;
                continue;
            }
            if (c < ' ') {
                reader.fix(Fix.Kind.CONTROL_CHARACTER, i, i + 1, "");
                i++;
                continue;
            }
            int verdict = quote(i);
            if (verdict == Ahead.WAIT) {
                return Ahead.WAIT;
            }
            if (verdict == Ahead.YES) {
                return Ahead.YES;
            }
            i++;
        }
    }

    /** What a backslash begins. Where to go on, or a negative number; sets {@link #end} where it begins the closing quote. */
    private int backslash(int at) {
        if (at + 1 >= feed.end) {
            return feed.last ? Ahead.END : Ahead.WAIT;
        }
        char c = feed.chars[at + 1];
        if (open == ESCAPED && c == '"') {
            return quote(at) == Ahead.WAIT ? Ahead.WAIT : at + 2;
        }
        if (raw) {
            // The backslash before the last quote of a path belongs to the path.
            if (Signs.closes(open, c)) {
                int verdict = closes(at + 1);
                return verdict == Ahead.WAIT ? Ahead.WAIT : verdict == Ahead.YES ? at + 1 : at + 2;
            }
            return at + 1;
        }
        if (!Escapes.known(c)) {
            if (drive(at)) {
                reader.fix(Fix.Kind.ESCAPE, at, at + 2, "\\\\" + c);
                restart();
                raw = true;
                return start;
            }
        }
        StringBuilder out = decoded == null ? new StringBuilder() : decoded;
        int held = out.length();
        out.append(feed.chars, segment, at - segment);
        int to = Escapes.read(feed, at, feed.end, out);
        if (to < 0) {
            // What was begun is read again when the rest has come.
            out.setLength(held);
            return to;
        }
        if (!Escapes.known(c) || c == 'u' && (to != at + 6 || feed.chars[at + 2] == '{')) {
            reader.fix(Fix.Kind.ESCAPE, at, at + 2, "");
        }
        decoded = out;
        segment = to;
        return to;
    }

    /** Whether the text is a path from a drive's letter, written without doubling its backslashes. */
    private boolean drive(int at) {
        return at >= start + 2
                && feed.chars[start + 1] == ':'
                && Character.isLetter(feed.chars[start])
                && start + 3 < feed.end
                && feed.chars[start + 2] == '\\'
                && feed.chars[start + 3] != '\\';
    }

    /** Decides about the quote at a place, and ends the text there if it is its end. */
    private int quote(int at) {
        int size = tripled ? 3 : open == ESCAPED ? 2 : 1;
        if (tripled) {
            int three = ahead.three(at, feed.chars[at]);
            if (three == Ahead.YES) {
                finish(at, at + 3);
            }
            return three;
        }
        if (role == Role.NAME && inner == 0 && nameLacksQuote(at)) {
            return Ahead.YES;
        }
        int verdict = closes(at + size - 1);
        if (verdict == Ahead.YES) {
            finish(at, at + size);
        } else if (verdict == Ahead.NO) {
            verdict = within(at, size);
        }
        return verdict;
    }

    private void finish(int at, int goOn) {
        end = at;
        next = goOn;
    }

    /** {@code {"name: "Fay"}}: the quote is the one that opens the value. */
    private boolean nameLacksQuote(int at) {
        int colon = at - 1;
        while (colon > start && Signs.space(feed.chars[colon])) {
            colon--;
        }
        if (colon <= start || Signs.plain(feed.chars[colon]) != ':') {
            return false;
        }
        int after = at + 1 < feed.end ? feed.chars[at + 1] : ' ';
        if (Signs.space((char) after) || Signs.plain((char) after) == ':') {
            return false;
        }
        reader.fix(Fix.Kind.INNER_QUOTES, at, at + 1, "");
        int stop = colon;
        while (stop > start && Signs.space(feed.chars[stop - 1])) {
            stop--;
        }
        decoded = new StringBuilder();
        decode(start, stop, decoded);
        segment = stop;
        finish(stop, colon);
        return true;
    }

    /** A quote that does not end the text: it is part of it, or shows that the quote before was missing. */
    private int within(int at, int size) {
        if (role == Role.VALUE && breakAt >= 0 && open != ESCAPED) {
            int colon = ahead.significant(at + 1);
            if (colon == Ahead.WAIT) {
                return Ahead.WAIT;
            }
            if (colon >= 0 && Signs.plain(feed.chars[colon]) == ':') {
                reader.fix(Fix.Kind.INNER_QUOTES, breakAt, breakAt + 1, "");
                decoded = new StringBuilder();
                int stop = breakAt;
                while (stop > start && Signs.space(feed.chars[stop - 1])) {
                    stop--;
                }
                if (curlyAlone(stop)) {
                    stop--;
                }
                decode(start, stop, decoded);
                segment = stop;
                finish(stop, breakAt);
                return Ahead.YES;
            }
        }
        if (open != ESCAPED) {
            reader.fix(Fix.Kind.INNER_QUOTES, at, at + size, "");
        }
        inner++;
        apostrophes += apostrophe(at) ? 1 : 0;
        breakAt = -1;
        int before = at - 1;
        while (before > start && Signs.space(feed.chars[before]) && feed.chars[before] != '\n') {
            before--;
        }
        if (before > start && (Signs.plain(feed.chars[before]) == ',' || feed.chars[before] == '\n')) {
            breakAt = before;
        }
        return Ahead.NO;
    }

    private boolean apostrophe(int at) {
        char c = feed.chars[at];
        return (c == '\'' || c == '’')
                && Character.isLetter(feed.chars[at - 1])
                && at + 1 < feed.end
                && Character.isLetter(feed.chars[at + 1]);
    }

    /** Whether the text ends in a closing quote of another kind, and has no opening one: that was to be its end. */
    boolean curlyAlone(int stop) {
        if (stop <= start) {
            return false;
        }
        char last = feed.chars[stop - 1];
        char first = last == '”' ? '“' : last == '’' ? '‘' : last == '»' ? '«' : 0;
        for (int i = start; i < stop && first != 0; i++) {
            if (feed.chars[i] == first) {
                return false;
            }
        }
        return first != 0;
    }

    private int comment(int from) {
        int line = ahead.is(from, "//");
        return line == Ahead.NO ? ahead.is(from, "/*") : line;
    }

    // ---- which quote ends it

    /** Whether the quote that stands at {@code at} may be the end, by what follows it. */
    private int closes(int at) {
        if (at + 1 < feed.end && role == Role.NAME && feed.chars[at + 1] == ':') {
            return Ahead.YES;
        }
        int after = ahead.significant(at + 1);
        if (after < 0) {
            return after == Ahead.WAIT ? Ahead.WAIT : Ahead.YES;
        }
        char c = Signs.plain(feed.chars[after]);
        return switch (role) {
            case NAME -> closesName(at, after, c);
            case VALUE -> closesValue(at, after, c);
            case ROOT -> closesRoot(after, c);
        };
    }

    private boolean even() {
        return (inner - apostrophes & 1) == 0;
    }

    private int closesName(int at, int after, char c) {
        boolean apart = after > at + 1;
        return switch (c) {
            case ':', '=', ',', '}', ']', ';' -> Ahead.YES;
            case '{', '[' -> yes(even());
            case '/' -> !even() ? Ahead.NO : apart ? comment(after) : ahead.is(after, "/*");
            case '#' -> yes(apart && even());
            case '-' -> {
                int arrow = ahead.is(after, "->");
                yield arrow == Ahead.NO && apart && even() ? ahead.literal(after) : arrow;
            }
            case '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 't', 'f', 'n', 'T', 'F', 'N' ->
                apart && even() ? ahead.literal(after) : Ahead.NO;
            default -> yes(Signs.quote(c) && apart && even());
        };
    }

    private static int yes(boolean holds) {
        return holds ? Ahead.YES : Ahead.NO;
    }

    /** The whole document: where it holds one, quotes within are likely, and only what may follow a document ends it. */
    private int closesRoot(int after, char c) {
        if (!reader.holdsDocument(start, end >= 0 ? end : scan)) {
            return Ahead.YES;
        }
        return switch (c) {
            case '`', '<', ';', ')' -> yes(even());
            default -> yes(ahead.lineBreak(scan, after) && even());
        };
    }

    private int closesValue(int at, int after, char c) {
        boolean apart = after > at + 1;
        return switch (c) {
            case ',', ';' -> inner == 0 && open == '"' ? Ahead.YES : followed(after + 1);
            case '}', ']', ')' -> closesBefore(after, c);
            case ':' -> yes(!reader.inObject() && breakAt < 0 && even());
            case '=' -> {
                int arrow = ahead.is(after, "=>");
                yield arrow == Ahead.YES ? yes(!reader.inObject() && even()) : arrow;
            }
            case '+' -> joins(after);
            case '/' -> {
                int line = ahead.is(after, "//");
                int block = ahead.is(after, "/*");
                yield line == Ahead.WAIT || block == Ahead.WAIT
                        ? Ahead.WAIT
                        : yes((line == Ahead.YES || block == Ahead.YES) && even() && (apart || block == Ahead.YES));
            }
            case '#' -> yes(apart && even());
            case '<' -> {
                int tag = ahead.is(after, "</");
                yield tag == Ahead.YES ? yes(even()) : tag;
            }
            default -> closesBeforeMore(at, after, c, apart);
        };
    }

    /** Whether a sign stands between this text and another, and so joins them. */
    private int joins(int sign) {
        int next = ahead.meaningful(sign + 1);
        return next == Ahead.WAIT ? Ahead.WAIT : yes(next >= 0 && Signs.quote(feed.chars[next]));
    }

    /** Before a quote, a name or a word, with no comma between. */
    private int closesBeforeMore(int at, int after, char c, boolean apart) {
        if (c == '`' && open != '`') {
            int fence = ahead.is(after, "```");
            if (fence != Ahead.NO) {
                return fence == Ahead.YES ? yes(even()) : fence;
            }
        }
        if (Signs.closes(open, c) && !apart) {
            // Two quotes at once: the first belongs to the text where the second may end it.
            if (at == start) {
                return Ahead.NO;
            }
            int behind = ahead.significant(after + 1);
            if (behind == Ahead.WAIT) {
                return Ahead.WAIT;
            }
            char d = behind < 0 ? ',' : Signs.plain(feed.chars[behind]);
            boolean ends = d == ',' || d == '}' || d == ']';
            if (ends || !even()) {
                return Ahead.NO;
            }
            return reader.inObject() ? ahead.quotedName(after) : Ahead.YES;
        }
        if (Signs.quote(c)) {
            if (!even()) {
                return Ahead.NO;
            }
            if (!reader.inObject()) {
                return yes(apart);
            }
            int name = ahead.quotedName(after);
            if (name == Ahead.NO && apart) {
                name = reader.memberWithoutColon(after, false);
            }
            return name == Ahead.NO && Signs.closes(open, c) && apart && inner == 0 ? joinedByNothing(after) : name;
        }
        if ((c == '{' || c == '[') && !reader.inObject()) {
            return yes(apart && even());
        }
        if (!even()) {
            return Ahead.NO;
        }
        if (!apart) {
            return dotted(after, c);
        }
        if (c == '\u2026') {
            return Ahead.YES;
        }
        if (c == '.') {
            int dots = ahead.is(after, "...");
            return dots == Ahead.NO ? joins(after) : dots;
        }
        if (reader.inObject()) {
            int name = ahead.name(after);
            if (name != Ahead.NO) {
                return name;
            }
        } else {
            int literal = ahead.literal(after);
            if (literal != Ahead.NO) {
                return literal;
            }
        }
        return yes(ahead.lineBreak(at + 1, after));
    }

    /** {@code ["a", "b"...]}: dots for what was left out, directly behind the text and before a bracket or comma. */
    private int dotted(int from, char c) {
        int dots = c == '\u2026' ? Ahead.YES : c == '.' ? ahead.is(from, "...") : Ahead.NO;
        if (dots != Ahead.YES) {
            return dots;
        }
        int behind = ahead.significant(from + (c == '.' ? 3 : 1));
        return behind == Ahead.WAIT
                ? Ahead.WAIT
                : yes(behind >= 0 && ",]}".indexOf(Signs.plain(feed.chars[behind])) >= 0);
    }

    /** {@code "a" "b"} as the value of a member: two texts that are one, where the second is whole. */
    private int joinedByNothing(int from) {
        int i = from + 1;
        while (i < feed.end && i < from + Ahead.SPAN && !Signs.closes(open, feed.chars[i]) && feed.chars[i] != '\n') {
            i++;
        }
        if (i == feed.end && !feed.last) {
            return Ahead.WAIT;
        }
        if (i >= feed.end || !Signs.closes(open, feed.chars[i])) {
            return Ahead.NO;
        }
        int behind = ahead.significant(i + 1);
        if (behind == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        char d = behind < 0 ? ',' : feed.chars[behind];
        return yes(d == ',' || d == '}');
    }

    /** Whether what follows a comma is a member or an item. */
    private int followed(int from) {
        int at = ahead.significant(from);
        if (at < 0) {
            return at == Ahead.WAIT ? Ahead.WAIT : Ahead.YES;
        }
        char c = Signs.plain(feed.chars[at]);
        if (c == '}' || c == ']' || c == ')' || c == '/' || c == ',' || c == '\u2026' || c == '.' || c == '#') {
            return Ahead.YES;
        }
        if (reader.inObject()) {
            int name = ahead.name(at);
            return name == Ahead.NO ? reader.memberWithoutColon(at, inner == 0) : name;
        }
        if (Signs.quote(c)) {
            return yes(even() || feed.chars[at] != '"' || inner > 1);
        }
        if (c == '{' || c == '[' || c == '(' || c == '-' || Signs.digit(c)) {
            return Ahead.YES;
        }
        int literal = ahead.literal(at);
        if (literal != Ahead.NO) {
            return literal;
        }
        int end = ahead.wordsEnd(at);
        return end == Ahead.WAIT ? Ahead.WAIT : yes(end >= 0 && (feed.chars[end] == ',' || feed.chars[end] == ']'));
    }

    /** Before a bracket: it ends the text where the bracket may close something, and something may follow that. */
    private int closesBefore(int after, char c) {
        if (reader.depth() <= 1 && (c == '}') == reader.inObject() && c != ')') {
            if (inner == 0 || open != '"') {
                return Ahead.YES;
            }
        }
        int behind = ahead.significant(after + 1);
        if (behind == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        if (behind < 0) {
            return Ahead.YES;
        }
        if (c == ')'
                && reader.depth() > 0
                && !reader.inParentheses()
                && feed.chars[behind] != '}'
                && feed.chars[behind] != ']') {
            return Ahead.NO;
        }
        char d = Signs.plain(feed.chars[behind]);
        return switch (d) {
            case ',', ';', '}', ']', ')', '/', '#', '`', '<' -> Ahead.YES;
            case '{', '[', '"', '\'', '“' -> yes(even());
            default -> {
                // The next member, without a comma and without quotes.
                int name = even() && behind > after + 1 ? ahead.name(behind) : Ahead.NO;
                yield name != Ahead.NO
                        ? name
                        : yes(ahead.lineBreak(after + 1, behind) || reader.depth() <= 1 && even());
            }
        };
    }

    // ---- the content

    /** The content between two places, all escapes read. */
    void decode(int from, int to, StringBuilder out) {
        int i = from;
        int plain = from;
        while (i < to) {
            if (feed.chars[i] != '\\' || raw) {
                i++;
                continue;
            }
            out.append(feed.chars, plain, i - plain);
            int next = Escapes.read(feed, i, to, out);
            if (next < 0) {
                return;
            }
            i = next;
            plain = next;
        }
        out.append(feed.chars, plain, to - plain);
    }

    /** What the text says, up to {@link #end}. */
    String content() {
        if (decoded == null) {
            return feed.text(start, end);
        }
        decoded.append(feed.chars, segment, Math.max(0, end - segment));
        segment = Math.max(segment, end);
        return decoded.toString();
    }

    /** What the text says as far as it came, without half a character at its end. */
    String sofar() {
        int to = Math.min(scan, feed.end);
        StringBuilder out = new StringBuilder(to - start);
        if (decoded != null) {
            out.append(decoded);
        }
        out.append(feed.chars, segment, Math.max(0, to - segment));
        return whole(out);
    }

    static String whole(StringBuilder text) {
        if (!text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
            text.setLength(text.length() - 1);
        }
        return text.toString();
    }

    /** How long the text is so far. */
    int length() {
        return (decoded == null ? 0 : decoded.length()) + Math.max(0, scan - segment);
    }
}
