package dev.tenon.output;

import java.util.Arrays;

/**
 * Takes one level of escaping away from a text: every quote with a backslash before it, or every quote as an HTML entity. Fed a
 * character at a time; remembers where each of its own came from. Not thread-safe.
 */
final class Unescaping {
    /** How a text is escaped. */
    enum Kind {
        BACKSLASH,
        ENTITY
    }

    private static final int LONGEST = 10;

    private final Kind kind;
    final Feed out = new Feed(256);
    private int[] sources = new int[256];
    private final StringBuilder pending = new StringBuilder();
    private int pendingAt;

    Unescaping(Kind kind) {
        this.kind = kind;
    }

    /** The place in the escaped text of a character that came out. */
    int source(int at, int whenBeyond) {
        return at < out.end ? sources[at] : whenBeyond;
    }

    void take(char c, int at) {
        if (pending.isEmpty()) {
            if (c == (kind == Kind.BACKSLASH ? '\\' : '&')) {
                pending.append(c);
                pendingAt = at;
            } else {
                put(c, at);
            }
            return;
        }
        pending.append(c);
        if (kind == Kind.BACKSLASH) {
            backslash();
        } else if (c == ';' || pending.length() > LONGEST || !(Character.isLetterOrDigit(c) || c == '#')) {
            entity();
        }
    }

    /** No more will come. */
    void finish() {
        // A broken escape at the end is of no use; an ampersand is one.
        if (kind == Kind.ENTITY) {
            flush();
        }
        pending.setLength(0);
        out.last = true;
    }

    private void flush() {
        for (int i = 0; i < pending.length(); i++) {
            put(pending.charAt(i), pendingAt + i);
        }
        pending.setLength(0);
    }

    private void put(char c, int at) {
        if (out.end == sources.length) {
            sources = Arrays.copyOf(sources, sources.length * 2);
        }
        sources[out.end] = at;
        out.append(c);
    }

    private void backslash() {
        char c = pending.charAt(1);
        if (c == 'u' && pending.length() < 6) {
            if (pending.length() > 2 && Character.digit(pending.charAt(pending.length() - 1), 16) < 0) {
                flush();
            }
            return;
        }
        switch (c) {
            case 'u' -> {
                int value = 0;
                for (int i = 2; i < 6; i++) {
                    int digit = Character.digit(pending.charAt(i), 16);
                    if (digit < 0) {
                        flush();
                        return;
                    }
                    value = value * 16 + digit;
                }
                one((char) value);
            }
            case 'n' -> one('\n');
            case 'r' -> one('\r');
            case 't' -> one('\t');
            case 'b' -> one('\b');
            case 'f' -> one('\f');
            case '"', '\\', '/', '\'' -> one(c);
            default -> flush();
        }
    }

    private void one(char c) {
        pending.setLength(0);
        put(c, pendingAt);
    }

    private void entity() {
        String name = pending.toString();
        switch (name) {
            case "&quot;", "&#34;", "&#034;", "&#x22;", "&#X22;" -> one('"');
            case "&apos;", "&#39;", "&#039;", "&#x27;", "&#X27;" -> one('\'');
            case "&amp;", "&#38;", "&#x26;" -> one('&');
            case "&lt;", "&#60;", "&#x3c;", "&#x3C;" -> one('<');
            case "&gt;", "&#62;", "&#x3e;", "&#x3E;" -> one('>');
            case "&nbsp;", "&#160;", "&#xa0;", "&#xA0;" -> one(' ');
            case "&lbrace;", "&lcub;", "&#123;", "&#x7b;", "&#x7B;" -> one('{');
            case "&rbrace;", "&rcub;", "&#125;", "&#x7d;", "&#x7D;" -> one('}');
            case "&lbrack;", "&lsqb;", "&#91;", "&#x5b;", "&#x5B;" -> one('[');
            case "&rbrack;", "&rsqb;", "&#93;", "&#x5d;", "&#x5D;" -> one(']');
            case "&colon;", "&#58;", "&#x3a;" -> one(':');
            case "&comma;", "&#44;", "&#x2c;" -> one(',');
            default -> numeric(name);
        }
    }

    private void numeric(String name) {
        boolean whole = name.startsWith("&#") && name.endsWith(";") && name.length() > 3;
        if (!whole) {
            flush();
            return;
        }
        boolean hex = name.charAt(2) == 'x' || name.charAt(2) == 'X';
        String digits = name.substring(hex ? 3 : 2, name.length() - 1);
        int point = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), hex ? 16 : 10);
            if (digit < 0) {
                flush();
                return;
            }
            point = point * (hex ? 16 : 10) + digit;
        }
        if (!Character.isValidCodePoint(point) || digits.isEmpty()) {
            flush();
            return;
        }
        pending.setLength(0);
        for (char c : Character.toChars(point)) {
            put(c, pendingAt);
        }
    }
}
