package dev.tenon.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The line and column at which each name of a TOML document stands. The parser builds its tree without them. The document is known to be TOML, so only names, strings,
 * brackets and comments have to be told apart; what is within an inline table or a list has the place of what holds it.
 */
final class TomlLines {
    private final String text;
    private final Map<String, String> marks;
    private final Map<String, Integer> counts = new HashMap<>();
    private int at;
    private int line = 1;
    private int lineStart;

    TomlLines(String text, Map<String, String> marks) {
        this.text = text;
        this.marks = marks;
    }

    void read() {
        String table = "";
        while (true) {
            skipBlank();
            if (at >= text.length()) return;
            String mark = line + ":" + (at - lineStart + 1);
            if (text.charAt(at) == '[') {
                boolean list = text.startsWith("[[", at);
                at += list ? 2 : 1;
                table = header(names(']'), list, mark);
                skipComment();
            } else {
                place(table, names('='), mark);
                at++;
                skipValue();
            }
        }
    }

    /** The place of a table; one of a list gets the next index, and names go on in the newest item of a list. */
    private String header(List<String> names, boolean list, String mark) {
        String place = "";
        for (int i = 0; i < names.size(); i++) {
            place = place + "/" + names.get(i);
            boolean last = i == names.size() - 1;
            marks.putIfAbsent(place, mark);
            if (last && list) {
                int index = counts.merge(place, 1, Integer::sum) - 1;
                place = place + "/" + index;
                marks.putIfAbsent(place, mark);
            } else if (counts.containsKey(place)) {
                place = place + "/" + (counts.get(place) - 1);
            }
        }
        return place;
    }

    private void place(String table, List<String> names, String mark) {
        String place = table;
        for (String name : names) {
            place = place + "/" + name;
            marks.putIfAbsent(place, mark);
        }
    }

    /** Dotted names up to this sign, which is not passed, each as a step of a JSON Pointer. */
    private List<String> names(char end) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        while (at < text.length() && text.charAt(at) != end && text.charAt(at) != '\n') {
            char next = text.charAt(at);
            if (next == '"' || next == '\'') {
                name.append(quoted(next));
            } else {
                if (next == '.') {
                    names.add(step(name));
                } else if (next != ' ' && next != '\t') {
                    name.append(next);
                }
                at++;
            }
        }
        names.add(step(name));
        return names;
    }

    private static String step(StringBuilder name) {
        String step = name.toString().replace("~", "~0").replace("/", "~1");
        name.setLength(0);
        return step;
    }

    /** A quoted name without its quotes; of its escapes the common ones. */
    private String quoted(char quote) {
        StringBuilder out = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
            if (quote == '"' && text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
                char escaped = text.charAt(at);
                int digits = escaped == 'u' ? 4 : escaped == 'U' ? 8 : 0;
                if (digits > 0 && at + digits < text.length()) {
                    out.appendCodePoint(Integer.parseInt(text, at + 1, at + 1 + digits, 16));
                    at += digits;
                } else {
                    out.append(
                            switch (escaped) {
                                case 'b' -> '\b';
                                case 't' -> '\t';
                                case 'n' -> '\n';
                                case 'f' -> '\f';
                                case 'r' -> '\r';
                                default -> escaped;
                            });
                }
            } else {
                out.append(text.charAt(at));
            }
            at++;
        }
        at++;
        return out.toString();
    }

    private void skipValue() {
        int depth = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '"' || next == '\'') {
                skipString(next);
                continue;
            }
            if (next == '#') {
                skipComment();
                continue;
            }
            if (next == '[' || next == '{') depth++;
            if (next == ']' || next == '}') depth--;
            pass();
            if (next == '\n' && depth <= 0) return;
        }
    }

    private void skipString(char quote) {
        String three = String.valueOf(quote).repeat(3);
        if (text.startsWith(three, at)) {
            at += 3;
            while (at < text.length() && !text.startsWith(three, at)) {
                if (quote == '"' && text.charAt(at) == '\\') pass();
                pass();
            }
            at += 3;
            // Up to two quotes may stand before the three that end it.
            while (at < text.length() && text.charAt(at) == quote) at++;
        } else {
            at++;
            while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
                if (quote == '"' && text.charAt(at) == '\\') at++;
                at++;
            }
            at++;
        }
    }

    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n') at++;
    }

    private void skipBlank() {
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '#') {
                skipComment();
            } else if (Character.isWhitespace(next)) {
                pass();
            } else {
                return;
            }
        }
    }

    private void pass() {
        if (at < text.length() && text.charAt(at) == '\n') {
            line++;
            lineStart = at + 1;
        }
        at++;
    }
}
