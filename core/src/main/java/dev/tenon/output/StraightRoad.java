package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Written;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is plainly JSON, token by token in one loop, as far as it goes: within an open array or object, each token whole and
 * before what may follow it. At the first that is not, a text with an escape, a comma too many, the end of what has come, it
 * stops in front of it and leaves it to the states of {@link DocumentReader}, which answer everything; behind it the road goes on. Both
 * ways read the same.
 *
 * <p>Not thread-safe.
 */
final class StraightRoad {
    /** White space that is passed over without weighing. */
    private static final int SHORT = 64;

    /** A power of two. */
    private static final int NAMES = 64;

    /** Digits that fit a {@code long}. */
    private static final int LONG_DIGITS = 18;

    /** Longer numbers are for the states, which bound them. */
    private static final int MAX_DIGITS = 400;

    private final Feed feed;
    private final DocumentReader reader;
    private final boolean typed;
    /** Made for the first object within another value: in one object no name comes twice. */
    private @Nullable String @Nullable [] knownNames;

    private final StringBuilder decoded = new StringBuilder();

    /** Where the token ended that was read last. */
    private int next;

    StraightRoad(Feed feed, DocumentReader reader, boolean typed) {
        this.feed = feed;
        this.reader = reader;
        this.typed = typed;
    }

    /** Where it is: before a value, before a name or the brace, or behind a value. */
    enum Place {
        VALUE,
        NAME,
        NEXT
    }

    /** Reads on from a place between two tokens; the place where it stopped, of which {@link DocumentReader#at} is the index. */
    Place follow(Place from) {
        char[] chars = feed.chars;
        int end = feed.end;
        int begun = reader.at;
        int i = begun;
        Place place = from;
        Frame frame = reader.top();
        while (true) {
            int token = i;
            while (i < end && (chars[i] == ' ' || chars[i] == '\n' || chars[i] == '\r' || chars[i] == '\t')) {
                i++;
            }
            if (i + 1 >= end) {
                i = token;
                break;
            }
            char c = chars[i];
            if (place == Place.NEXT && c == ',') {
                frame.comma = true;
                frame.commas = true;
                i++;
                place = frame.object() ? Place.NAME : Place.VALUE;
                continue;
            }
            if (place == Place.NAME && c == '"') {
                int close = quote(i + 1);
                if (close < 0 || close + 1 >= end || chars[close + 1] != ':') {
                    break;
                }
                frame.name = known(i + 1, close);
                i = close + 2;
                place = Place.VALUE;
                continue;
            }
            if (c == '}' || c == ']') {
                boolean closes = !frame.comma
                        && reader.depth() > 1
                        && frame.kind == (c == '}' ? Frame.Kind.OBJECT : Frame.Kind.ARRAY)
                        && (place != Place.VALUE || c == ']' && frame.values.isEmpty());
                if (!closes) {
                    break;
                }
                reader.at = i + 1;
                reader.close();
                frame = reader.top();
                i++;
                place = Place.NEXT;
                continue;
            }
            if (place != Place.VALUE) {
                break;
            }
            if (c == '{' || c == '[') {
                if (reader.depth() >= Json.MAX_DEPTH) {
                    break;
                }
                if (c == '{' && knownNames == null) {
                    knownNames = new String[NAMES];
                }
                reader.open(c == '{', i);
                frame = reader.top();
                i++;
                place = c == '{' ? Place.NAME : Place.VALUE;
                continue;
            }
            Object value = c == '"' ? text(i) : c == 't' || c == 'f' || c == 'n' ? literal(c, i) : number(c, i);
            if (value == null) {
                break;
            }
            reader.at = next;
            reader.value(value);
            if (c == '"') {
                frame.textStart = i + 1;
                frame.textEnd = next - 1;
            }
            i = next;
            place = Place.NEXT;
        }
        reader.at = i;
        reader.steps += i - begun;
        return place;
    }

    /** Where the quote stands that ends a text without escapes and control characters; negative where it has not come, or is none. */
    private int quote(int from) {
        char[] chars = feed.chars;
        int end = feed.end;
        int i = from;
        char c;
        while (i < end && (c = chars[i]) != '"' && c != '\\' && c >= ' ') {
            i++;
        }
        return i < end && chars[i] == '"' ? i : -1;
    }

    private @Nullable Object text(int from) {
        char[] chars = feed.chars;
        int end = feed.end;
        int i = from + 1;
        int segment = i;
        boolean escaped = false;
        while (true) {
            char c = 0;
            while (i < end && (c = chars[i]) != '"' && c != '\\' && c >= ' ') {
                i++;
            }
            if (i + 1 >= end || c < ' ') {
                return null;
            }
            if (c == '"') {
                break;
            }
            char plain = Escapes.single(chars[i + 1]);
            if (plain == 0) {
                return null;
            }
            if (!escaped) {
                escaped = true;
                decoded.setLength(0);
            }
            decoded.append(chars, segment, i - segment).append(plain);
            i += 2;
            segment = i;
        }
        if (chars[i + 1] != ',' && !plainEnd(i + 1)) {
            return null;
        }
        next = i + 1;
        return new Json.Str(
                escaped ? decoded.append(chars, segment, i - segment).toString() : feed.text(from + 1, i));
    }

    /** Whether a bracket stands here, and then what may plainly follow one; {@link Quoted} would find the same. */
    private boolean plainEnd(int from) {
        char[] chars = feed.chars;
        int i = from;
        while (i < feed.end && i < from + SHORT && (chars[i] == ' ' || chars[i] == '\n')) {
            i++;
        }
        if (i + 1 >= feed.end || chars[i] != '}' && chars[i] != ']') {
            return false;
        }
        char after = chars[i + 1];
        return after == ',' || after == '}' || after == ']' || after == '\n';
    }

    private @Nullable Object literal(char first, int from) {
        String literal = first == 't' ? "true" : first == 'f' ? "false" : "null";
        int size = literal.length();
        if (from + size >= feed.end || !endsValue(from + size)) {
            return null;
        }
        for (int i = 1; i < size; i++) {
            if (feed.chars[from + i] != literal.charAt(i)) {
                return null;
            }
        }
        next = from + size;
        return first == 't' ? Json.Bool.TRUE : first == 'f' ? Json.Bool.FALSE : Json.NULL;
    }

    /** Whether a value may end here, so plainly that nothing has to be weighed: a bracket, a comma, the end of the line. */
    private boolean endsValue(int i) {
        if (i >= feed.end) {
            return false;
        }
        return switch (feed.chars[i]) {
            case ',' ->
                // 8,336,817 as the value of a member is one number.
                !reader.inObject() || i + 1 < feed.end && !Signs.digit(feed.chars[i + 1]);
            case '}', ']', '\n', '\r' -> true;
            default -> false;
        };
    }

    private @Nullable Object number(char first, int from) {
        char[] chars = feed.chars;
        int end = feed.end;
        boolean negative = first == '-';
        int digits = negative ? from + 1 : from;
        int i = digits;
        long unscaled = 0;
        while (i < end && Signs.digit(chars[i])) {
            unscaled = unscaled * 10 + (chars[i] - '0');
            i++;
        }
        int size = i - digits;
        if (size == 0 || size > MAX_DIGITS || i >= end || size > 1 && chars[digits] == '0') {
            return null;
        }
        int point = i;
        if (chars[i] == '.') {
            i++;
            while (i < end && Signs.digit(chars[i])) {
                unscaled = unscaled * 10 + (chars[i] - '0');
                i++;
            }
            if (i == point + 1 || i - point > MAX_DIGITS) {
                return null;
            }
        }
        int scale = Math.max(0, i - point - 1);
        boolean exponent = i < end && (chars[i] == 'e' || chars[i] == 'E');
        if (exponent) {
            i++;
            i += i < end && (chars[i] == '+' || chars[i] == '-') ? 1 : 0;
            int power = i;
            while (i < end && Signs.digit(chars[i])) {
                i++;
            }
            if (i == power || i - power > 6) {
                return null;
            }
        }
        if (!endsValue(i)) {
            return null;
        }
        boolean small = !exponent && size + scale <= LONG_DIGITS && !(negative && unscaled == 0);
        Json.Num number = small ? small(negative ? -unscaled : unscaled, scale) : large(from, i);
        next = i;
        // As a text it keeps its characters, where those are not the number's own.
        boolean odd = typed && (!small || scale > 0 && chars[digits] == '0');
        if (odd && !number.toString().equals(feed.text(from, i))) {
            return new Written.Text(feed.text(from, i), true, false);
        }
        return number;
    }

    private static Json.Num small(long unscaled, int scale) {
        return scale == 0 ? new Json.Num(unscaled) : new Json.Num(BigDecimal.valueOf(unscaled, scale));
    }

    private Json.Num large(int from, int to) {
        return new Json.Num(new BigDecimal(feed.chars, from, to - from));
    }

    /** A name, which most likely was read before: a small table by hash, where the last one that came to a place stays. */
    private String known(int from, int to) {
        char[] chars = feed.chars;
        int length = to - from;
        int hash = length;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + chars[i];
        }
        int place = (hash ^ hash >>> 7) & NAMES - 1;
        @Nullable String[] names = knownNames;
        if (names == null) {
            return feed.text(from, to);
        }
        String known = names[place];
        if (known != null && known.length() == length) {
            int i = 0;
            while (i < length && known.charAt(i) == chars[from + i]) {
                i++;
            }
            if (i == length) {
                return known;
            }
        }
        String name = feed.text(from, to);
        names[place] = name;
        return name;
    }
}
