package dev.tenon.schema;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Words without quotes: the literals and the number notations of the languages that models mix into JSON. */
final class Word {
    /** Digits of a number, as the reader of strict JSON has it (Jackson's StreamReadConstraints, 2026). */
    static final int MAX_DIGITS = 1000;

    private Word() {}

    static Json plain(String word) {
        Json literal = literal(word);
        if (literal != null) {
            return literal;
        }
        // 007 may be an agent: without a schema its digits are kept.
        if (paddedWithZeros(word)) {
            return new Json.Str(word);
        }
        BigDecimal number = number(word);
        return number == null ? new Json.Str(word) : new Json.Num(number);
    }

    /** {@code true}, {@code None}, {@code undefined} …; null where it is no such word. */
    static @Nullable Json literal(String word) {
        return switch (word) {
            // !0 and !1 are what minifiers of JavaScript write.
            case "true", "True", "TRUE", "!0" -> Json.Bool.TRUE;
            case "false", "False", "FALSE", "!1" -> Json.Bool.FALSE;
            // Numbers that JSON has not: as JSON.stringify writes them (ECMA-262, SerializeJSONProperty).
            case "null",
                    "Null",
                    "NULL",
                    "None",
                    "nil",
                    "Nil",
                    "undefined",
                    "void 0",
                    "NaN",
                    "nan",
                    "Infinity",
                    "-Infinity",
                    "+Infinity",
                    "inf",
                    "-inf",
                    "+inf" -> Json.NULL;
            default -> null;
        };
    }

    /** Whether a word is the beginning of a literal, so that a document cut off there does not say which value was meant. */
    static boolean beginsLiteral(String word) {
        for (String literal : new String[] {
            "true",
            "false",
            "null",
            "True",
            "False",
            "None",
            "TRUE",
            "FALSE",
            "NULL",
            "undefined",
            "NaN",
            "Infinity",
            "-Infinity"
        }) {
            if (word.length() < literal.length() && literal.startsWith(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean paddedWithZeros(String word) {
        int at = !word.isEmpty() && (word.charAt(0) == '-' || word.charAt(0) == '+') ? 1 : 0;
        return word.length() > at + 1 && word.charAt(at) == '0' && digit(word.charAt(at + 1));
    }

    /**
     * The number that a word is: signs, leading zeros, {@code .5}, {@code 5.}, {@code 0x1F}, {@code 0b101}, {@code 0o17},
     * {@code 1_000}, {@code 1,000}, {@code 5n}, exponents; null where it is none, or longer than {@value #MAX_DIGITS} digits.
     */
    static @Nullable BigDecimal number(String word) {
        int length = word.length();
        if (length == 0 || length > MAX_DIGITS) {
            return null;
        }
        int at = 0;
        boolean negative = false;
        char first = word.charAt(0);
        if (first == '+' || first == '-' || first == '\u2212') {
            negative = first != '+';
            at = 1;
        }
        if (at == length) {
            return null;
        }
        if (at + 2 < length && word.charAt(at) == '0') {
            int radix = switch (word.charAt(at + 1)) {
                case 'x', 'X' -> 16;
                case 'o', 'O' -> 8;
                case 'b', 'B' -> 2;
                default -> 0;
            };
            if (radix > 0) {
                return based(word, at + 2, radix, negative);
            }
        }
        return decimal(word, at, negative);
    }

    private static @Nullable BigDecimal based(String word, int from, int radix, boolean negative) {
        StringBuilder digits = new StringBuilder(word.length());
        for (int i = from; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '_' && i > from && i + 1 < word.length()) {
                continue;
            }
            if (c > 0x7f || Character.digit(c, radix) < 0) {
                return null;
            }
            digits.append(c);
        }
        if (digits.isEmpty()) {
            return null;
        }
        BigInteger value = new BigInteger(digits.toString(), radix);
        return new BigDecimal(negative ? value.negate() : value);
    }

    private static @Nullable BigDecimal decimal(String word, int from, boolean negative) {
        StringBuilder clean = new StringBuilder(word.length());
        if (negative) {
            clean.append('-');
        }
        int at = from;
        int length = word.length();
        int whole = 0;
        int group = 0;
        char separator = 0;
        while (at < length) {
            char c = word.charAt(at);
            if (digit(c)) {
                clean.append(c);
                whole++;
                group++;
            } else if ((c == '_' || c == ',' || c == '\'')
                    && whole > 0
                    && at + 1 < length
                    && digit(word.charAt(at + 1))) {
                boolean groups = c != '_';
                if (separator != 0 && separator != c || groups && !(separator == 0 ? group <= 3 : group == 3)) {
                    return null;
                }
                separator = c;
                group = 0;
            } else {
                break;
            }
            at++;
        }
        if (separator != 0 && separator != '_' && group != 3) {
            return null;
        }
        int fraction = 0;
        if (at < length && word.charAt(at) == '.') {
            at++;
            clean.append('.');
            while (at < length && digit(word.charAt(at))) {
                clean.append(word.charAt(at));
                at++;
                fraction++;
            }
            if (fraction == 0) {
                clean.append('0');
            }
        }
        if (whole + fraction == 0) {
            return null;
        }
        if (at < length && (word.charAt(at) == 'e' || word.charAt(at) == 'E')) {
            clean.append('e');
            at++;
            if (at < length && (word.charAt(at) == '+' || word.charAt(at) == '-')) {
                clean.append(word.charAt(at));
                at++;
            }
            int digits = at;
            while (at < length && digit(word.charAt(at))) {
                clean.append(word.charAt(at));
                at++;
            }
            if (at == digits) {
                return null;
            }
        } else if (at == length - 1 && fraction == 0 && (word.charAt(at) == 'n' || word.charAt(at) == 'L')) {
            at++;
        }
        if (at < length) {
            return null;
        }
        if (fraction == 0 && word.indexOf('.') >= 0) {
            int dot = clean.indexOf(".");
            clean.delete(dot, dot + 2);
        }
        try {
            return new BigDecimal(clean.toString());
        } catch (NumberFormatException e) {
            // An exponent beyond 32 bits.
            return null;
        }
    }

    static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
