package dev.tenon.output;

import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lines of a name, a colon or an equals sign, and a value. A line without either goes on with the value before it; items with a
 * list's mark below a name are an array.
 */
final class KeyValueText {
    /** A longer name is a sentence. */
    private static final int LONGEST_NAME = 60;

    private KeyValueText() {}

    static Written read(String text, Fixes fixes) {
        List<Written.Member> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        String name = "";
        StringBuilder value = new StringBuilder();
        boolean below = false;
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            int sign = sign(line);
            if (sign > 0) {
                add(members, names, name, value, below, fixes);
                name = name(line.substring(0, sign), fixes);
                value = new StringBuilder(line.substring(sign + 1).strip());
                below = value.isEmpty();
            } else if (!line.isEmpty() && !name.isEmpty()) {
                value.append(value.isEmpty() ? "" : "\n").append(line);
            } else if (!line.isEmpty()) {
                fixes.add(new Fix(Fix.Kind.SURROUNDINGS, "", clip(line), ""));
            }
        }
        add(members, names, name, value, below, fixes);
        if (members.isEmpty()) {
            throw Refusal.of("output.unreadable", "the text has no line such as name: value");
        }
        return new Written.Members(members, false);
    }

    private static String clip(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    /** A member; {@code below} where its value stands on the lines after its name. */
    private static void add(
            List<Written.Member> members,
            Set<String> names,
            String name,
            StringBuilder value,
            boolean below,
            Fixes fixes) {
        if (name.isEmpty()) {
            return;
        }
        String text = value.toString();
        if (!names.add(name)) {
            fixes.add(new Fix(Fix.Kind.DUPLICATE, "/" + name, "", clip(text)));
        }
        members.add(new Written.Member(name, below ? value(text) : new Written.Text(unquoted(text), true, false)));
    }

    private static Written value(String value) {
        List<String> lines = value.lines().toList();
        if (lines.isEmpty() || !lines.stream().allMatch(line -> line.startsWith("- ") || line.startsWith("* "))) {
            return new Written.Text(unquoted(value), true, false);
        }
        List<Written> items = new ArrayList<>();
        lines.forEach(line -> items.add(new Written.Text(unquoted(line.substring(2)), true, false)));
        return new Written.Items(items, false);
    }

    private static int sign(String line) {
        for (int i = 1; i < line.length() && i <= LONGEST_NAME; i++) {
            char c = line.charAt(i);
            boolean apart = i + 1 == line.length() || line.charAt(i + 1) == ' ' || line.charAt(i + 1) == '*';
            if (c == '：' || c == '=' || c == ':' && (apart || word(line, i) && line.charAt(i + 1) != '/')) {
                return i;
            }
            if (c == ':') {
                return -1;
            }
            if (c == '.' && apart || c == '?' || c == '!') {
                return -1;
            }
        }
        return -1;
    }

    /** Whether all before a place is one word: {@code count:5} is a line, {@code at 10:30} is not. */
    private static boolean word(String line, int to) {
        for (int i = 0; i < to; i++) {
            char c = line.charAt(i);
            if (!Character.isLetter(c) && c != '_' && c != '-' && (i == 0 || !Character.isDigit(c))) {
                return false;
            }
        }
        return true;
    }

    /** The name without a list's mark and emphasis. */
    private static String name(String written, Fixes fixes) {
        String name = written.strip();
        int from = 0;
        while (from < name.length() && "-*+•>#_` \"'".indexOf(name.charAt(from)) >= 0) {
            from++;
        }
        int to = name.length();
        while (to > from && "*_` \"'".indexOf(name.charAt(to - 1)) >= 0) {
            to--;
        }
        if (to - from < name.length()) {
            fixes.add(new Fix(Fix.Kind.PUNCTUATION, "", clip(name), name.substring(from, to)));
        }
        return name.substring(from, to);
    }

    /** Whether the quote that opens a text has its own end before the last one: {@code "a" and "b"}. */
    private static boolean endsEarlier(String text) {
        int next = text.indexOf(text.charAt(0), 1);
        return next < text.length() - 1
                && !Character.isWhitespace(text.charAt(next - 1))
                && (Character.isWhitespace(text.charAt(next + 1)) || text.charAt(next + 1) == ',');
    }

    static String unquoted(String value) {
        String text = value.strip();
        while (text.startsWith("**") || text.startsWith("* ")) {
            text = text.substring(2).strip();
        }
        if (text.length() > 1
                && text.charAt(0) == text.charAt(text.length() - 1)
                && "\"'`".indexOf(text.charAt(0)) >= 0
                && !endsEarlier(text)) {
            return text.substring(1, text.length() - 1);
        }
        return text;
    }
}
