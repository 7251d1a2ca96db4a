package dev.tenon.wire;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A text where the parser stands, if there is one: what else stands there is skipped. */
public final class Scalar {
    private Scalar() {}

    /** The text; this one where there is none. */
    public static String text(JsonParser parser, JsonToken token, String otherwise) {
        if (token == JsonToken.VALUE_STRING) return parser.getString();
        parser.skipChildren();
        return otherwise;
    }

    /** The text before where it is not empty, else the one here: of what every chunk says, the first counts. */
    public static String first(String before, JsonParser parser, JsonToken token) {
        if (!before.isEmpty() || token != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return before;
        }
        return parser.getString();
    }

    /** The text; the same object as before where it says the same, as most chunks of a stream say one word. Empty where there is none. */
    public static String same(String before, JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return "";
        }
        int length = parser.getStringLength();
        if (length != before.length()) return parser.getString();
        char[] chars = parser.getStringCharacters();
        int from = parser.getStringOffset();
        for (int i = 0; i < length; i++) {
            if (chars[from + i] != before.charAt(i)) return parser.getString();
        }
        return before;
    }
}
