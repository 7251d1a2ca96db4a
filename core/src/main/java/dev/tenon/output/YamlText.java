package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.List;

/**
 * The YAML that models write: block mappings and lists by indentation, plain and quoted texts, block texts ({@code |} and {@code >}), JSON
 * within lines, comments. Anchors, aliases, tags and several documents are refused: they make small texts large, or run code
 * elsewhere. Plain words are settled by the schema; without one as YAML 1.2's core schema has them, so {@code no} is a text.
 */
final class YamlText {
    /** Levels of indentation; more is no answer. */
    private static final int MAX_LEVELS = 64;

    private record Line(int number, int indent, String text) {}

    private final List<Line> lines = new ArrayList<>();
    private final List<String> raw;
    private int at;

    private YamlText(String text, Fixes fixes) {
        this.raw = text.lines().toList();
        for (int i = 0; i < raw.size(); i++) {
            String line = raw.get(i);
            String content = line.strip();
            if (content.isEmpty() || content.startsWith("#") || content.equals("---") || content.equals("...")) {
                continue;
            }
            int indent = 0;
            while (indent < line.length() && (line.charAt(indent) == ' ' || line.charAt(indent) == '\t')) {
                indent++;
            }
            if (line.substring(0, indent).indexOf('\t') >= 0) {
                fixes.add(new Fix(Fix.Kind.WHITE_SPACE, "", "\t", " "));
            }
            lines.add(new Line(i + 1, indent, content));
        }
    }

    static Written read(String text, Fixes fixes) {
        YamlText reader = new YamlText(text, fixes);
        if (reader.lines.isEmpty()) {
            throw Refusal.of("output.unreadable", "the text holds no YAML");
        }
        Written value = reader.block(reader.lines.getFirst().indent, 0);
        if (reader.at < reader.lines.size()) {
            throw Refusal.unreadable(
                    "YAML",
                    reader.lines.get(reader.at).number,
                    "this line is indented less than the first, or is no member or item");
        }
        return value;
    }

    private Written block(int indent, int level) {
        Line first = lines.get(at);
        if (level > MAX_LEVELS) {
            throw Refusal.unreadable("YAML", first.number, "nested deeper than " + MAX_LEVELS + " levels");
        }
        if (item(first.text)) {
            return list(indent, level);
        }
        if (colon(first.text) >= 0) {
            return mapping(indent, level);
        }
        at++;
        return scalar(first);
    }

    private static boolean item(String text) {
        return text.equals("-") || text.startsWith("- ");
    }

    private Written list(int indent, int level) {
        List<Written> items = new ArrayList<>();
        while (at < lines.size()) {
            Line line = lines.get(at);
            if (line.indent != indent || !item(line.text)) {
                break;
            }
            String rest = line.text.substring(1).strip();
            int inner = line.indent
                    + line.text.length()
                    - line.text.substring(1).stripLeading().length();
            if (rest.isEmpty()) {
                at++;
                items.add(below(indent, level, line));
            } else if (item(rest) || colon(rest) >= 0) {
                // What follows the mark is a block of its own, indented to where it begins.
                lines.set(at, new Line(line.number, inner, rest));
                items.add(block(inner, level + 1));
            } else {
                items.add(value(line, rest, indent));
            }
        }
        return new Written.Items(items, false);
    }

    private Written mapping(int indent, int level) {
        List<Written.Member> members = new ArrayList<>();
        while (at < lines.size()) {
            Line line = lines.get(at);
            int colon = line.indent == indent ? colon(line.text) : -1;
            if (colon < 0 || item(line.text)) {
                break;
            }
            String name = KeyValueText.unquoted(line.text.substring(0, colon));
            String rest = line.text.substring(colon + 1).strip();
            if (rest.isEmpty() || rest.startsWith("#")) {
                at++;
                members.add(new Written.Member(name, below(indent, level, line)));
            } else {
                members.add(new Written.Member(name, value(line, rest, indent)));
            }
        }
        return new Written.Members(members, false);
    }

    /** What stands on the lines below, indented more; a list may stand as far left as its name. */
    private Written below(int indent, int level, Line above) {
        if (at < lines.size()) {
            Line next = lines.get(at);
            if (next.indent > indent || next.indent == indent && item(next.text) && !item(above.text)) {
                return block(next.indent, level + 1);
            }
        }
        return Written.of(Json.NULL);
    }

    private Written value(Line line, String rest, int indent) {
        at++;
        char first = rest.charAt(0);
        if (first == '|' || first == '>') {
            return blockText(line, rest, indent);
        }
        if (first == '&' || first == '*' || first == '!') {
            throw Refusal.unreadable(
                    "YAML", line.number, "anchors, aliases and tags are not read; write the value out");
        }
        StringBuilder text = new StringBuilder(rest);
        boolean quoted = first == '"' || first == '\'';
        while (at < lines.size() && lines.get(at).indent > indent && (!quoted || !closed(text.toString(), first))) {
            // A text that goes on, on lines that are indented more.
            text.append(' ').append(lines.get(at).text);
            at++;
        }
        return scalar(new Line(line.number, line.indent, text.toString()));
    }

    private static boolean closed(String text, char quote) {
        return text.length() > 1 && text.charAt(text.length() - 1) == quote;
    }

    private Written scalar(Line line) {
        String text = uncommented(line.text);
        char first = text.charAt(0);
        if (first == '{' || first == '[') {
            return Written.of(RecoveryParser.any().parse(flow(text)).value());
        }
        if (first == '"') {
            Json value = RecoveryParser.any().parse(text).value();
            return Written.of(value);
        }
        if (first == '\'' && closed(text, '\'')) {
            return new Written.Text(text.substring(1, text.length() - 1).replace("''", "'"), false, false);
        }
        return switch (text) {
            case "~" -> Written.of(Json.NULL);
            default -> new Written.Text(text, true, false);
        };
    }

    /** A list or mapping on one line, its texts in single quotes as JSON has them: in these a quote is doubled, and a backslash is one. */
    private static String flow(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        boolean begins = true;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int end = begins && (c == '"' || c == '\'') ? quotedEnd(text, i) : -1;
            if (end < 0) {
                out.append(c);
                begins = c == ' ' ? begins : "[{,:".indexOf(c) >= 0;
                i++;
                continue;
            }
            String quoted = text.substring(i, end);
            out.append(
                    c == '"'
                            ? quoted
                            : new Json.Str(quoted.substring(1, quoted.length() - 1)
                                            .replace("''", "'"))
                                    .toString());
            begins = false;
            i = end;
        }
        return out.toString();
    }

    /** Behind the quote that ends the text in quotes which begins here; negative where none does. */
    private static int quotedEnd(String text, int from) {
        char quote = text.charAt(from);
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote == '"') {
                i++;
            } else if (c == quote) {
                boolean doubled = quote == '\'' && i + 1 < text.length() && text.charAt(i + 1) == quote;
                if (!doubled) {
                    return i + 1;
                }
                i++;
            }
        }
        return -1;
    }

    /** Without a comment at its end, where the text is plain. */
    private static String uncommented(String text) {
        char first = text.charAt(0);
        int from = first == '"' || first == '\'' ? Math.max(0, text.lastIndexOf(first)) : 0;
        int comment = text.indexOf(" #", from);
        return comment < 0 || first == '{' || first == '['
                ? text
                : text.substring(0, comment).strip();
    }

    /** Lines as they stand, or joined by spaces, as far as they are indented more. */
    private Written blockText(Line line, String mark, int indent) {
        boolean folded = mark.charAt(0) == '>';
        boolean strip = mark.indexOf('-') > 0;
        StringBuilder out = new StringBuilder();
        int i = line.number;
        int inner = -1;
        for (; i < raw.size(); i++) {
            String text = raw.get(i);
            int own = text.length() - text.stripLeading().length();
            if (!text.isBlank()) {
                if (own <= indent) {
                    break;
                }
                inner = inner < 0 ? own : inner;
            }
            if (!out.isEmpty()) {
                out.append(folded && !text.isBlank() && out.charAt(out.length() - 1) != '\n' ? ' ' : '\n');
            }
            out.append(
                    text.isBlank()
                            ? ""
                            : text.substring(Math.min(Math.max(inner, 0), own)).stripTrailing());
        }
        while (at < lines.size() && lines.get(at).number <= i) {
            at++;
        }
        String text = out.toString().stripTrailing();
        return new Written.Text(strip || text.isEmpty() ? text : text + "\n", false, false);
    }

    /** The colon that ends a member's name; negative where there is none. */
    private static int colon(String text) {
        char first = text.charAt(0);
        int from = 0;
        if (first == '"' || first == '\'') {
            from = text.indexOf(first, 1) + 1;
            if (from == 0) {
                return -1;
            }
        } else if (first == '{' || first == '[') {
            return -1;
        }
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == ':' && (i + 1 == text.length() || text.charAt(i + 1) == ' ')) {
                return i;
            }
            if (text.charAt(i) == '#' && i > 0 && text.charAt(i - 1) == ' ') {
                return -1;
            }
        }
        return -1;
    }
}
