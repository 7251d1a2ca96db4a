package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Checkpoint;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document, however broken, from the place where it begins. A machine without recursion: a stack of open arrays and
 * objects, and one of these states.
 *
 * <pre>
 *   VALUE    a value is to come             NAME     a member's name is to come, or the brace
 *   NEXT     a value has ended: a comma     COLON    a name has ended
 *            or a bracket is to come        TEXT     within a text in quotes ({@link Quoted})
 *   WORD     within a word without quotes   DOTS     within "... and 3 more"
 *   CLOSED   the outermost bracket came     DONE     {@link #result} and {@link #at} say what and where
 * </pre>
 *
 * <p>In every state there is one answer to every character, so that nothing is read twice but for the trials that {@link Quoted} and
 * {@link Ahead} describe, each bounded. What cannot belong to a document ends it; what is open then is closed.
 *
 * <p>Strictly valid JSON goes through short cuts that only look at text which has come already; where it has not, the states take
 * over. Both ways give the same.
 *
 * <p>Not thread-safe.
 */
final class DocumentReader {
    private enum State {
        VALUE,
        NAME,
        COLON,
        NEXT,
        TEXT,
        WORD,
        DOTS,
        CLOSED,
        DONE
    }

    private enum Comment {
        NONE,
        LINE,
        BLOCK,
        MARKUP
    }

    private static final int END = Ahead.END;
    private static final int WAIT = Ahead.WAIT;

    private final Feed feed;
    final Ahead ahead;
    private final Quoted quoted;
    private final StraightRoad road;
    private final Checkpoint place;
    private final boolean typed;
    private final Checkpoint.Pass pass = new Checkpoint.Pass();

    /** Whether every value so far fits at its place. Once it is false the document has to be fitted as a whole. */
    private boolean fits;

    /** Steps without a character: closing every level takes one each. More would be a circle, which ends the document. */
    private static final int MAX_STALLED = 4 * Json.MAX_DEPTH;

    private Frame[] frames = {};
    private int depth;
    private State state = State.DONE;
    private Comment comment = Comment.NONE;
    private Fixes fixes = new Fixes();
    private boolean fenced;
    private int wordStart;
    private int farthest;
    private int stalled;
    private int wordScan;
    private int parentheses;

    /** Where to go on. */
    int at;

    int start;

    /** The document: {@link Json} or {@link Written}; null where there is none. */
    @Nullable
    Object result;

    /** Where it could not be read at all: why. */
    @Nullable
    String failure;

    /** The text ended before the document did. */
    boolean cut;

    /** How many words without quotes were taken for texts; prose has many. */
    int words;

    /** Where values are told as they finish; null where nobody watches. */
    @Nullable
    List<Partial.Finished> watched;

    /** How many values it has, containers included. */
    int values;

    /** Characters looked at, in all readings; for tests of linearity. */
    long steps;

    /** @param place where the document is checked while it is read; null where no schema says anything */
    DocumentReader(Feed feed, @Nullable Checkpoint place) {
        this.feed = feed;
        this.place = place == null ? Checkpoint.ANYTHING : place;
        this.ahead = new Ahead(feed);
        this.quoted = new Quoted(feed, ahead, this);
        this.typed = place != null;
        this.road = new StraightRoad(feed, this, typed);
    }

    /** Begins to read a document at a place. */
    void begin(int from, boolean inFence) {
        at = from;
        start = from;
        farthest = from;
        stalled = 0;
        depth = 0;
        state = State.VALUE;
        comment = Comment.NONE;
        fixes = new Fixes();
        fenced = inFence;
        result = null;
        failure = null;
        cut = false;
        words = 0;
        values = 0;
        fits = typed;
    }

    /** Whether the document was found to fit the schema, every value when it ended. */
    boolean fits() {
        return fits;
    }

    /** Begins to read a document that lacks its outermost braces. */
    void beginMembers(int from, boolean inFence) {
        begin(from, inFence);
        push(Frame.Kind.OBJECT, from);
        state = State.NAME;
        fix(Fix.Kind.BRACKET, from, from, "{");
    }

    /** Begins to read a document that is a call whose arguments have names. */
    void beginCall(int word, int parenthesis, boolean inFence) {
        begin(word, inFence);
        push(Frame.Kind.OBJECT, word);
        fix(Fix.Kind.NOTATION, word, parenthesis + 1, "{");
        at = parenthesis + 1;
    }

    Fixes fixes() {
        return fixes;
    }

    int depth() {
        return depth;
    }

    boolean inObject() {
        return depth > 0 && frames[depth - 1].object();
    }

    boolean inParentheses() {
        if (depth == 0) {
            return false;
        }
        Frame frame = top();
        return frame.kind == Frame.Kind.GROUP || frame.kind == Frame.Kind.CALL || members(frame);
    }

    /** Whether an object is the arguments of a call, so that a parenthesis ends it. */
    private boolean members(Frame frame) {
        return frame.object() && Character.isLetter(feed.chars[frame.start]);
    }

    /** Whether a member without a colon stands at a place; only a whole one, where no other of the object is without. */
    int memberWithoutColon(int from, boolean whole) {
        boolean usual = depth > 0 && top().noColons;
        return usual || whole ? ahead.memberWithoutColon(from, usual) : Ahead.NO;
    }

    /** Whether the text that was read last has quotes within. */
    boolean innerQuotes() {
        return quoted.inner > 0;
    }

    Frame top() {
        return frames[depth - 1];
    }

    /** Reads on; whether the document is done. Otherwise more text is needed. */
    boolean advance() {
        while (state != State.DONE) {
            if (at > farthest) {
                farthest = at;
                stalled = 0;
            } else if (++stalled > MAX_STALLED) {
                breakOff();
                return true;
            }
            if (depth > 0 && comment == Comment.NONE) {
                straightOn();
            }
            boolean on = switch (state) {
                case VALUE -> value();
                case NAME -> name();
                case COLON -> colon();
                case NEXT -> next();
                case TEXT -> text();
                case WORD -> word();
                case DOTS -> dots();
                case CLOSED -> closed();
                case DONE -> true;
            };
            if (!on) {
                return false;
            }
        }
        return true;
    }

    /** As far as the text is plainly JSON. */
    private void straightOn() {
        switch (state) {
            case VALUE -> take(StraightRoad.Place.VALUE);
            case NAME -> take(StraightRoad.Place.NAME);
            case NEXT -> take(StraightRoad.Place.NEXT);
            case COLON, TEXT, WORD, DOTS, CLOSED, DONE -> {}
        }
    }

    private void take(StraightRoad.Place from) {
        if (top().joined != null) {
            return;
        }
        state = switch (road.follow(from)) {
            case VALUE -> State.VALUE;
            case NAME -> State.NAME;
            case NEXT -> State.NEXT;
        };
    }

    /** Opens an object or array whose bracket stands here. */
    void open(boolean object, int from) {
        push(object ? Frame.Kind.OBJECT : Frame.Kind.ARRAY, from);
    }

    /** Closes the innermost level, which is not the outermost, with its own bracket. */
    void close() {
        pop(false);
    }

    /** Adds a value that was plainly one. */
    void value(Object value) {
        add(value, false);
    }

    // ---- what carries no meaning

    /** The next character that means something, white space and comments passed over; or {@link #END} or {@link #WAIT}. */
    private int significant() {
        char[] chars = feed.chars;
        int end = feed.end;
        while (true) {
            if (comment != Comment.NONE && !passComment()) {
                return feed.last ? END : WAIT;
            }
            int i = at;
            while (i < end && (chars[i] == ' ' || chars[i] == '\n' || chars[i] == '\r' || chars[i] == '\t')) {
                i++;
            }
            steps += i - at + 1;
            at = i;
            if (i == end) {
                return feed.last ? END : WAIT;
            }
            char c = chars[i];
            if (c == '/' || c == '#' || c == '<' || c == '\\') {
                int next = begins(c, i);
                if (next == WAIT) {
                    return WAIT;
                }
                if (next == Ahead.NO) {
                    return c;
                }
            } else if (c > ' ' && c < 0x7f || !Signs.space(c)) {
                return Signs.plain(c);
            } else {
                fix(Fix.Kind.WHITE_SPACE, i, i + 1, " ");
                at = i + 1;
            }
        }
    }

    /** Whether something to be passed over begins here: a comment, or {@code \n} that stands outside of a text. */
    private int begins(char c, int from) {
        if (from + 1 >= feed.end) {
            return feed.last ? Ahead.NO : WAIT;
        }
        char d = feed.chars[from + 1];
        switch (c) {
            case '/' -> {
                if (d == '/' || d == '*') {
                    comment = d == '/' ? Comment.LINE : Comment.BLOCK;
                    at = from + 2;
                    fix(Fix.Kind.COMMENT, from, from + 2, "");
                    return Ahead.YES;
                }
            }
            case '#' -> {
                // A colour is no comment.
                if (state != State.VALUE || !Character.isLetterOrDigit(d)) {
                    comment = Comment.LINE;
                    at = from + 1;
                    fix(Fix.Kind.COMMENT, from, from + 1, "");
                    return Ahead.YES;
                }
            }
            case '<' -> {
                int markup = ahead.is(from, "<!--");
                if (markup == Ahead.YES) {
                    comment = Comment.MARKUP;
                    at = from + 4;
                    fix(Fix.Kind.COMMENT, from, from + 4, "");
                }
                return markup;
            }
            default -> {
                if (d == 'n' || d == 'r' || d == 't') {
                    at = from + 2;
                    fix(Fix.Kind.WHITE_SPACE, from, from + 2, " ");
                    return Ahead.YES;
                }
            }
        }
        return Ahead.NO;
    }

    /** Passes a comment over; whether its end was found. */
    private boolean passComment() {
        char[] chars = feed.chars;
        int i = at;
        boolean closed = false;
        while (i < feed.end) {
            char c = chars[i];
            if (comment == Comment.LINE && (c == '\n' || c == '\r')) {
                break;
            }
            char ends = comment == Comment.BLOCK ? '*' : '-';
            if (comment != Comment.LINE && c == ends) {
                int close = ahead.is(i, comment == Comment.BLOCK ? "*/" : "-->");
                if (close == WAIT) {
                    steps += i - at;
                    at = i;
                    return false;
                }
                if (close == Ahead.YES) {
                    i += comment == Comment.BLOCK ? 2 : 3;
                    closed = true;
                    break;
                }
            }
            i++;
        }
        steps += i - at;
        boolean found = closed || i < feed.end;
        at = i;
        if (found) {
            comment = Comment.NONE;
        }
        return found;
    }

    // ---- a value

    private boolean value() {
        int c = significant();
        if (c < 0) {
            return c == END && cutOff();
        }
        return switch (c) {
            case '"' -> quoteBegins((char) c, 0);
            case '{', '[', '(' -> {
                yield push(c == '{' ? Frame.Kind.OBJECT : c == '[' ? Frame.Kind.ARRAY : Frame.Kind.GROUP, at++);
            }
            case ',', ';' -> noValue();
            case '}', ']', ')' -> {
                if (depth > 0 && top().name != null) {
                    dropName();
                }
                yield closer((char) c);
            }
            case ':', '=' -> {
                fix(Fix.Kind.PUNCTUATION, at, at + 1, "");
                at++;
                yield true;
            }
            case '>' -> {
                // The second half of =>, come in another piece.
                if (at > start && feed.chars[at - 1] == '=') {
                    at++;
                    yield true;
                }
                yield startWord();
            }
            case '`' -> {
                int fence = ahead.is(at, "```");
                if (fence != Ahead.NO) {
                    yield fence == Ahead.YES && breakOff();
                }
                yield quoteBegins((char) c, 0);
            }
            case '\\' -> {
                int escaped = ahead.is(at, "\\\"");
                if (escaped == Ahead.YES) {
                    fix(Fix.Kind.QUOTES, at, at + 2, "\"");
                    quoted.begin(Quoted.Role.VALUE, Quoted.ESCAPED, at + 2, false, false);
                    state = State.TEXT;
                    yield true;
                }
                yield escaped == Ahead.NO && startWord();
            }
            case '.', '\u2026' -> dotsBegin();
            case '<' -> {
                int tag = ahead.is(at, "</");
                yield tag == Ahead.YES ? breakOff() : tag == Ahead.NO && startWord();
            }
            default -> Signs.quote(feed.chars[at]) ? quoteBegins(feed.chars[at], 0) : startWord();
        };
    }

    /** A comma where a value should be. */
    private boolean noValue() {
        if (depth == 0) {
            return breakOff();
        }
        Frame frame = top();
        if (frame.name != null) {
            dropName();
            state = State.NEXT;
            return true;
        }
        fix(Fix.Kind.PUNCTUATION, at, at + 1, "");
        frame.commas = true;
        at++;
        return true;
    }

    private void dropName() {
        Frame frame = top();
        frame.textStart = -1;
        String name = frame.name;
        if (fixes.count(Fix.Kind.NAME_WITHOUT_VALUE)) {
            frame.name = null;
            fixes.keep(new Fix(Fix.Kind.NAME_WITHOUT_VALUE, place(), name == null ? "" : name, ""));
        }
        frame.name = null;
    }

    /** Opens a level, but not among joined texts: only texts are joined. */
    private boolean push(Frame.Kind kind, int from) {
        if (depth > 0 && top().joined != null) {
            endJoined(top());
            at = from;
            return breakOff();
        }
        if (depth == Json.MAX_DEPTH) {
            failure = "nested deeper than " + Json.MAX_DEPTH + " levels";
            result = null;
            state = State.DONE;
            return true;
        }
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, Math.max(8, 2 * depth));
        }
        if (frames[depth] == null) {
            frames[depth] = new Frame();
        }
        frames[depth].open(kind, from, fits ? here() : Checkpoint.ANYTHING);
        depth++;
        if (kind == Frame.Kind.GROUP) {
            fix(Fix.Kind.NOTATION, from, from + 1, "[");
        } else if (feed.chars[from] >= 0x80) {
            fix(Fix.Kind.BRACKET, from, from + 1, kind == Frame.Kind.OBJECT ? "{" : "[");
        }
        state = kind == Frame.Kind.OBJECT ? State.NAME : State.VALUE;
        return true;
    }

    /** The place of the value that is read next. */
    private Checkpoint here() {
        if (depth == 0) {
            return place;
        }
        Frame frame = top();
        if (!frame.object()) {
            return frame.place.item(frame.values.size());
        }
        String name = frame.name;
        return name == null ? Checkpoint.ANYTHING : frame.member(name);
    }

    /** Checks a value that has just ended. */
    private void check(Object value, boolean partsChecked) {
        if (!(value instanceof Json json)) {
            // What it is, only the whole of the schema can say.
            fits = false;
            return;
        }
        Checkpoint here = here();
        fits = partsChecked ? here.closes(json, pass) : here.accepts(json, pass);
        if (fits && depth > 0 && top().object() && top().values.isEmpty()) {
            Frame frame = top();
            String name = frame.name;
            frame.place = name == null ? frame.place : frame.place.after(name, json, pass);
        }
    }

    private boolean add(Object value) {
        return add(value, false);
    }

    /** Adds a value to what is open, or has the document by it. */
    private boolean add(Object value, boolean partsChecked) {
        if (fits) {
            check(value, partsChecked);
        }
        values++;
        if (watched != null) {
            watched.add(new Partial.Finished(placeOfNext(), Frame.plain(value)));
        }
        if (depth == 0) {
            result = value;
            state = State.DONE;
            return true;
        }
        Frame frame = top();
        if (frame.joined != null) {
            if (value instanceof Json.Str text) {
                frame.joined.append(text.value());
                state = State.NEXT;
                return true;
            }
            endJoined(frame);
            return breakOff();
        }
        frame.add(value);
        state = State.NEXT;
        return true;
    }

    private static void endJoined(Frame frame) {
        StringBuilder joined = frame.joined;
        if (joined != null) {
            frame.values.set(frame.values.size() - 1, new Json.Str(joined.toString()));
            frame.joined = null;
        }
    }

    // ---- texts

    private boolean quoteBegins(char quote, int prefix) {
        int content = at + prefix + 1;
        boolean name = state == State.NAME;
        boolean rawText =
                prefix > 0 && (feed.chars[at] == 'r' || feed.chars[at] == 'R' || feed.chars[at + prefix - 1] == 'r');
        int three = quote == '"' || quote == '\'' ? ahead.three(at + prefix, quote) : Ahead.NO;
        if (three == WAIT) {
            return false;
        }
        boolean tripled = three == Ahead.YES;
        if (tripled) {
            // An empty text and the quote of the next one.
            int after = ahead.significant(content + 2);
            if (after == WAIT) {
                return false;
            }
            tripled = after >= 0 && feed.chars[after] != ',' && feed.chars[after] != ':';
        }
        if (quote != '"' || prefix > 0 || tripled) {
            fix(Fix.Kind.QUOTES, at, content, "\"");
        }
        quoted.begin(
                name ? Quoted.Role.NAME : depth == 0 ? Quoted.Role.ROOT : Quoted.Role.VALUE,
                quote,
                tripled ? content + 2 : content,
                tripled,
                rawText);
        state = State.TEXT;
        return true;
    }

    private boolean text() {
        long before = quoted.steps;
        int answer = quoted.advance();
        steps += quoted.steps - before;
        if (answer == WAIT) {
            return false;
        }
        if (answer == END) {
            return unterminated();
        }
        String content = quoted.content();
        at = quoted.next;
        if (quoted.role == Quoted.Role.NAME) {
            top().name = content;
            state = State.COLON;
            return true;
        }
        Frame frame = depth > 0 ? top() : null;
        boolean joining = frame != null && frame.joined != null;
        add(new Json.Str(content));
        if (frame != null
                && !joining
                && state == State.NEXT
                && quoted.open == '"'
                && !quoted.tripled
                && quoted.inner == 0) {
            frame.textStart = quoted.start;
            frame.textEnd = quoted.end;
        }
        return true;
    }

    /** The text ended within quotes: cut off there, or the quote is missing at the very end. */
    private boolean unterminated() {
        if (quoted.role == Quoted.Role.NAME) {
            fix(Fix.Kind.NAME_WITHOUT_VALUE, quoted.start, feed.end, "");
            at = feed.end;
            return cutOff();
        }
        int limit = feed.end;
        if (fenced) {
            limit = beforeFence(quoted.start, limit);
        }
        boolean fence = limit < feed.end;
        int content = fence ? strip(quoted.start, limit) : limit;
        int brackets = closersAtEnd(quoted.start, content);
        StringBuilder out = new StringBuilder();
        if (brackets >= 0) {
            content = strip(quoted.start, brackets);
            content -= quoted.curlyAlone(content) ? 1 : 0;
        }
        quoted.decode(quoted.start, content, out);
        fix(brackets >= 0 || fence ? Fix.Kind.INNER_QUOTES : Fix.Kind.CUT_OFF, content, content, "\"");
        if (brackets >= 0) {
            at = brackets;
            return add(new Json.Str(out.toString()));
        }
        String text = trimHalf(out);
        at = limit;
        cut = !fence;
        if (depth > 0 && top().joined != null) {
            add(new Json.Str(text));
        } else {
            add(typed && cut ? new Written.Text(text, false, true) : new Json.Str(text));
        }
        return state == State.DONE || (cut ? cutOff() : breakOff());
    }

    /** Without half a character, raw or of an escape, at its end. */
    private static String trimHalf(StringBuilder text) {
        return Quoted.whole(text);
    }

    private int strip(int from, int to) {
        int end = to;
        while (end > from && Signs.space(feed.chars[end - 1])) {
            end--;
        }
        return end;
    }

    /** The line break before the first closing fence, or the limit. */
    private int beforeFence(int from, int limit) {
        for (int i = from; i + 3 < limit; i++) {
            if (feed.chars[i] == '\n'
                    && feed.chars[i + 1] == '`'
                    && feed.chars[i + 2] == '`'
                    && feed.chars[i + 3] == '`') {
                return i;
            }
        }
        return limit;
    }

    /**
     * Where the brackets begin that close everything that is open, if the text ends with exactly these and they are not paired
     * within it; else negative.
     */
    private int closersAtEnd(int from, int to) {
        int i = to;
        for (int level = 0; level < depth; level++) {
            while (i > from && Signs.space(feed.chars[i - 1])) {
                i--;
            }
            char closes = frames[level].object() ? '}' : ']';
            if (i <= from || feed.chars[i - 1] != closes) {
                return -1;
            }
            i--;
        }
        int braces = 0;
        for (int k = from; k < i; k++) {
            char c = feed.chars[k];
            braces += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        }
        return depth > 0 && braces <= 0 ? i : -1;
    }

    // ---- words without quotes

    private boolean startWord() {
        wordStart = at;
        wordScan = at;
        parentheses = 0;
        state = State.WORD;
        return true;
    }

    /** A number, a literal, or a text without quotes; up to what may follow a value. */
    private boolean word() {
        char[] chars = feed.chars;
        int i = wordScan;
        while (i < feed.end) {
            char c = Signs.plain(chars[i]);
            int stop = Ahead.NO;
            switch (c) {
                case '\n', '\r', ']', '}' -> stop = parentheses > 0 && c != '\n' && c != '\r' ? Ahead.NO : Ahead.YES;
                case ',' -> stop = parentheses > 0 ? Ahead.NO : thousands(i);
                case ';' ->
                    stop = i + 1 < feed.end
                            ? yes(Signs.space(chars[i + 1]) || "}]);".indexOf(chars[i + 1]) >= 0)
                            : feed.last ? Ahead.YES : WAIT;
                case ')' -> {
                    stop = parentheses > 0 ? Ahead.NO : Ahead.YES;
                    parentheses = Math.max(0, parentheses - 1);
                }
                case '{', '[' -> stop = Ahead.YES;
                case '(' -> {
                    if (callable(i)) {
                        int members = ahead.assigned(i + 1);
                        return members == WAIT ? waitIn(i) : call(i, members == Ahead.YES);
                    }
                    parentheses++;
                }
                case ':' -> stop = colonInWord(i);
                case '/', '#' -> stop = commentInWord(i, c);
                case '<' -> stop = ahead.is(i, "</");
                case '`' -> {
                    stop = ahead.is(i, "```");
                    if (stop == Ahead.NO) {
                        stop = yes(i > wordStart && i - wordStart < 80 && literals(wordText(wordStart, i)));
                    }
                }
                case '=' -> stop = i + 1 < feed.end ? arrowInWord(i) : feed.last ? Ahead.NO : WAIT;
                case '"', '\'', '\u201c', '\u201d' -> {
                    int went = quoteInWord(i);
                    if (went == WAIT) {
                        return waitIn(i);
                    }
                    if (went == Ahead.YES) {
                        return true;
                    }
                    stop = went == END ? Ahead.YES : Ahead.NO;
                }
                case '.' -> stop = dotsInWord(i);
                default -> {}
            }
            if (stop == WAIT) {
                return waitIn(i);
            }
            if (stop == Ahead.YES) {
                return endWord(i, i, false);
            }
            if (state != State.WORD) {
                return true;
            }
            i++;
        }
        steps += i - wordScan;
        wordScan = i;
        return feed.last && endWord(i, i, true);
    }

    private boolean waitIn(int i) {
        steps += i - wordScan;
        wordScan = i;
        return false;
    }

    private static int yes(boolean holds) {
        return holds ? Ahead.YES : Ahead.NO;
    }

    /** Whether a comma ends the word; within a number of a member it may part its thousands. */
    private int thousands(int i) {
        if (!inObject() || i == wordStart || !Signs.digit(feed.chars[i - 1])) {
            return Ahead.YES;
        }
        for (int k = 1; k <= 4; k++) {
            if (i + k >= feed.end) {
                return feed.last && k == 4 ? Ahead.NO : feed.last ? Ahead.YES : WAIT;
            }
            if (Signs.digit(feed.chars[i + k]) != k < 4) {
                return Ahead.YES;
            }
        }
        int after = ahead.significant(i + 4);
        if (after == WAIT) {
            return WAIT;
        }
        return yes(after >= 0 && Signs.plain(feed.chars[after]) == ':');
    }

    /** Whether a colon ends the word: it is a name after all, that of the next member, and the comma is missing. */
    private int colonInWord(int i) {
        if (i + 1 >= feed.end) {
            return feed.last ? Ahead.NO : WAIT;
        }
        char after = feed.chars[i + 1];
        boolean apart = Signs.space(after) || Signs.quote(after) || after == '{' || after == '[';
        int from = lastWord(i);
        if (from <= wordStart) {
            return yes(apart && !inObject());
        }
        boolean named = Character.isLetter(feed.chars[from]) || feed.chars[from] == '_' || feed.chars[from] == '$';
        boolean known = from - wordStart > 60 || Written.word(wordText(wordStart, from)) instanceof Json.Str;
        if (inObject() && named && after != '/' && (apart || !known)) {
            int stop = from;
            endWord(stop, from, false);
        }
        return Ahead.NO;
    }

    /** As {@link #colonInWord} where an arrow stands for the colon, or an equals sign: {@code {a => 1 b => 2}}. */
    private int arrowInWord(int i) {
        int from = inObject() ? lastWord(i) : wordStart;
        boolean arrow = feed.chars[i + 1] == '>';
        boolean named = from > wordStart && Character.isLetter(feed.chars[from]);
        if (named && (arrow || from - wordStart < 60 && literals(wordText(wordStart, from)))) {
            endWord(from, from, false);
        }
        return Ahead.NO;
    }

    /** Where the last of several words before a place begins; where the first does, if it is the only one. */
    private int lastWord(int before) {
        int least = Math.max(wordStart, before - 64);
        int i = before;
        while (i > least && blank(feed.chars[i - 1])) {
            i--;
        }
        while (i > least && !blank(feed.chars[i - 1])) {
            i--;
        }
        return i > least ? i : wordStart;
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether all words are numbers or literals. */
    private static boolean literals(String words) {
        for (String word : words.split("\\s+")) {
            if (Written.word(word) instanceof Json.Str) {
                return false;
            }
        }
        return true;
    }

    /** Whether dots follow a value directly: {@code 3...}. */
    private int dotsInWord(int i) {
        int dots = i - wordStart > 40 ? Ahead.NO : ahead.is(i, "...");
        return dots == Ahead.YES ? yes(!(Written.word(wordText(wordStart, i)) instanceof Json.Str)) : dots;
    }

    private int commentInWord(int i, char c) {
        boolean apart = i > wordStart && Signs.space(feed.chars[i - 1]);
        if (!apart && (c == '#' || i - wordStart > 40 || Written.word(wordText(wordStart, i)) instanceof Json.Str)) {
            return Ahead.NO;
        }
        if (c == '#') {
            return Ahead.YES;
        }
        int line = ahead.is(i, "//");
        return line == Ahead.NO ? ahead.is(i, "/*") : line;
    }

    /**
     * A quote in a word. {@link Ahead#YES}: something else began; {@link Ahead#NO}: it belongs to the word; {@link Ahead#END}: it
     * ends the word.
     */
    private int quoteInWord(int i) {
        char c = feed.chars[i];
        String word = feed.text(wordStart, Math.min(i, wordStart + 3));
        if (i - wordStart <= 2 && prefix(word)) {
            at = wordStart;
            return quoteBegins(c, i - wordStart) ? Ahead.YES : WAIT;
        }
        if (c == '\'' && i > wordStart && Character.isLetter(feed.chars[i - 1])) {
            if (i + 1 >= feed.end) {
                return feed.last ? Ahead.NO : WAIT;
            }
            if (Character.isLetter(feed.chars[i + 1])) {
                return Ahead.NO;
            }
        }
        int after = ahead.significant(i + 1);
        if (after == WAIT) {
            return WAIT;
        }
        Frame frame = depth > 0 ? top() : null;
        if (frame != null && !frame.object() && frame.commas && trialFailed(frame)) {
            return Ahead.YES;
        }
        char d = after < 0 ? ',' : Signs.plain(feed.chars[after]);
        if (d == ',' || d == '}' || d == ']') {
            // "hello" without its first quote.
            fix(Fix.Kind.INNER_QUOTES, i, i + 1, "");
            endWord(i, i + 1, false);
            return Ahead.YES;
        }
        return i > wordStart && Signs.space(feed.chars[i - 1]) || c != '\'' ? END : Ahead.NO;
    }

    private static boolean prefix(String word) {
        return switch (word) {
            case "u", "b", "r", "f", "U", "B", "R", "F", "rb", "br", "Rb", "rf", "fr", "@", "$" -> true;
            default -> false;
        };
    }

    private boolean callable(int i) {
        if (i - wordStart > 80) {
            return false;
        }
        String word = wordText(wordStart, i);
        if (word.startsWith("new ")) {
            word = word.substring(4).strip();
        }
        if (word.isEmpty() || word.length() > 64 || i > wordStart && Signs.space(feed.chars[i - 1])) {
            return false;
        }
        for (int k = 0; k < word.length(); k++) {
            char c = word.charAt(k);
            if (!(Character.isLetter(c) || c == '_' || c == '.' || c == ':' || c == '$' || k > 0 && Signs.digit(c))) {
                return false;
            }
        }
        return true;
    }

    /** @param members whether its arguments have names: {@code dict(a=1)}, {@code Point(x=1, y=2)} */
    private boolean call(int i, boolean members) {
        int from = wordStart;
        fix(Fix.Kind.NOTATION, from, i + 1, members ? "{" : "");
        at = i + 1;
        return push(members ? Frame.Kind.OBJECT : Frame.Kind.CALL, from);
    }

    private String wordText(int from, int to) {
        int a = from;
        int b = to;
        while (a < b && Signs.space(feed.chars[a])) {
            a++;
        }
        while (b > a && Signs.space(feed.chars[b - 1])) {
            b--;
        }
        return feed.text(a, b);
    }

    /** Makes a value of the word that ends before {@code stop}. */
    private boolean endWord(int stop, int goOn, boolean ended) {
        steps += Math.max(0, stop - wordScan);
        String word = wordText(wordStart, stop);
        for (int i = wordStart + word.length(); i < stop; i++) {
            if (feed.chars[i] != ' ' && feed.chars[i] != '\t') {
                fix(Fix.Kind.WHITE_SPACE, i, i + 1, " ");
            }
        }
        at = goOn;
        if (ended && depth > 0) {
            return cutWord(word);
        }
        if (depth > 0 && !top().object() && word.indexOf(' ') > 0 && numbers(word)) {
            return true;
        }
        return add(meaning(word, false));
    }

    /** {@code [1 2 3]}: several values without commas. */
    private boolean numbers(String word) {
        if (!literals(word)) {
            return false;
        }
        for (String part : word.split("\\s+")) {
            fix(Fix.Kind.PUNCTUATION, at, at, ",");
            add(meaning(part, false));
        }
        return true;
    }

    /** The text ended with this word: is it all of it? */
    private boolean cutWord(String word) {
        boolean number = !word.isEmpty() && (Signs.digit(word.charAt(0)) || "+-.".indexOf(word.charAt(0)) >= 0);
        boolean partly = number
                ? !Signs.digit(word.charAt(word.length() - 1)) && Written.word(word + "0") instanceof Json.Num
                : Cut.literal(word);
        cut = true;
        if (partly) {
            fix(Fix.Kind.CUT_OFF, wordStart, feed.end, "");
            if (top().name != null) {
                dropName();
            }
            return cutOff();
        }
        add(meaning(word, true));
        return cutOff();
    }

    private Object meaning(String word, boolean atEnd) {
        Json plain = Written.word(word);
        boolean text = plain instanceof Json.Str;
        if (text) {
            words++;
            fix(Fix.Kind.QUOTES, wordStart, wordStart, "\"");
        } else if (!word.equals(plain.toString())) {
            fixWord(word, plain);
        }
        if (typed && (text || !word.equals(plain.toString()))) {
            return new Written.Text(word, true, atEnd && text);
        }
        return plain;
    }

    private void fixWord(String word, Json plain) {
        boolean json = plain instanceof Json.Num && Cut.jsonNumber(word);
        if (!json && fixes.count(Fix.Kind.LITERAL)) {
            fixes.keep(new Fix(Fix.Kind.LITERAL, place(), word, plain.toString()));
        }
    }

    // ---- names

    private boolean name() {
        int c = significant();
        if (c < 0) {
            return c == END && cutOff();
        }
        Frame frame = top();
        return switch (c) {
            case '"' -> quoteBegins('"', 0);
            case '}', ']', ')' -> closer((char) c);
            case ',', ';' -> {
                fix(Fix.Kind.PUNCTUATION, at, at + 1, "");
                at++;
                yield true;
            }
            case '{' -> braceForName(frame);
            case ':' -> {
                // :name => 1, a symbol of Ruby's.
                if (at + 1 >= feed.end && !feed.last) {
                    yield false;
                }
                if (at + 1 >= feed.end || !Character.isLetter(feed.chars[at + 1])) {
                    yield bareName(frame);
                }
                fix(Fix.Kind.PUNCTUATION, at, at + 1, "");
                at++;
                yield true;
            }
            case '.', '\u2026' -> dotsBegin();
            case '`' -> {
                int fence = ahead.is(at, "```");
                if (fence != Ahead.NO) {
                    yield fence == Ahead.YES && breakOff();
                }
                yield quoteBegins('`', 0);
            }
            case '\\' -> {
                int escaped = ahead.is(at, "\\\"");
                if (escaped == Ahead.YES) {
                    fix(Fix.Kind.QUOTES, at, at + 2, "\"");
                    quoted.begin(Quoted.Role.NAME, Quoted.ESCAPED, at + 2, false, false);
                    state = State.TEXT;
                    yield true;
                }
                yield escaped == Ahead.NO && bareName(frame);
            }
            default -> Signs.quote(feed.chars[at]) ? quoteBegins(feed.chars[at], 0) : bareName(frame);
        };
    }

    /** A brace where a name should be: the one before it was one too many, or the one that ends the item is missing. */
    private boolean braceForName(Frame frame) {
        if (frame.values.isEmpty()) {
            fix(Fix.Kind.BRACKET, at, at + 1, "");
            at++;
            return true;
        }
        if (depth > 1 && frames[depth - 2].kind == Frame.Kind.ARRAY) {
            fix(Fix.Kind.BRACKET, at, at, "}");
            pop(false);
            state = State.VALUE;
            return true;
        }
        return breakOff();
    }

    /** A name without quotes. Its end is looked for within a bound; what is longer is none. */
    private boolean bareName(Frame frame) {
        for (int size = 1; size <= 2; size++) {
            if (at + size >= feed.end) {
                if (!feed.last) {
                    return false;
                }
            } else if ((feed.chars[at + size] == '"' || feed.chars[at + size] == '\'')
                    && prefix(feed.text(at, at + size))) {
                return quoteBegins(feed.chars[at + size], size);
            }
        }
        int limit = Math.min(feed.end, at + Ahead.SPAN);
        int i = at;
        while (i < limit && !endsName(i)) {
            i++;
        }
        steps += i - at;
        if (i == feed.end && !feed.last && i < at + Ahead.SPAN) {
            return false;
        }
        if (i >= at + Ahead.SPAN) {
            return breakOff();
        }
        String word = wordText(at, i);
        if (i == feed.end) {
            fix(Fix.Kind.NAME_WITHOUT_VALUE, at, i, "");
            at = i;
            return cutOff();
        }
        char c = Signs.plain(feed.chars[i]);
        if (c == ':' || c == '=') {
            if (word.isEmpty() || !nameLike(word)) {
                return breakOff();
            }
            fix(Fix.Kind.QUOTES, at, i, "\"");
            frame.name = word;
            at = i;
            state = State.COLON;
            return true;
        }
        return oddName(frame, word, i, c);
    }

    private boolean endsName(int i) {
        return switch (Signs.plain(feed.chars[i])) {
            case ':', '=', ',', '}', ']', '{', '[', '(', ')', '"', '\n', '\r', ';', '`', '<' -> true;
            case '\'' ->
                i > at
                        && !(i + 1 < feed.end
                                && Character.isLetter(feed.chars[i + 1])
                                && Character.isLetter(feed.chars[i - 1]));
            default -> false;
        };
    }

    /** A word where a name should be, and no colon after it. */
    private boolean oddName(Frame frame, String word, int stop, char c) {
        boolean quote = Signs.quote(feed.chars[stop]);
        if (quote) {
            int colon = ahead.significant(stop + 1);
            if (colon == WAIT) {
                return false;
            }
            if (colon >= 0 && Signs.plain(feed.chars[colon]) == ':' && !word.isEmpty()) {
                // name": 1
                fix(Fix.Kind.INNER_QUOTES, at, stop + 1, "\"");
                frame.name = word;
                at = stop + 1;
                state = State.COLON;
                return true;
            }
            if (!frame.noColons && trialFailed(frame)) {
                return true;
            }
        }
        if ((quote || c == '{' || c == '[') && nameLike(word) && word.indexOf(' ') < 0 && !word.isEmpty()) {
            // name "Fay"
            fix(Fix.Kind.QUOTES, at, stop, "\"");
            frame.noColons = true;
            frame.name = word;
            at = stop;
            state = State.COLON;
            return true;
        }
        boolean one = c == '}' && (depth > 1 || !(Written.word(word) instanceof Json.Str));
        boolean list = frame.values.isEmpty() && (c == ',' || one) && !word.isEmpty();
        if (list) {
            // {1, 2, 3}
            fix(Fix.Kind.NOTATION, frame.start, frame.start + 1, "[");
            frame.become(Frame.Kind.ARRAY);
            at = stop;
            wordStart = stop - word.length();
            return add(meaning(word, false));
        }
        if (c == ',' && trialFailed(frame)) {
            return true;
        }
        if ((c == ',' || c == '}') && nameLike(word) && word.indexOf(' ') < 0) {
            fix(Fix.Kind.NAME_WITHOUT_VALUE, at, stop, "");
            at = stop;
            state = State.NEXT;
            return true;
        }
        return breakOff();
    }

    private static boolean nameLike(String word) {
        int gaps = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == ' ') {
                gaps++;
            } else if (!Signs.name(c)
                    && !Signs.space(c)
                    && c != '#'
                    && c != '%'
                    && c != '\''
                    && c != '?'
                    && c != '&'
                    && c != '+') {
                return false;
            }
        }
        return gaps <= 4;
    }

    /**
     * What followed the comma is no member or item: the quote before the comma did not end the text. Goes back into the text;
     * whether there was one.
     */
    private boolean trialFailed(Frame frame) {
        if (!frame.comma || frame.textStart < 0) {
            return false;
        }
        int from = frame.textStart;
        int quote = frame.textEnd;
        if (quote <= frame.failedQuote) {
            return false;
        }
        frame.failedQuote = quote;
        frame.removeLast();
        frame.textStart = -1;
        fix(Fix.Kind.INNER_QUOTES, quote, quote + 1, "\\\"");
        quoted.resume(Quoted.Role.VALUE, from, quote);
        state = State.TEXT;
        return true;
    }

    private boolean colon() {
        int c = significant();
        Frame frame = top();
        if (c < 0) {
            if (c == END) {
                dropName();
                return cutOff();
            }
            return false;
        }
        return switch (c) {
            case ':' -> {
                if (feed.chars[at] != ':') {
                    fix(Fix.Kind.PUNCTUATION, at, at + 1, ":");
                }
                at++;
                state = State.VALUE;
                yield true;
            }
            case '=', ';' -> {
                fix(Fix.Kind.PUNCTUATION, at, at + 1, ":");
                at++;
                state = State.VALUE;
                yield true;
            }
            case '-' -> {
                int arrow = ahead.is(at, "->");
                if (arrow == WAIT) {
                    yield false;
                }
                int arrowEnd = arrow == Ahead.YES ? at + 2 : at;
                fix(Fix.Kind.PUNCTUATION, at, arrowEnd, ":");
                at = arrowEnd;
                state = State.VALUE;
                yield true;
            }
            case ',', '}', ']' -> nameWithoutColon(frame, (char) c);
            default -> {
                fix(Fix.Kind.PUNCTUATION, at, at, ":");
                frame.noColons = true;
                state = State.VALUE;
                yield true;
            }
        };
    }

    private boolean nameWithoutColon(Frame frame, char c) {
        String name = frame.name == null ? "" : frame.name;
        if (quoted.role == Quoted.Role.NAME && quoted.inner > 0 && trialFailed(frame)) {
            return true;
        }
        if (!frame.comma && !frame.values.isEmpty() && frame.values.getLast() instanceof Json.Str before) {
            // "a" "b": two texts that are one.
            fits = false;
            frame.name = null;
            fix(Fix.Kind.NOTATION, at, at, "");
            frame.values.set(frame.values.size() - 1, new Json.Str(before.value() + name));
            state = State.NEXT;
            return true;
        }
        if (frame.values.isEmpty() && c != ']' && (c == ',' || depth > 1)) {
            fix(Fix.Kind.NOTATION, frame.start, frame.start + 1, "[");
            frame.become(Frame.Kind.ARRAY);
            frame.name = null;
            return add(new Json.Str(name));
        }
        dropName();
        state = State.NEXT;
        return true;
    }

    // ---- after a value

    private boolean next() {
        int c = significant();
        if (c < 0) {
            if (c == END) {
                return cutOff();
            }
            return false;
        }
        Frame frame = top();
        int joins = c == '+' ? Ahead.YES : c == '.' ? dotJoins(frame) : Ahead.NO;
        if (joins == WAIT) {
            return false;
        }
        if (joins == Ahead.YES) {
            return join(frame);
        }
        if (frame.joined != null) {
            endJoined(frame);
        }
        return switch (c) {
            case ',' -> {
                if (feed.chars[at] != ',') {
                    fix(Fix.Kind.PUNCTUATION, at, at + 1, ",");
                }
                yield comma(frame);
            }
            case ';' -> {
                fix(Fix.Kind.PUNCTUATION, at, at + 1, ",");
                yield comma(frame);
            }
            case '}', ']', ')' -> closer((char) c);
            case ':', '=' -> nameInArray(frame);
            case '`' -> {
                int fence = ahead.is(at, "```");
                if (fence != Ahead.NO) {
                    yield fence == Ahead.YES && breakOff();
                }
                yield moreWithoutComma(frame, c);
            }
            case '<' -> breakOff();
            case '.', '\u2026' -> {
                int three = c == '.' ? ahead.is(at, "..") : Ahead.YES;
                yield three == Ahead.YES ? dotsBegin() : three == Ahead.NO && breakOff();
            }
            default -> moreWithoutComma(frame, c);
        };
    }

    private boolean comma(Frame frame) {
        frame.comma = true;
        frame.commas = true;
        at++;
        state = frame.object() ? State.NAME : State.VALUE;
        return true;
    }

    /** Whether a single dot stands between two texts, as PHP joins them. */
    private int dotJoins(Frame frame) {
        if (frame.joined == null && (frame.values.isEmpty() || !(frame.values.getLast() instanceof Json.Str))) {
            return Ahead.NO;
        }
        int next = ahead.significant(at + 1);
        return next == WAIT ? WAIT : yes(next >= 0 && Signs.quote(feed.chars[next]));
    }

    private boolean join(Frame frame) {
        if (frame.joined == null) {
            if (frame.values.isEmpty() || !(frame.values.getLast() instanceof Json.Str first)) {
                return breakOff();
            }
            frame.joined = new StringBuilder(first.value());
            fits = false;
            fix(Fix.Kind.NOTATION, at, at + 1, "");
        }
        at++;
        state = State.VALUE;
        return true;
    }

    /** A colon after an item: the item is the name of the next member, and the array's bracket is missing. */
    private boolean nameInArray(Frame frame) {
        if (frame.kind == Frame.Kind.ARRAY
                && frame.values.size() == 1
                && !frame.commas
                && frame.values.getFirst() instanceof Json.Str name) {
            // ["a": 1], ['a' => 1]
            frame.values.clear();
            frame.become(Frame.Kind.OBJECT);
            frame.name = name.value();
            fix(Fix.Kind.NOTATION, frame.start, frame.start + 1, "{");
            state = State.COLON;
            return true;
        }
        boolean named = frame.kind == Frame.Kind.ARRAY
                && depth > 1
                && frames[depth - 2].object()
                && !frame.values.isEmpty()
                && frame.values.size() > 1
                && Frame.plain(frame.values.getLast()) instanceof Json.Str;
        if (!named) {
            return breakOff();
        }
        String name = ((Json.Str) Frame.plain(frame.removeLast())).value();
        fix(Fix.Kind.BRACKET, at, at, "]");
        pop(false);
        top().name = name;
        state = State.COLON;
        return true;
    }

    /** Something follows a value that is neither comma nor bracket: a comma is missing, or the document has ended. */
    private boolean moreWithoutComma(Frame frame, int c) {
        boolean begins = c == '{' || c == '[' || Signs.quote(feed.chars[at]);
        if (frame.object()) {
            if (c == '{' || c == '[' || c == '(') {
                return c == '{' && depth > 1 && frames[depth - 2].kind == Frame.Kind.ARRAY
                        ? braceForName(frame)
                        : breakOff();
            }
            if (!begins) {
                int name = bareNameAhead();
                if (name == WAIT) {
                    return false;
                }
                begins = name == Ahead.YES;
            }
        } else if (!begins) {
            int item = itemAhead(c);
            if (item == WAIT) {
                return false;
            }
            begins = item == Ahead.YES;
        }
        if (!begins) {
            return breakOff();
        }
        fix(Fix.Kind.PUNCTUATION, at, at, ",");
        state = frame.object() ? State.NAME : State.VALUE;
        return true;
    }

    private int bareNameAhead() {
        int end = ahead.wordsEnd(at);
        if (end == WAIT) {
            return WAIT;
        }
        if (end < 0) {
            return Ahead.NO;
        }
        char c = Signs.plain(feed.chars[end]);
        boolean plausible = c == ':' || c == '"';
        String word = wordText(at, end);
        int equals = word.indexOf('=');
        if (equals > 0) {
            return yes(nameLike(word.substring(0, equals).strip()));
        }
        return yes(plausible && nameLike(word) && (word.indexOf(' ') < 0 || c == ':' && gaps(word) == 1));
    }

    private static int gaps(String word) {
        int gaps = 0;
        for (int i = 0; i < word.length(); i++) {
            gaps += word.charAt(i) == ' ' ? 1 : 0;
        }
        return gaps;
    }

    private int itemAhead(int c) {
        if (c == '-' || Signs.digit((char) c)) {
            return Ahead.YES;
        }
        int literal = ahead.literal(at);
        if (literal != Ahead.NO) {
            return literal;
        }
        int end = ahead.wordsEnd(at);
        if (end == WAIT) {
            return WAIT;
        }
        return yes(end >= 0 && (feed.chars[end] == ',' || feed.chars[end] == ']'));
    }

    // ---- dots

    private boolean dotsBegin() {
        char c = feed.chars[at];
        if (c == '.') {
            if (at + 1 >= feed.end) {
                return feed.last && startDots();
            }
            if (feed.chars[at + 1] != '.') {
                if (state == State.VALUE) {
                    return startWord();
                }
                return breakOff();
            }
        }
        return startDots();
    }

    private boolean startDots() {
        fix(Fix.Kind.COMMENT, at, at + 1, "");
        if (depth == 0) {
            return breakOff();
        }
        if (top().name != null) {
            dropName();
        }
        state = State.DOTS;
        return true;
    }

    /** Passes over what stands in the place of something left out. */
    private boolean dots() {
        int i = at;
        while (i < feed.end) {
            char c = Signs.plain(feed.chars[i]);
            if (c == ',' || c == ']' || c == '}' || c == '\n' || c == '`') {
                break;
            }
            i++;
        }
        steps += i - at;
        at = i;
        if (i == feed.end) {
            return feed.last && cutOff();
        }
        state = State.NEXT;
        Frame frame = top();
        if (feed.chars[i] == ',' && !frame.comma && frame.values.isEmpty()) {
            at++;
            state = frame.object() ? State.NAME : State.VALUE;
        }
        return true;
    }

    // ---- brackets

    private boolean closer(char c) {
        if (depth == 0) {
            return breakOff();
        }
        Frame frame = top();
        if (frame.comma && frame.kind != Frame.Kind.GROUP) {
            fix(Fix.Kind.PUNCTUATION, at, at, "");
            frame.comma = false;
        }
        if (matches(frame, c)) {
            if (depth == 1) {
                state = State.CLOSED;
                return true;
            }
            at++;
            return pop(false);
        }
        return wrongCloser(c);
    }

    private boolean matches(Frame frame, char c) {
        return switch (frame.kind) {
            case OBJECT -> c == '}' || c == ']' && feed.chars[frame.start] == '[' || c == ')' && members(frame);
            case ARRAY -> c == ']' || c == '}' && feed.chars[frame.start] == '{';
            case GROUP, CALL -> c == ')';
        };
    }

    /** The outermost bracket. One too many, where a member in quotes follows. */
    private boolean closed() {
        int after = ahead.significant(at + 1);
        if (after == WAIT) {
            return false;
        }
        while (after >= 0 && (feed.chars[after] == '}' || feed.chars[after] == ']')) {
            after = ahead.significant(after + 1);
            if (after == WAIT) {
                return false;
            }
            if (after > at + Ahead.SPAN) {
                after = END;
            }
        }
        if (after >= 0 && feed.chars[after] == ',' && top().object()) {
            int name = ahead.significant(after + 1);
            if (name == WAIT) {
                return false;
            }
            int more = name < 0 ? Ahead.NO : ahead.quotedName(name);
            if (more == WAIT) {
                return false;
            }
            if (more == Ahead.YES) {
                fix(Fix.Kind.BRACKET, at, at + 1, "");
                at++;
                state = State.NEXT;
                return true;
            }
        }
        at++;
        return pop(false);
    }

    /**
     * A bracket that does not fit what is open innermost. Either those within are missing theirs, or it is of the wrong kind, or
     * one too many: what follows it tells, since it must fit what is open then.
     */
    private boolean wrongCloser(char c) {
        int follows = ahead.significant(at + 1);
        if (follows == WAIT) {
            return false;
        }
        char d = follows < 0 ? 0 : Signs.plain(feed.chars[follows]);
        int named = Ahead.NO;
        if (d == ',') {
            int after = ahead.significant(follows + 1);
            named = after == WAIT ? WAIT : after < 0 ? Ahead.NO : ahead.name(after);
            if (named == WAIT) {
                return false;
            }
        }
        int through = -1;
        for (int level = depth - 2; level >= 0 && through < 0; level--) {
            through = matches(frames[level], c) ? level : -1;
        }
        boolean name = named == Ahead.YES;
        if (through >= 0 && fits(through, d, name)) {
            return closeThrough(through);
        }
        if (fits(depth - 1, d, name)) {
            return substitute();
        }
        if (fits(depth, d, name)) {
            return ignore();
        }
        return through >= 0 ? closeThrough(through) : substitute();
    }

    /** Whether what follows may follow when so many levels are open. */
    private boolean fits(int levels, char follows, boolean name) {
        if (levels == 0) {
            return follows != ',' && follows != '}' && follows != ']';
        }
        Frame frame = frames[levels - 1];
        return switch (follows) {
            case ',' -> name == frame.object();
            case '}' -> frame.object();
            case ']' -> frame.kind == Frame.Kind.ARRAY;
            case ')' -> frame.kind == Frame.Kind.GROUP || frame.kind == Frame.Kind.CALL;
            default -> false;
        };
    }

    private boolean closeThrough(int level) {
        fix(Fix.Kind.BRACKET, at, at, "");
        while (depth > level + 1) {
            pop(false);
        }
        state = State.NEXT;
        return closer(Signs.plain(feed.chars[at]));
    }

    private boolean substitute() {
        fix(Fix.Kind.BRACKET, at, at + 1, top().object() ? "}" : "]");
        at++;
        return pop(false);
    }

    private boolean ignore() {
        fix(Fix.Kind.BRACKET, at, at + 1, "");
        at++;
        state = State.NEXT;
        return true;
    }

    /** Closes the innermost level. */
    private boolean pop(boolean cutHere) {
        Frame frame = top();
        endJoined(frame);
        Object value = switch (frame.kind) {
            case OBJECT, ARRAY -> frame.close(cutHere && typed, this);
            case GROUP -> grouped(frame, cutHere);
            case CALL -> called(frame);
        };
        depth--;
        return add(value, frame.partsChecked);
    }

    /** What stands in parentheses: one value is that value, texts without commas are one text, the rest is an array. */
    private Object grouped(Frame frame, boolean cutHere) {
        if (frame.commas || frame.values.isEmpty()) {
            return frame.close(cutHere && typed, this);
        }
        if (frame.values.size() == 1) {
            return frame.values.getFirst();
        }
        StringBuilder text = new StringBuilder();
        for (Object value : frame.values) {
            if (!(value instanceof Json.Str part)) {
                return frame.close(cutHere && typed, this);
            }
            text.append(part.value());
        }
        return new Json.Str(text.toString());
    }

    /** Notes that a member was dropped for a later one of its name. */
    void duplicate(String name, Json before, Json after) {
        if (fixes.count(Fix.Kind.DUPLICATE)) {
            String place = placeOfTop() + "/" + name.replace("~", "~0").replace("/", "~1");
            fixes.keep(new Fix(Fix.Kind.DUPLICATE, place, clip(before), clip(after)));
        }
    }

    private static String clip(Json value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    /** Whether the text between two places begins as a document does. */
    boolean holdsDocument(int from, int to) {
        for (int i = from; i < to; i++) {
            char c = feed.chars[i];
            if (c == '\\' && i + 1 < to) {
                i++;
            } else if (!Signs.space(c)) {
                return c == '{' || c == '[';
            }
        }
        return false;
    }

    /**
     * The one argument of a type's call, {@code ObjectId("…")}; of a function's call, and of several arguments, the text as written,
     * for what they mean is not known.
     */
    private Object called(Frame frame) {
        int paren = frame.start;
        while (paren < at && feed.chars[paren] != '(' && paren < frame.start + 80) {
            paren++;
        }
        String name = wordText(frame.start, paren);
        String type = name.substring(name.lastIndexOf('.') + 1);
        boolean made = name.startsWith("new ")
                || !type.isEmpty() && Character.isUpperCase(type.charAt(0))
                || TYPES.contains(type.replaceAll("[0-9]+$", ""));
        if (frame.values.size() == 1 && made) {
            Object value = frame.values.getFirst();
            Json pairs =
                    MAPS.contains(type.startsWith("new ") ? type.substring(4).strip() : type)
                            ? object(Frame.plain(value))
                            : null;
            return pairs == null ? value : pairs;
        }
        if (!frame.values.isEmpty()) {
            return new Json.Str(feed.text(frame.start, Math.min(at, feed.end)));
        }
        return switch (name) {
            case "set", "list", "tuple", "frozenset", "array" -> Json.Arr.EMPTY;
            case "dict", "OrderedDict" -> Json.Obj.EMPTY;
            default -> Json.NULL;
        };
    }

    /** Types whose names begin in lower case, in Python's and SQL's manner. */
    private static final Set<String> TYPES = Set.of(
            "set",
            "list",
            "tuple",
            "dict",
            "frozenset",
            "deque",
            "array",
            "str",
            "int",
            "float",
            "bool",
            "bytes",
            "datetime",
            "date",
            "time",
            "timestamp",
            "uuid",
            "decimal",
            "number",
            "string",
            "boolean",
            "double",
            "long",
            "defaultdict",
            "complex",
            "ndarray",
            "tensor",
            "fromisoformat",
            "objectid");

    private static final Set<String> MAPS = Set.of("dict", "OrderedDict", "Map");

    /** An object of pairs of names and values; null where they are none. */
    private static @Nullable Json object(Json pairs) {
        if (!(pairs instanceof Json.Arr list) || list.size() == 0) {
            return null;
        }
        List<String> names = new ArrayList<>(list.size());
        List<Json> values = new ArrayList<>(list.size());
        for (Json each : list) {
            if (!(each instanceof Json.Arr pair && pair.size() == 2 && pair.get(0) instanceof Json.Str key)) {
                return null;
            }
            names.add(key.value());
            values.add(pair.get(1));
        }
        return Json.Obj.of(names, values);
    }

    // ---- the end

    /** The text ended: everything that is open ends with it. */
    private boolean cutOff() {
        if (state == State.DONE) {
            return true;
        }
        at = feed.end;
        cut = depth > 0;
        if (depth > 0) {
            fix(Fix.Kind.CUT_OFF, at, at, "");
        }
        return closeAll(true);
    }

    /** What comes cannot belong to the document: everything that is open ends here. */
    private boolean breakOff() {
        if (depth > 0) {
            fix(Fix.Kind.BRACKET, at, at, "");
        }
        return closeAll(false);
    }

    private boolean closeAll(boolean cutHere) {
        if (depth > 0 && top().name != null) {
            dropName();
        }
        while (depth > 0) {
            pop(cutHere);
            if (depth > 0 && top().name != null) {
                dropName();
            }
        }
        state = State.DONE;
        return true;
    }

    // ---- fixes

    /** Notes a fix. Before and after are the text between the places and {@code after}. */
    void fix(Fix.Kind kind, int from, int to, String after) {
        if (fixes.count(kind)) {
            fixes.keep(new Fix(kind, place(), feed.clip(from, Math.min(to, feed.end)), after));
        }
    }

    /** The place of a value that is about to be added. */
    private String placeOfNext() {
        return place(depth);
    }

    private String place() {
        return place(depth);
    }

    private String placeOfTop() {
        return place(depth - 1);
    }

    /** The JSON Pointer of the value that is being read within so many levels. */
    private String place(int levels) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            Frame frame = frames[i];
            if (!frame.object()) {
                out.append('/').append(frame.values.size());
            } else if (frame.name != null) {
                out.append('/').append(frame.name.replace("~", "~0").replace("/", "~1"));
            }
        }
        return out.toString();
    }

    // ---- for one who watches

    /** The document so far; its growing text included. */
    Json sofar() {
        Json inner = growing() == null ? null : new Json.Str(quoted.sofar());
        for (int level = depth - 1; level >= 0; level--) {
            inner = frames[level].sofar(inner);
        }
        return inner == null ? Json.NULL : inner;
    }

    /** The place of the value that is being read. */
    String growingPlace() {
        Frame frame = depth == 0 ? null : top();
        boolean within =
                frame != null && frame.object() ? frame.name != null : state == State.TEXT || state == State.WORD;
        return within ? place(depth) : place(depth - 1);
    }

    /** The text that is growing just now; null where none is. */
    @Nullable
    Quoted growing() {
        return state == State.TEXT && quoted.role != Quoted.Role.NAME ? quoted : null;
    }
}
