package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Checkpoint;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the documents in a text: passes over prose, fences, tags and thoughts, and has a {@link DocumentReader} read wherever one
 * may begin. A bracket in prose is told from the beginning of a document by what directly follows it.
 *
 * <p>Not thread-safe.
 */
final class Finder {
    private enum State {
        OUTSIDE,
        /** Between a thought's tags. */
        THOUGHT,
        READING,
        /** Reading a document that is escaped as a whole, by a finder of its own. */
        UNESCAPING,
        DONE
    }

    /** More documents than this say nothing new; the first and the last are the likely ones. */
    private static final int MOST = 64;

    /** How often a text may be escaped as a whole. */
    private static final int LEVELS = 3;

    /** Only a small document can be mistaken for brackets in prose. */
    private static final int SMALL = 16;

    private static final Set<String> THOUGHTS = Set.of(
            "think",
            "thinking",
            "thought",
            "thoughts",
            "reasoning",
            "reflection",
            "analysis",
            "scratchpad",
            "inner_monologue",
            "internal_monologue",
            "chain_of_thought",
            "cot",
            "antthinking",
            "reason");

    private static final String CDATA = "<![CDATA[";

    private static final String CHANNEL = "channel";

    /** Opening brackets as HTML entities: then all of the document is escaped. */
    private static final String[] BRACKETS = {
        "&lbrace;", "&lcub;", "&#123;", "&#x7b;", "&#x7B;", "&lbrack;", "&lsqb;", "&#91;", "&#x5b;", "&#x5B;"
    };

    private final Feed feed;
    private final @Nullable Checkpoint place;
    private final int level;
    private final Ahead ahead;
    private final DocumentReader reader;
    final List<Candidate> candidates = new ArrayList<>();

    private State state = State.OUTSIDE;
    private int at;

    /** Nothing but white space and marks since the text, a fence or a tag began: a text in quotes may be a document here. */
    private boolean fresh = true;

    /** Nothing but white space since the line began. */
    private boolean lineStart = true;

    private boolean inFence;
    private boolean jsonFence;
    private char fenceSign;
    private boolean inTag;
    private boolean inComment;
    private int group;

    /** Nothing but separators since the last document ended. */
    private boolean separated;

    private boolean prose;
    private boolean rootTried;
    private boolean rootText;
    private String thought = "";
    private int thoughtStart = -1;
    private boolean thoughtInBrackets;
    private boolean noThoughtInBrackets;
    private boolean unclosedThought;

    /** The whole text, where it is one in quotes that was cut off: should there be no document in it. */
    private @Nullable Candidate cutText;

    private @Nullable Unescaping unescaping;
    private @Nullable Finder inner;
    private int innerFrom;
    private int begun;
    private @Nullable List<Partial.Finished> watched;
    /** No block comment ends before this place. */
    private int blockSearched;

    /** No comment of markup ends before this place. */
    private int markupSearched;

    private long steps;

    /** Why a document could not be read, where one could not. */
    @Nullable
    String failure;

    /** @param place where documents are checked while they are read; null where no schema says anything */
    Finder(Feed feed, @Nullable Checkpoint place, int level) {
        this.feed = feed;
        this.place = place;
        this.level = level;
        this.ahead = new Ahead(feed);
        this.reader = new DocumentReader(feed, place);
    }

    /** Reads what has come; to the end where it is the last. */
    void advance() {
        while (state != State.DONE) {
            boolean on = switch (state) {
                case OUTSIDE -> outside();
                case THOUGHT -> thought();
                case READING -> readOn();
                case UNESCAPING -> unescape();
                case DONE -> false;
            };
            if (!on) {
                return;
            }
        }
    }

    /** Whether the text holds anything beside one document and white space. */
    boolean prose() {
        return prose;
    }

    boolean thoughtOnly() {
        return unclosedThought;
    }

    long steps() {
        return steps + reader.steps + reader.ahead.looks + ahead.looks + (inner == null ? 0 : inner.steps());
    }

    /** Tells values as they finish. */
    void watch(List<Partial.Finished> watcher) {
        watched = watcher;
        reader.watched = watcher;
    }

    /** How many documents have begun. */
    int begun() {
        return begun;
    }

    /** The reader of the document that is being read just now; null where none is. */
    @Nullable
    DocumentReader reading() {
        return switch (state) {
            case READING -> rootText ? null : reader;
            case UNESCAPING -> inner == null ? null : inner.reading();
            case OUTSIDE, THOUGHT, DONE -> null;
        };
    }

    // ---- outside of documents

    private boolean outside() {
        char[] chars = feed.chars;
        int end = feed.end;
        int i = at;
        int begun = i;
        while (i < end) {
            char c = chars[i];
            int went = Ahead.NO;
            if (c > ' ') {
                went = meets(c, i);
                if (went == Ahead.WAIT) {
                    steps += i - begun + 1;
                    at = i;
                    return false;
                }
                if (went == Ahead.YES) {
                    steps += i - begun + 1;
                    return true;
                }
                if (went > i) {
                    i = went;
                    continue;
                }
            } else if (c == '\n' || c == '\r') {
                lineStart = true;
                inComment = false;
            } else {
                prose |= c != ' ' && c != '\t';
            }
            i++;
        }
        steps += i - begun;
        at = i;
        if (feed.last) {
            state = State.DONE;
            for (Candidate candidate : candidates) {
                if (candidate.standing == Candidate.Standing.PLAIN && sourceNumber(candidate)) {
                    candidate.standing = Candidate.Standing.WEAK;
                }
            }
            if (candidates.isEmpty() && cutText != null) {
                candidates.add(cutText);
                prose = false;
            }
        }
        return false;
    }

    /**
     * A character outside of documents. {@link Ahead#YES}: the state has changed, or {@link #at}; {@link Ahead#NO}: passed over; a
     * place: go on there.
     */
    private int meets(char raw, int i) {
        char c = raw < 0x80 ? raw : Signs.plain(raw);
        return switch (c) {
            case '{', '[' -> bracket(c, i);
            case '(' -> parenthesis(i);
            case '`', '~' -> fence(c, i);
            case '<', '◁' -> tag(i, c == '<' ? '>' : '▷');
            case '&' -> entity(i);
            case '/' -> comment(i);
            case '"', '\'', '\u201c', '\u201e' -> fresh ? rootText(i) : passed();
            case ',', ';' -> separator();
            case '-', '*', '+', '.', '>', '•' -> mark(c);
            case 'd' -> lineStart ? eventData(i) : passed();
            default ->
                Signs.space(raw)
                        ? blank()
                        : lineStart && Signs.digit(c) || raw == '\u2026' ? separator(lineStart) : passed();
        };
    }

    /** A parenthesis: a tuple or a value in parentheses, members by name after the name of a type, or a remark. */
    private int parenthesis(int i) {
        int word = i;
        while (word > 0
                && word > i - 64
                && (Character.isLetterOrDigit(feed.chars[word - 1]) || feed.chars[word - 1] == '_')) {
            word--;
        }
        if (word < i && Character.isLetter(feed.chars[word])) {
            int members = typeName(word, i) ? ahead.assigned(i + 1) : Ahead.NO;
            if (members == Ahead.YES) {
                at = i;
                rootText = false;
                reader.beginCall(word, i, inFence);
                beginGroup();
                state = State.READING;
            }
            return members == Ahead.NO ? passed() : members;
        }
        if (!fresh) {
            return passed();
        }
        int next = ahead.significant(i + 1);
        if (next < 0) {
            return next == Ahead.WAIT ? Ahead.WAIT : passed();
        }
        char c = Signs.plain(feed.chars[next]);
        if (c == '('
                || c == '{'
                || c == '['
                || c == ')'
                || c == '-'
                || Signs.digit(c)
                || Signs.quote(feed.chars[next])) {
            return begin(i, false);
        }
        int begins = wordsBegin(i, next, c);
        return begins == Ahead.YES ? begin(i, false) : begins == Ahead.WAIT ? Ahead.WAIT : passed();
    }

    /** {@code Point(x=1, y=2)}, {@code dict(a=1)}: what such a call makes has members; what a function does is not known. */
    private boolean typeName(int from, int to) {
        return Character.isUpperCase(feed.chars[from]) || feed.text(from, to).equals("dict");
    }

    /** White space that JSON has not. */
    private int blank() {
        prose = true;
        return Ahead.NO;
    }

    private int separator() {
        return separator(false);
    }

    /** What may stand between two documents of one list. */
    private int separator(boolean line) {
        prose = true;
        fresh = false;
        lineStart = line;
        return Ahead.NO;
    }

    /** {@code data: }, as the lines of an event stream begin. */
    private int eventData(int i) {
        int found = ahead.is(i, "data:");
        if (found != Ahead.YES) {
            return found == Ahead.WAIT ? Ahead.WAIT : passed();
        }
        separator(true);
        return i + 5;
    }

    /** A list's mark is no prose between two documents. */
    private int mark(char c) {
        prose = true;
        if (c != '>' && !lineStart) {
            separated &= c == '.';
        }
        return Ahead.NO;
    }

    /** Passes over a character of prose. */
    private int passed() {
        prose = true;
        fresh = false;
        lineStart = false;
        separated = false;
        return Ahead.NO;
    }

    private int begin(int i, boolean text) {
        at = i;
        rootText = text;
        reader.begin(i, inFence);
        beginGroup();
        state = State.READING;
        return Ahead.YES;
    }

    private void beginGroup() {
        begun++;
        if (!separated) {
            group++;
        }
    }

    /** A brace or bracket: does a document begin here? */
    private int bracket(char c, int i) {
        int thinks = c == '[' ? thoughtInBrackets(i) : Ahead.NO;
        if (thinks != Ahead.NO) {
            return thinks;
        }
        if (level < LEVELS) {
            int escaped = escaped(i);
            if (escaped != Ahead.NO) {
                return escaped;
            }
        }
        int begins = c == '{' ? objectBegins(i) : arrayBegins(i);
        if (begins == Ahead.YES) {
            return begin(i, false);
        }
        return begins == Ahead.WAIT ? Ahead.WAIT : passed();
    }

    private int objectBegins(int i) {
        return objectBegins(i, false);
    }

    private int objectBegins(int i, boolean second) {
        int next = ahead.significant(i + 1);
        if (next < 0) {
            return next == Ahead.WAIT ? Ahead.WAIT : feed.last && i + Ahead.SPAN > feed.end ? Ahead.YES : Ahead.NO;
        }
        char c = Signs.plain(feed.chars[next]);
        if (Signs.quote(feed.chars[next])) {
            return Ahead.YES;
        }
        return switch (c) {
            case '}', ',', '\u2026' -> Ahead.YES;
            // {{"a": 1}}, as templates have it.
            case '{' -> next == i + 1 && !second ? objectBegins(next, true) : Ahead.NO;
            case '/' -> commentBegins(next);
            case '#' -> Ahead.YES;
            case ':' -> symbol(next + 1);
            case '<' -> ahead.is(next, "<!--");
            case '.' -> ahead.is(next, "...");
            case '\\' -> ahead.is(next, "\\\"");
            default -> word(next);
        };
    }

    /** {@code {:name => 1}} */
    private int symbol(int from) {
        if (from >= feed.end) {
            return feed.last ? Ahead.NO : Ahead.WAIT;
        }
        int end = Character.isLetter(feed.chars[from]) ? ahead.wordsEnd(from) : Ahead.END;
        if (end < 0) {
            return end == Ahead.WAIT ? Ahead.WAIT : Ahead.NO;
        }
        return yes(feed.text(from, end).contains("=>"));
    }

    private int commentBegins(int from) {
        int line = ahead.is(from, "//");
        return line == Ahead.NO ? ahead.is(from, "/*") : line;
    }

    private static int yes(boolean holds) {
        return holds ? Ahead.YES : Ahead.NO;
    }

    /** A name without quotes and a colon; or a list in braces, of numbers. */
    private int word(int from) {
        int end = ahead.wordsEnd(from);
        if (end < 0) {
            boolean cutName = end == Ahead.END && feed.last && feed.end - from < 40 && nameLike(from, feed.end);
            return end == Ahead.WAIT
                    ? Ahead.WAIT
                    : yes(cutName && feed.text(from, feed.end).indexOf(' ') < 0);
        }
        char c = Signs.plain(feed.chars[end]);
        int equals = from;
        while (equals < end && feed.chars[equals] != '=') {
            equals++;
        }
        if (equals < end) {
            return yes(equals > from && nameLike(from, equals));
        }
        if (c == ',' || c == '}') {
            return yes(Written.word(feed.text(from, end).strip()) instanceof Json.Num);
        }
        if (c == '"' || c == '{' || c == '[') {
            return yes(nameLike(from, end) && feed.text(from, end).strip().indexOf(' ') < 0 && c == '"');
        }
        return yes(c == ':' && nameLike(from, end));
    }

    private boolean nameLike(int from, int to) {
        int gaps = 0;
        for (int i = from; i < to; i++) {
            char c = feed.chars[i];
            if (c == ' ') {
                gaps++;
            } else if (!Signs.name(c) && c != '\'') {
                return false;
            }
        }
        return to > from && gaps <= 5;
    }

    private int arrayBegins(int i) {
        if (i > 0 && Character.isLetterOrDigit(feed.chars[i - 1])) {
            // An index, not an array: list[0].
            int next = ahead.significant(i + 1);
            if (next < 0) {
                return next == Ahead.WAIT ? Ahead.WAIT : Ahead.NO;
            }
            return yes(feed.chars[next] == '{' || feed.chars[next] == '"');
        }
        int next = ahead.significant(i + 1);
        if (next < 0) {
            return next == Ahead.WAIT ? Ahead.WAIT : feed.last && i + Ahead.SPAN > feed.end ? Ahead.YES : Ahead.NO;
        }
        char c = Signs.plain(feed.chars[next]);
        return switch (c) {
            case '{', '[', '(', ',', '\u2026', '"', '.' -> Ahead.YES;
            case ']' -> yes(!lineMark(i));
            case '/' -> commentBegins(next);
            default -> Signs.quote(feed.chars[next]) || c == '\\' ? Ahead.YES : wordsBegin(i, next, c);
        };
    }

    /** A bracket and then words: an array of them, or a remark in prose. */
    private int wordsBegin(int i, int next, char c) {
        int literals = literals(next);
        if (literals != Ahead.NO) {
            return literals;
        }
        int end = ahead.wordsEnd(next);
        if (end == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        if (lineMark(i) && end == i + 2) {
            // A box to tick.
            return Ahead.NO;
        }
        if (end < 0) {
            return yes(feed.last && feed.end - next < Ahead.SPAN && allNumbers(feed.text(next, feed.end)));
        }
        char d = Signs.plain(feed.chars[end]);
        if (d == '\n') {
            return yes(allNumbers(feed.text(next, end)) || fresh);
        }
        boolean prefix = d == '"' && Character.isLetter(c) && end - next <= 2;
        return yes(d == ',' || d == ']' || prefix || calls(next, end) || allNumbers(feed.text(next, end)));
    }

    /** {@code [ObjectId("a")]}: a name, a parenthesis and then a value in quotes or a number. */
    private boolean calls(int from, int end) {
        int i = from;
        while (i < end && (Character.isLetterOrDigit(feed.chars[i]) || feed.chars[i] == '_' || feed.chars[i] == '.')) {
            i++;
        }
        if (i == from || i >= end || feed.chars[i] != '(') {
            return false;
        }
        return i + 1 == end && feed.chars[end] == '"'
                || i + 1 < end && (feed.chars[i + 1] == '\'' || Signs.digit(feed.chars[i + 1]));
    }

    /** Whether numbers or literals stand here without commas, and then another value or a comment. */
    private int literals(int from) {
        int i = from;
        while (i >= 0 && i < from + Ahead.SPAN) {
            int literal = ahead.literal(i);
            if (literal == Ahead.WAIT) {
                return Ahead.WAIT;
            }
            if (literal == Ahead.NO) {
                return i == from ? Ahead.NO : valueOrComment(i);
            }
            while (i < feed.end && (Character.isLetterOrDigit(feed.chars[i]) || ".-+_".indexOf(feed.chars[i]) >= 0)) {
                i++;
            }
            int after = ahead.significant(i);
            if (after >= 0 && feed.chars[after] == ';') {
                after = ahead.significant(after + 1);
            }
            if (after == i) {
                return Ahead.NO;
            }
            i = after;
        }
        return i == Ahead.WAIT ? Ahead.WAIT : Ahead.NO;
    }

    private int valueOrComment(int i) {
        char c = feed.chars[i];
        if (c == '/') {
            return commentBegins(i);
        }
        return yes(Signs.quote(c) || c == '{' || c == '[' || c == '#');
    }

    private static boolean allNumbers(String words) {
        for (String word : words.strip().split("[\\s;]+")) {
            if (Written.word(word) instanceof Json.Str) {
                return false;
            }
        }
        return true;
    }

    /** Whether a list's mark and a space stand directly before. */
    private boolean lineMark(int i) {
        return i >= 2
                && feed.chars[i - 1] == ' '
                && (feed.chars[i - 2] == '-' || feed.chars[i - 2] == '*' || feed.chars[i - 2] == '+');
    }

    // ---- texts as documents

    private int rootText(int i) {
        if (i + 1 >= feed.end) {
            return feed.last ? passed() : Ahead.WAIT;
        }
        int three = ahead.three(i, feed.chars[i]);
        if (three != Ahead.NO) {
            int inside = three == Ahead.WAIT ? Ahead.WAIT : ahead.significant(afterLanguage(i + 3));
            if (inside == Ahead.WAIT) {
                return Ahead.WAIT;
            }
            if (inside >= 0 && (feed.chars[inside] == '{' || feed.chars[inside] == '[')) {
                // Three quotes around a document are a fence.
                prose = true;
                lineStart = false;
                return inside;
            }
        }
        int named = ahead.quotedName(i);
        if (named == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        if (named == Ahead.YES) {
            at = i;
            rootText = false;
            reader.beginMembers(i, inFence);
            beginGroup();
            state = State.READING;
            return Ahead.YES;
        }
        if (rootTried) {
            return passed();
        }
        rootTried = true;
        return begin(i, true);
    }

    /** Behind the word for a language and its line break, where they stand here. */
    private int afterLanguage(int from) {
        int i = from;
        while (i < feed.end && i < from + 12 && Character.isLetterOrDigit(feed.chars[i])) {
            i++;
        }
        if (i == feed.end && !feed.last) {
            // More may come of it; then this place is looked at once more.
            return feed.end;
        }
        return i < feed.end && (feed.chars[i] == '\n' || feed.chars[i] == '\r') ? i : from;
    }

    // ---- fences, tags, comments

    private int fence(char c, int i) {
        int three = ahead.is(i, c == '`' ? "```" : "~~~");
        if (three == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        if (three == Ahead.NO) {
            // `{"a": 1}`
            prose = true;
            lineStart = false;
            return Ahead.NO;
        }
        prose = true;
        int next = i + 3;
        if (inFence) {
            if (c != fenceSign) {
                return next;
            }
            inFence = false;
            fresh = false;
            lineStart = false;
            return next;
        }
        while (next < feed.end
                && (Character.isLetterOrDigit(feed.chars[next]) || feed.chars[next] == '-' || feed.chars[next] == '+')
                && next < i + 24) {
            next++;
        }
        if (next == feed.end && !feed.last) {
            return Ahead.WAIT;
        }
        String language = feed.text(i + 3, next).toLowerCase(Locale.ROOT);
        jsonFence = language.startsWith("json");
        inFence = true;
        fenceSign = c;
        fresh = true;
        lineStart = false;
        return next;
    }

    private int tag(int i, char closing) {
        int data = ahead.is(i, CDATA);
        if (data == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        if (data == Ahead.YES) {
            prose = true;
            fresh = true;
            return i + CDATA.length();
        }
        int markup = ahead.is(i, "<!--");
        if (markup == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        if (markup == Ahead.YES) {
            return commented(i, i + 4, "-->");
        }
        int limit = Math.min(feed.end, i + 80);
        int close = i + 1;
        while (close < limit
                && feed.chars[close] != closing
                && feed.chars[close] != '{'
                && feed.chars[close] != '\n'
                && feed.chars[close] != '<') {
            close++;
        }
        if (close == feed.end && !feed.last && close < i + 80) {
            return Ahead.WAIT;
        }
        if (close >= limit || feed.chars[close] != closing) {
            return passed();
        }
        String name = tagName(i + 1, close);
        if (name.isEmpty()) {
            return passed();
        }
        if (name.equals(CHANNEL)) {
            int channel = channel(close + 1);
            if (channel != Ahead.NO) {
                return channel;
            }
        }
        if (thought(unmarked(name)) && !(unclosedThought && unmarked(name).equals(name))) {
            return thoughtTag(name, close + 1, false);
        }
        prose = true;
        inTag = !name.startsWith("/");
        fresh = true;
        return close + 1;
    }

    /** The name of a tag with the slash before it, without the bars that some models write, in lower case. */
    private String tagName(int from, int to) {
        StringBuilder name = new StringBuilder();
        for (int i = from; i < to; i++) {
            char c = feed.chars[i];
            boolean slash = c == '/' && name.isEmpty();
            if (!slash && !Character.isLetterOrDigit(c) && "_-|:▁｜".indexOf(c) < 0) {
                break;
            }
            if (c != '|') {
                name.append(c);
            }
        }
        return name.length() == 1 && name.charAt(0) == '/'
                ? ""
                : name.toString().toLowerCase(Locale.ROOT);
    }

    /** Without what says that it ends or begins something. */
    private static String unmarked(String tag) {
        for (String mark : new String[] {"/", "begin_of_", "end_of_"}) {
            if (tag.startsWith(mark)) {
                return tag.substring(mark.length());
            }
        }
        return tag;
    }

    private int thoughtTag(String name, int next, boolean inBrackets) {
        prose = true;
        if (name.startsWith("/") || name.startsWith("end_of_")) {
            // The tag that began it was never written: all before was thought.
            candidates.forEach(c -> c.standing = Candidate.Standing.ASIDE);
            separated = false;
            fresh = true;
            return next;
        }
        thought = unmarked(name);
        thoughtInBrackets = inBrackets;
        thoughtStart = next;
        at = next;
        state = State.THOUGHT;
        return Ahead.YES;
    }

    /** {@code <|channel|>analysis<|message|>…<|end|>}: what a model thinks, as the Harmony format of OpenAI's open models has it. */
    private int channel(int from) {
        int found = ahead.is(from, "analysis");
        return found == Ahead.YES ? thoughtTag("end", from, false) : found;
    }

    /** {@code [THINK]…[/THINK]}, as Mistral's models write. */
    private int thoughtInBrackets(int i) {
        if (noThoughtInBrackets) {
            return Ahead.NO;
        }
        int limit = Math.min(feed.end, i + 12);
        int close = i + 1;
        while (close < limit && (Character.isLetter(feed.chars[close]) || close == i + 1 && feed.chars[close] == '/')) {
            close++;
        }
        if (close == feed.end && !feed.last && close < i + 12) {
            return Ahead.WAIT;
        }
        if (close >= limit || feed.chars[close] != ']') {
            return Ahead.NO;
        }
        String name = tagName(i + 1, close);
        boolean marks = unmarked(name).equals("think") || unmarked(name).equals("thinking");
        return marks ? thoughtTag(name, close + 1, true) : Ahead.NO;
    }

    /** Whether a tag of this name holds thoughts. */
    static boolean thought(String name) {
        return THOUGHTS.contains(name);
    }

    /** Passes over a thought. */
    private boolean thought() {
        char[] chars = feed.chars;
        int i = at;
        int longest = thought.length() + 12;
        while (i < feed.end) {
            if (chars[i] == '<' || chars[i] == '◁' || chars[i] == '[') {
                if (i + longest > feed.end && !feed.last) {
                    break;
                }
                if (endsThought(i)) {
                    int close = i + 1;
                    while (close < feed.end && ">▷]".indexOf(chars[close]) < 0 && close < i + 80) {
                        close++;
                    }
                    if (close == feed.end && !feed.last) {
                        break;
                    }
                    steps += i - at;
                    at = Math.min(feed.end, close + 1);
                    thoughtStart = -1;
                    fresh = true;
                    separated = false;
                    state = State.OUTSIDE;
                    return true;
                }
            }
            i++;
        }
        steps += i - at;
        at = i;
        if (!feed.last) {
            return false;
        }
        // It never ended. What stands in it is looked at, but not taken for an answer that was marked as one; a word in
        // brackets
        // may have been no mark at all.
        unclosedThought = !thoughtInBrackets;
        noThoughtInBrackets = true;
        at = thoughtStart;
        state = State.OUTSIDE;
        fresh = true;
        separated = false;
        return true;
    }

    private boolean endsThought(int i) {
        int from = i + 1;
        int to = Math.min(feed.end, from + thought.length() + 11);
        String tag = tagName(from, to);
        return thought.equals("end")
                ? tag.equals("end") || tag.equals("return") || tag.equals("call")
                : !unmarked(tag).equals(tag)
                        && !tag.startsWith("begin")
                        && unmarked(tag).equals(thought);
    }

    /** A bracket that is escaped like all that follows it. */
    private int entity(int i) {
        if (level < LEVELS) {
            for (String bracket : BRACKETS) {
                int found = ahead.is(i, bracket);
                if (found != Ahead.NO) {
                    return found == Ahead.YES ? unescape(i, Unescaping.Kind.ENTITY) : found;
                }
            }
        }
        return passed();
    }

    private int comment(int i) {
        int block = ahead.is(i, "/*");
        if (block == Ahead.WAIT) {
            return Ahead.WAIT;
        }
        if ((lineStart || separated) && ahead.is(i, "//") == Ahead.YES) {
            inComment = true;
        }
        return block == Ahead.YES ? commented(i, i + 2, "*/") : passed();
    }

    /** Passes over a comment that is closed within a bound. */
    private int commented(int i, int from, String closing) {
        boolean markup = closing.length() == 3;
        int begin = Math.max(from, markup ? markupSearched : blockSearched);
        int limit = Math.min(feed.end, i + 4096);
        int end = begin;
        while (end < limit && ahead.is(end, closing) == Ahead.NO) {
            end++;
        }
        steps += Math.max(0, end - begin);
        int found = end < limit ? ahead.is(end, closing) : Ahead.NO;
        if (markup) {
            markupSearched = Math.max(markupSearched, end);
        } else {
            blockSearched = Math.max(blockSearched, end);
        }
        if (found == Ahead.WAIT || end == feed.end && !feed.last && end < i + 4096) {
            return Ahead.WAIT;
        }
        if (found == Ahead.YES) {
            prose = true;
            return end + closing.length();
        }
        return passed();
    }

    // ---- documents that are escaped as a whole

    /** Whether what begins at a bracket is escaped once more, told by its first quote. */
    private int escaped(int i) {
        int k = i + 1;
        int limit = Math.min(feed.end, i + Ahead.SPAN);
        boolean escapes = false;
        while (k < limit) {
            char c = feed.chars[k];
            if (Signs.space(c) || c == '{' || c == '[') {
                k++;
            } else if (c == '\\') {
                if (k + 1 >= feed.end) {
                    return feed.last ? Ahead.NO : Ahead.WAIT;
                }
                char d = feed.chars[k + 1];
                if (d == '"' || d == '\'') {
                    return unescape(i, Unescaping.Kind.BACKSLASH);
                }
                if (d != 'n' && d != 'r' && d != 't' && d != '\\') {
                    return Ahead.NO;
                }
                escapes = true;
                k += d == '\\' ? 1 : 2;
            } else if (c == '&') {
                for (String entity :
                        new String[] {"&quot;", "&#34;", "&#x22;", "&#39;", "&apos;", "&amp;quot;", "&#x27;"}) {
                    int found = ahead.is(k, entity);
                    if (found == Ahead.WAIT) {
                        return Ahead.WAIT;
                    }
                    if (found == Ahead.YES) {
                        return unescape(i, Unescaping.Kind.ENTITY);
                    }
                }
                return Ahead.NO;
            } else {
                return yesUnescape(escapes, i, c);
            }
        }
        return k >= feed.end && !feed.last && k < i + Ahead.SPAN ? Ahead.WAIT : Ahead.NO;
    }

    private int yesUnescape(boolean escapes, int i, char c) {
        // {\n  "a": 1\n}: only the line breaks are escaped; the reader passes over them.
        return escapes && c != '"' && (Character.isLetterOrDigit(c) || c == '\'')
                ? unescape(i, Unescaping.Kind.BACKSLASH)
                : Ahead.NO;
    }

    private int unescape(int i, Unescaping.Kind kind) {
        at = i;
        innerFrom = i;
        Unescaping text = new Unescaping(kind);
        unescaping = text;
        Finder within = new Finder(text.out, place, level + 1);
        if (watched != null) {
            within.watch(watched);
        }
        inner = within;
        beginGroup();
        state = State.UNESCAPING;
        return Ahead.YES;
    }

    /** Feeds the text without its escapes to a finder of its own, until that has read one document. */
    private boolean unescape() {
        Unescaping text = unescaping;
        Finder within = inner;
        if (text == null || within == null) {
            throw new IllegalStateException("no escaped document is being read");
        }
        while (at < feed.end && within.candidates.isEmpty()) {
            text.take(feed.chars[at], at);
            at++;
            steps++;
            within.advance();
        }
        if (within.candidates.isEmpty()) {
            if (!feed.last) {
                return false;
            }
            text.finish();
            within.advance();
        }
        if (!within.candidates.isEmpty()) {
            Candidate found = within.candidates.getFirst();
            found.fixes.add(
                    new Fix(Fix.Kind.ESCAPED_DOCUMENT, "", feed.text(innerFrom, Math.min(at, innerFrom + 20)), ""));
            at = text.source(found.end, at);
            Candidate unescaped = new Candidate(
                    found.value, found.fixes, innerFrom, at, found.cut, standing(found.value, innerFrom), group);
            unescaped.fits = found.fits;
            keep(unescaped);
        } else if (within.failure != null) {
            failure = within.failure;
        }
        steps += within.steps();
        unescaping = null;
        inner = null;
        state = State.OUTSIDE;
        fresh = false;
        return true;
    }

    // ---- reading

    private boolean readOn() {
        if (!reader.advance()) {
            return false;
        }
        state = State.OUTSIDE;
        at = Math.max(reader.at, reader.start + 1);
        lineStart = false;
        Object value = reader.result;
        if (reader.failure != null || value == null) {
            // What is too deep for one document is not to be read as many that are not.
            failure = reader.failure;
            state = State.DONE;
            return true;
        }
        if (rootText
                && (reader.cut
                        || reader.at >= feed.end
                                && feed.chars[reader.at - 1] != feed.chars[reader.start]
                                && !document(value))) {
            if (!document(value)) {
                // A quote at the beginning, and no end to it: prose, in which a document may stand; or a text that is
                // cut off.
                if (reader.cut && feed.chars[reader.start] == '"' && !reader.innerQuotes() && !prose) {
                    cutText = new Candidate(
                            Frame.written(value),
                            reader.fixes(),
                            reader.start,
                            reader.at,
                            true,
                            Candidate.Standing.PLAIN,
                            group);
                }
                at = reader.start + 1;
                passed();
                return true;
            }
        }
        int from = reader.start;
        boolean index = at < feed.end
                && value instanceof Json.Arr
                && (feed.chars[at] == '(' || feed.chars[at] == ':')
                && reader.words > 0;
        if (index) {
            separated = false;
            fresh = false;
            return true;
        }
        Candidate candidate = new Candidate(
                Frame.written(value),
                reader.fixes(),
                from,
                at,
                reader.cut,
                standing(Frame.written(value), from),
                group);
        candidate.fits = reader.fits();
        keep(candidate);
        fresh = false;
        return true;
    }

    /** Whether a text begins as a document does, so that it may be one that is cut off. */
    private static boolean document(Object value) {
        String text =
                Frame.plain(value) instanceof Json.Str string ? string.value().strip() : "";
        return text.startsWith("{") || text.startsWith("[");
    }

    private void keep(Candidate candidate) {
        separated = true;
        if (candidates.size() >= MOST) {
            // The weakest of those in the middle makes room; the first stays, the new one is the last.
            int weakest = 1;
            for (int i = 1; i < candidates.size(); i++) {
                if (candidates.get(i).standing.compareTo(candidates.get(weakest).standing) > 0) {
                    weakest = i;
                }
            }
            candidates.remove(weakest);
        }
        candidates.add(candidate);
    }

    private Candidate.Standing standing(Written value, int from) {
        if (unclosedThought || inComment) {
            return Candidate.Standing.ASIDE;
        }
        if (rootText && !inFence && !inTag || !inFence && reader.values <= SMALL && weak(value.plain(), from)) {
            return Candidate.Standing.WEAK;
        }
        if (inFence) {
            return jsonFence ? Candidate.Standing.MARKED : Candidate.Standing.SET_APART;
        }
        return inTag ? Candidate.Standing.SET_APART : Candidate.Standing.PLAIN;
    }

    /** Whether a word stands before it on the same line. */
    private boolean inline(int from) {
        for (int i = from - 1; i >= 0 && i > from - 80 && feed.chars[i] != '\n' && feed.chars[i] != '>'; i--) {
            if (Character.isLetterOrDigit(feed.chars[i])) {
                return true;
            }
        }
        return false;
    }

    /** {@code [1] Smith}: the number of a source, before a word. */
    private boolean sourceNumber(Candidate candidate) {
        int i = candidate.end;
        while (i < feed.end && feed.chars[i] == ' ' && i < candidate.end + 4) {
            i++;
        }
        return i > candidate.end
                && i < feed.end
                && Character.isLetter(feed.chars[i])
                && candidate.end - candidate.start <= 8
                && candidate.value.plain() instanceof Json.Arr array
                && array.size() == 1
                && array.get(0) instanceof Json.Num;
    }

    /** What prose has brackets for: a word, a number, nothing; or a call within a sentence. */
    private boolean weak(Json plain, int from) {
        if (Character.isLetter(feed.chars[from])) {
            return inline(from);
        }
        if (plain instanceof Json.Obj object) {
            return object.isEmpty() && inline(from);
        }
        if (!(plain instanceof Json.Arr array)) {
            return false;
        }
        if (array.size() == 0 || feed.chars[from] == '{') {
            return inline(from);
        }
        for (Json item : array) {
            if (item instanceof Json.Obj || item instanceof Json.Arr) {
                return false;
            }
        }
        return reader.words > 0 || array.size() == 1 && array.get(0) instanceof Json.Num && inline(from);
    }
}
