package dev.tenon.output;

import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.List;

/** Lines of a name, a colon or an equals sign, and a value. A line without either goes on with the value before it. */
final class KeyValueText {
    /** A longer name is a sentence. */
    private static final int LONGEST_NAME = 60;

    private KeyValueText() {}

    static Written read(String text, Fixes fixes) {
        List<Written.Member> members = new ArrayList<>();
        String name = "";
        StringBuilder value = new StringBuilder();
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            int sign = sign(line);
            if (sign > 0) {
                add(members, name, value);
                name = name(line.substring(0, sign), fixes);
                value = new StringBuilder(line.substring(sign + 1).strip());
            } else if (!line.isEmpty() && !name.isEmpty()) {
                value.append(value.isEmpty() ? "" : "\n").append(line);
            } else if (!line.isEmpty()) {
                fixes.add(new Fix(Fix.Kind.SURROUNDINGS, "", clip(line), ""));
            }
        }
        add(members, name, value);
        if (members.isEmpty()) {
            throw Refusal.of("output.unreadable", "the text has no line such as name: value");
        }
        return new Written.Members(members, false);
    }

    private static String clip(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static void add(List<Written.Member> members, String name, StringBuilder value) {
        if (!name.isEmpty()) {
            members.add(new Written.Member(name, new Written.Text(unquoted(value.toString()), true, false)));
        }
    }

    private static int sign(String line) {
        for (int i = 1; i < line.length() && i <= LONGEST_NAME; i++) {
            char c = line.charAt(i);
            boolean apart = i + 1 == line.length() || line.charAt(i + 1) == ' ' || line.charAt(i + 1) == '*';
            if (c == ':' && apart || c == '=') {
                return i;
            }
            if (c == '.' && apart || c == '?' || c == '!') {
                return -1;
            }
        }
        return -1;
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

    static String unquoted(String value) {
        String text = value.strip();
        while (text.startsWith("**") || text.startsWith("* ")) {
            text = text.substring(2).strip();
        }
        if (text.length() > 1
                && text.charAt(0) == text.charAt(text.length() - 1)
                && "\"'`".indexOf(text.charAt(0)) >= 0) {
            return text.substring(1, text.length() - 1);
        }
        return text;
    }
}
