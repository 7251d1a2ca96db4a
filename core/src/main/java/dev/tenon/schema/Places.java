package dev.tenon.schema;

import dev.tenon.json.Json;

/** How places and values are written in pointers and messages. */
final class Places {
    /** Enough to recognise a value in a message. */
    private static final int CLIP = 80;

    private Places() {}

    /** One token of an RFC 6901 pointer. */
    static String escape(String token) {
        return token.indexOf('~') < 0 && token.indexOf('/') < 0
                ? token
                : token.replace("~", "~0").replace("/", "~1");
    }

    /** {@code .name}, or {@code ["odd name"]}. */
    static void appendMember(StringBuilder path, String name) {
        if (isPlain(name)) {
            path.append('.').append(name);
        } else {
            path.append('[').append(quoted(name)).append(']');
        }
    }

    private static boolean isPlain(String name) {
        if (name.isEmpty() || name.length() > CLIP) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$';
            if (!word && (i == 0 || (c < '0' || c > '9') && c != '-')) {
                return false;
            }
        }
        return true;
    }

    static String clip(String text) {
        return text.length() <= CLIP ? text : text.substring(0, CLIP) + "…";
    }

    /** A text in JSON's quotes, clipped. */
    static String quoted(String text) {
        String head = text.length() <= CLIP ? text : text.substring(0, CLIP);
        String json = new Json.Str(head).toString();
        return head.length() == text.length() ? json : json.substring(0, json.length() - 1) + "…\"";
    }

    /** A constant in a message: as JSON text, clipped. */
    static String constant(Json value) {
        return value instanceof Json.Str text ? quoted(text.value()) : clip(value.toString());
    }

    /** {@code 1 item}, {@code 2 items}. */
    static String count(long n, String noun) {
        return n + " " + noun + (n == 1 ? "" : "s");
    }
}
