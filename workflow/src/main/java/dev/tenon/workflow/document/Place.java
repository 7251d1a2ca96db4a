package dev.tenon.workflow.document;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a text. Immutable.
 *
 * @param from the offset of its first character
 * @param style of a text: {@code "}, {@code '}, {@code |}, {@code >}, or 0 for one without quotes
 * @param names offsets of the names of an object's members
 * @param members of an object
 * @param items of an array
 */
record Place(int from, char style, Map<String, Integer> names, Map<String, Place> members, List<Place> items) {
    static Place scalar(int from, char style) {
        return new Place(from, style, Map.of(), Map.of(), List.of());
    }

    /** The part that a segment of a pointer names; null where there is none. */
    @Nullable
    Place part(String segment) {
        if (!items.isEmpty() && segment.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(segment);
            return index < items.size() ? items.get(index) : null;
        }
        return members.get(segment);
    }

    /** The offset in the source of a character of the text that is written here. */
    int offset(String source, int character) {
        int at = from;
        // An anchor and a tag stand before the text.
        while (at < source.length() && style != 0 && source.charAt(at) != style
                || style == 0 && at < source.length() && (source.charAt(at) == '&' || source.charAt(at) == '!')) {
            while (at < source.length() && !blank(source.charAt(at))) {
                at++;
            }
            while (at < source.length() && blank(source.charAt(at))) {
                at++;
            }
        }
        return style == '|' || style == '>' ? block(source, at, character) : flow(source, at, character);
    }

    private int flow(String source, int begin, int character) {
        int at = style == 0 ? begin : begin + 1;
        int left = character;
        while (true) {
            at = style == '"' ? continued(source, at) : at;
            if (left <= 0 || at >= source.length()) {
                return Math.min(at, source.length());
            }
            char c = source.charAt(at);
            int run = at;
            int breaks = 0;
            while (run < source.length() && blank(source.charAt(run))) {
                breaks += source.charAt(run) == '\n' ? 1 : 0;
                run++;
            }
            if (breaks > 0) {
                left -= breaks == 1 ? 1 : breaks - 1;
                at = run;
            } else if (style == '"' && c == '\\' && at + 1 < source.length()) {
                char escaped = source.charAt(at + 1);
                at += switch (escaped) {
                    case 'x' -> 4;
                    case 'u' -> 6;
                    case 'U' -> 10;
                    default -> 2;
                };
                left -= escaped == 'U' ? 2 : 1;
            } else {
                at += style == '\'' && c == '\'' ? 2 : 1;
                left--;
            }
        }
    }

    /** A line that ends with a backslash goes on with the first sign of the next. */
    private static int continued(String source, int from) {
        int at = from;
        while (at + 1 < source.length()
                && source.charAt(at) == '\\'
                && blank(source.charAt(at + 1))
                && source.charAt(at + 1) != ' ') {
            at++;
            while (at < source.length() && blank(source.charAt(at))) {
                at++;
            }
        }
        return at;
    }

    private int block(String source, int begin, int character) {
        int at = nextLine(source, begin);
        int indent = indent(source, at);
        int left = character;
        while (at < source.length()) {
            int text = at;
            while (text < source.length() && text - at < indent && source.charAt(text) == ' ') {
                text++;
            }
            int end = lineEnd(source, text);
            if (left <= end - text) {
                return text + left;
            }
            left -= end - text;
            int next = nextLine(source, end);
            int empty = 0;
            if (style == '>' && end > text) {
                while (next < source.length()
                        && source.substring(next, lineEnd(source, next)).isBlank()) {
                    empty++;
                    next = nextLine(source, next);
                }
            }
            boolean folds = style == '>' && end > text && !more(source, at, indent) && !more(source, next, indent);
            left -= folds && empty > 0 ? empty : empty + 1;
            if (left < 0) {
                return end;
            }
            at = next;
        }
        return source.length();
    }

    private static boolean more(String source, int line, int indent) {
        int at = line + indent;
        return at < source.length() && (source.charAt(at) == ' ' || source.charAt(at) == '\t');
    }

    /** The least indentation of the block that begins here: the first line says it, unless it is deeper than others. */
    private static int indent(String source, int from) {
        int at = from;
        while (at < source.length()) {
            int end = lineEnd(source, at);
            if (!source.substring(at, end).isBlank()) {
                int text = at;
                while (source.charAt(text) == ' ') {
                    text++;
                }
                return text - at;
            }
            at = nextLine(source, end);
        }
        return 0;
    }

    private static int lineEnd(String source, int from) {
        int at = from;
        while (at < source.length() && source.charAt(at) != '\n' && source.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    private static int nextLine(String source, int from) {
        int at = source.indexOf('\n', from);
        return at < 0 ? source.length() : at + 1;
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
