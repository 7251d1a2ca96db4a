package dev.tenon.workflow.document;

import dev.tenon.json.Json;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes values as YAML that people like to read: blocks, few quotes, texts of several lines as such. {@link Document} reads it back as the same, and so do readers of YAML 1.1, since what these would
 * take for something else ({@code no}, {@code on}, {@code 1:30}) is in quotes.
 */
public final class Yaml {
    /** An array of simple values stands in one line up to here. */
    private static final int WIDTH = 80;

    /** Names of members may be this long; longer ones are written in the explicit form. YAML 1.2.2, section 7.4: 1,024. */
    private static final int LONGEST_NAME = 1_000;

    /** What some reader takes for null, a boolean or a sign of its own. */
    private static final Set<String> WORDS =
            Set.of("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<", "-", "---", "...");

    /** What begins like a number, a date or a time. */
    private static final Pattern NUMERIC =
            Pattern.compile("[-+]?\\.?[0-9].*|[-+]?\\.(inf|nan).*", Pattern.CASE_INSENSITIVE);

    private final StringBuilder out = new StringBuilder();

    private Yaml() {}

    /** The value as a document. */
    public static String of(Json value) {
        Yaml yaml = new Yaml();
        switch (Objects.requireNonNull(value, "value")) {
            case Json.Obj object when !object.isEmpty() -> yaml.members(object, 0, false);
            case Json.Arr array when array.size() > 0 -> yaml.items(array, 0);
            default -> yaml.out.append(yaml.scalar(value, 2, false)).append('\n');
        }
        return yaml.out.toString();
    }

    private void members(Json.Obj object, int indent, boolean begun) {
        boolean first = begun;
        for (Map.Entry<String, Json> member : object.members().entrySet()) {
            if (!first) {
                pad(indent);
            }
            first = false;
            String name = member.getKey().isEmpty() ? "\"\"" : text(member.getKey(), true);
            if (name.length() > LONGEST_NAME) {
                out.append("? ").append(name).append('\n');
                pad(indent);
                name = "";
            }
            out.append(name).append(':');
            below(member.getValue(), indent);
        }
    }

    /** A value after a name. */
    private void below(Json value, int indent) {
        switch (value) {
            case Json.Obj object
            when !object.isEmpty() -> {
                out.append('\n');
                members(object, indent + 2, false);
            }
            case Json.Arr array
            when array.size() > 0 -> {
                String line = line(array, indent);
                if (line.isEmpty()) {
                    out.append('\n');
                    items(array, indent + 2);
                } else {
                    out.append(' ').append(line).append('\n');
                }
            }
            default -> out.append(' ').append(scalar(value, indent + 2, false)).append('\n');
        }
    }

    private void items(Json.Arr array, int indent) {
        for (Json item : array) {
            pad(indent);
            out.append('-');
            switch (item) {
                case Json.Obj object
                when !object.isEmpty() -> {
                    out.append(' ');
                    members(object, indent + 2, true);
                }
                case Json.Arr inner
                when inner.size() > 0 -> {
                    String line = line(inner, indent);
                    if (line.isEmpty()) {
                        out.append('\n');
                        items(inner, indent + 2);
                    } else {
                        out.append(' ').append(line).append('\n');
                    }
                }
                default ->
                    out.append(' ').append(scalar(item, indent + 2, false)).append('\n');
            }
        }
    }

    private void pad(int indent) {
        out.repeat(' ', indent);
    }

    /** An array of simple values in a line; empty where it does not fit into one. */
    private String line(Json.Arr array, int indent) {
        StringBuilder line = new StringBuilder("[");
        for (Iterator<Json> items = array.iterator(); items.hasNext(); ) {
            Json item = items.next();
            boolean simple = !(item instanceof Json.Obj object && !object.isEmpty())
                    && !(item instanceof Json.Arr inner && inner.size() > 0)
                    && !(item instanceof Json.Str text && text.value().length() > WIDTH);
            if (!simple) {
                return "";
            }
            line.append(scalar(item, 0, true)).append(items.hasNext() ? ", " : "]");
            if (line.length() > WIDTH - indent) {
                return "";
            }
        }
        return line.toString();
    }

    private String scalar(Json value, int indent, boolean inLine) {
        return switch (value) {
            case Json.Str text ->
                !inLine && isBlock(text.value()) ? block(text.value(), indent) : text(text.value(), inLine);
            case Json.Obj object -> "{}";
            case Json.Arr array -> "[]";
            default -> value.toString();
        };
    }

    /** Texts of several lines without anything that a block cannot say. */
    private static boolean isBlock(String text) {
        if (!text.contains("\n") || !shown(text.replace("\n", "")) || text.isBlank()) {
            return false;
        }
        char first = text.charAt(0);
        return first != ' ' && first != '\n' && first != '\t' && !text.contains(" \n") && !text.contains("\t");
    }

    private static String block(String text, int indent) {
        String chomping = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") ? "+" : "";
        String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        StringBuilder lines = new StringBuilder("|").append(chomping);
        for (String line : body.split("\n", -1)) {
            lines.append('\n');
            if (!line.isEmpty()) {
                lines.repeat(' ', indent).append(line);
            }
        }
        return lines.toString();
    }

    /** @param inLine whether commas and brackets end it */
    private static String text(String text, boolean inLine) {
        if (!shown(text)) {
            return quoted(text);
        }
        if (isPlain(text, inLine)) {
            return text;
        }
        return text.contains("'") && !text.contains("\"") && !text.contains("\\")
                ? "\"" + text + "\""
                : "'" + text.replace("'", "''") + "'";
    }

    private static boolean isPlain(String text, boolean inLine) {
        if (WORDS.contains(text.toLowerCase(Locale.ROOT))
                || NUMERIC.matcher(text).matches()) {
            return false;
        }
        char first = text.charAt(0);
        char last = text.charAt(text.length() - 1);
        return "-?:,[]{}#&*!|>'\"%@` ".indexOf(first) < 0
                && last != ' '
                && last != ':'
                && !text.contains(": ")
                && !text.contains(" #")
                && (!inLine || text.chars().noneMatch(c -> ",[]{}:?".indexOf(c) >= 0));
    }

    /** Whether a reader takes all of it as it stands, in a line. */
    private static boolean shown(String text) {
        return text.codePoints()
                .allMatch(c -> c >= 0x20 && c <= 0x7e
                        || c >= 0xa0 && c <= 0xd7ff && c != 0x2028 && c != 0x2029
                        || c >= 0xe000 && c <= 0xfffd && c != 0xfeff
                        || c >= 0x10000);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    String sign = Character.toString(c);
                    quoted.append(shown(sign) ? sign : String.format("\\u%04x", c));
                }
            }
        });
        return quoted.append('"').toString();
    }
}
