package dev.tenon.gemini;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the place of an argument as Gemini names it: {@code $.recipe.steps[0]}. Of RFC 9535 what names one place: members after a dot or in
 * quotes, and indexes. Used once.
 */
final class JsonPath {
    /** More levels are no arguments of a tool. */
    private static final int MAX_STEPS = 200;

    private final String text;
    private int at;

    private JsonPath(String text) {
        this.text = text;
    }

    /**
     * The steps from the root: names ({@link String}) and indexes ({@link Integer}), at least one.
     *
     * @throws PartialArguments.Misplaced where the text names no such place; the message says nothing of the arguments
     */
    static List<Object> parse(String text) {
        JsonPath path = new JsonPath(text);
        List<Object> steps = new ArrayList<>(4);
        if (!path.take('$')) throw none();
        while (!path.atEnd()) {
            if (steps.size() == MAX_STEPS) throw none();
            if (path.take('.')) {
                steps.add(path.name());
            } else if (path.take('[')) {
                steps.add(path.bracketed());
            } else {
                throw none();
            }
        }
        if (steps.isEmpty()) throw none();
        return steps;
    }

    private static PartialArguments.Misplaced none() {
        return new PartialArguments.Misplaced("a path that names no place");
    }

    private boolean atEnd() {
        return at == text.length();
    }

    private boolean take(char c) {
        if (atEnd() || text.charAt(at) != c) return false;
        at++;
        return true;
    }

    private String name() {
        int from = at;
        while (!atEnd() && text.charAt(at) != '.' && text.charAt(at) != '[') at++;
        if (at == from) throw none();
        return text.substring(from, at);
    }

    private Object bracketed() {
        Object step = take('\'') ? quoted('\'') : take('"') ? quoted('"') : (Object) index();
        if (!take(']')) throw none();
        return step;
    }

    private String quoted(char quote) {
        StringBuilder name = new StringBuilder();
        while (!take(quote)) {
            if (atEnd()) throw none();
            char c = text.charAt(at++);
            name.append(c == '\\' ? escaped() : c);
        }
        return name.toString();
    }

    private char escaped() {
        if (atEnd()) throw none();
        char c = text.charAt(at++);
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '\'', '"', '/', '\\' -> c;
            case 'u' -> hex();
            default -> throw none();
        };
    }

    private char hex() {
        if (at + 4 > text.length()) throw none();
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            if (digit < 0) throw none();
            code = code * 16 + digit;
        }
        return (char) code;
    }

    private Integer index() {
        int from = at;
        while (!atEnd() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        if (at == from || at - from > 9) throw none();
        return Integer.valueOf(text.substring(from, at));
    }
}
