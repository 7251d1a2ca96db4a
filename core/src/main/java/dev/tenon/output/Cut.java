package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Written;

/** What can be said of a word at which a document was cut off. */
final class Cut {
    private static final String[] LITERALS = {
        "true", "false", "null", "True", "False", "None", "TRUE", "FALSE", "NULL", "undefined", "NaN", "Infinity"
    };

    private Cut() {}

    /** Whether it is the beginning of a literal and not the whole of one. */
    static boolean literal(String word) {
        if (!(Written.word(word) instanceof Json.Str)) {
            return false;
        }
        for (String literal : LITERALS) {
            if (literal.startsWith(word)) {
                return true;
            }
        }
        return word.isEmpty();
    }

    /** Whether a number is written as JSON has it. */
    static boolean jsonNumber(String word) {
        int i = word.startsWith("-") ? 1 : 0;
        int digits = i;
        while (i < word.length() && Signs.digit(word.charAt(i))) {
            i++;
        }
        if (i == digits || word.charAt(digits) == '0' && i > digits + 1) {
            return false;
        }
        if (i < word.length() && word.charAt(i) == '.') {
            int fraction = ++i;
            while (i < word.length() && Signs.digit(word.charAt(i))) {
                i++;
            }
            if (i == fraction) {
                return false;
            }
        }
        if (i < word.length() && (word.charAt(i) == 'e' || word.charAt(i) == 'E')) {
            i++;
            if (i < word.length() && (word.charAt(i) == '+' || word.charAt(i) == '-')) {
                i++;
            }
            int power = i;
            while (i < word.length() && Signs.digit(word.charAt(i))) {
                i++;
            }
            if (i == power) {
                return false;
            }
        }
        return i == word.length();
    }
}
