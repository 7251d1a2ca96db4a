package dev.tenon.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of ECMA-262 (2025) as those of {@link Pattern}. JSON Schema's patterns are the former, with
 * Unicode code points ({@code u}); the two differ in what {@code $}, {@code .}, {@code \s}, {@code [}, {@code []}, {@code \p} and
 * {@code \cx} mean, so the pattern is parsed and written anew.
 *
 * <p>Beyond the grammar with {@code u} what browsers take without it is taken too, where it can mean one thing: lone
 * {@code {}, {@code }}, {@code ]}, and a backslash before any character that is no letter or digit. Not carried over: a
 * backreference to a group that took no part matches nothing here, and the empty text there.
 */
final class Ecma {
    private static final String SPACE =
            "\\t\\n\\x0B\\f\\r\\x20\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF";

    /** General categories by their long names: UAX #44, PropertyValueAliases.txt. */
    private static final Map<String, String> CATEGORIES = categories();

    private final String pattern;
    private final StringBuilder out = new StringBuilder();
    private final Map<String, String> groupNames = new HashMap<>();
    private final List<String> namesUsed = new ArrayList<>();
    private int groups;
    private int highestReference;
    private int at;

    private Ecma(String pattern) {
        this.pattern = pattern;
    }

    /**
     * The pattern in Java's syntax.
     *
     * @throws IllegalArgumentException where it is no pattern, saying what is wrong and at which character
     */
    static String toJava(String pattern) {
        return new Ecma(pattern).translate();
    }

    private String translate() {
        int open = 0;
        boolean repeatable = false;
        while (at < pattern.length()) {
            int c = pattern.codePointAt(at);
            switch (c) {
                case '(' -> {
                    open++;
                    group();
                    repeatable = false;
                }
                case ')' -> {
                    if (--open < 0) {
                        throw wrong("unmatched )");
                    }
                    take(")");
                    repeatable = true;
                }
                case '|' -> {
                    take("|");
                    repeatable = false;
                }
                case '^' -> {
                    take("^");
                    repeatable = false;
                }
                case '$' -> {
                    take("\\z");
                    repeatable = false;
                }
                case '.' -> {
                    take("[^\\n\\r\\u2028\\u2029]");
                    repeatable = true;
                }
                case '[' -> {
                    characterClass();
                    repeatable = true;
                }
                case '\\' -> repeatable = escape();
                case '*', '+', '?' -> {
                    if (!repeatable) {
                        throw wrong("nothing to repeat before " + (char) c);
                    }
                    take(Character.toString(c));
                    lazy();
                    repeatable = false;
                }
                case '{' -> {
                    int end = quantifierEnd();
                    if (end < 0) {
                        literal(out, c);
                        at++;
                        repeatable = true;
                    } else if (!repeatable) {
                        throw wrong("nothing to repeat before {");
                    } else {
                        out.append(pattern, at, end);
                        at = end;
                        lazy();
                        repeatable = false;
                    }
                }
                default -> {
                    literal(out, c);
                    at += Character.charCount(c);
                    repeatable = true;
                }
            }
        }
        if (open > 0) {
            throw wrong("unclosed (");
        }
        if (highestReference > groups) {
            throw wrong("there is no group " + highestReference);
        }
        for (String name : namesUsed) {
            if (!groupNames.containsKey(name)) {
                throw wrong("there is no group <" + name + ">");
            }
        }
        return out.toString();
    }

    private void take(String java) {
        out.append(java);
        at++;
    }

    private void lazy() {
        if (at < pattern.length() && pattern.charAt(at) == '?') {
            take("?");
        }
    }

    /** Where a quantifier in braces ends that starts here; -1 where the brace is but a brace. */
    private int quantifierEnd() {
        int i = at + 1;
        int digits = i;
        while (i < pattern.length() && isDigit(pattern.charAt(i))) {
            i++;
        }
        if (i == digits) {
            return -1;
        }
        long least = number(digits, i);
        long most = Long.MAX_VALUE;
        if (i < pattern.length() && pattern.charAt(i) == ',') {
            digits = ++i;
            while (i < pattern.length() && isDigit(pattern.charAt(i))) {
                i++;
            }
            if (i > digits) {
                most = number(digits, i);
            }
        }
        if (i >= pattern.length() || pattern.charAt(i) != '}') {
            return -1;
        }
        if (least > most) {
            throw wrong("numbers out of order in {}");
        }
        return i + 1;
    }

    private long number(int from, int to) {
        return to - from > 9 ? Integer.MAX_VALUE : Long.parseLong(pattern, from, to, 10);
    }

    private void group() {
        if (!pattern.startsWith("(?", at)) {
            groups++;
            take("(");
            return;
        }
        for (String plain : List.of("(?:", "(?=", "(?!", "(?<=", "(?<!")) {
            if (pattern.startsWith(plain, at)) {
                out.append(plain);
                at += plain.length();
                return;
            }
        }
        if (!pattern.startsWith("(?<", at)) {
            throw wrong("unknown group; JSON Schema's patterns are those of ECMA-262");
        }
        at += 3;
        String name = groupName();
        groups++;
        if (groupNames.put(name, "n" + groups) != null) {
            throw wrong("two groups <" + name + ">");
        }
        out.append("(?<n").append(groups).append('>');
    }

    private String groupName() {
        int end = pattern.indexOf('>', at);
        if (end < 0) {
            throw wrong("unclosed group name");
        }
        String name = pattern.substring(at, end);
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            boolean fits = c == '$'
                    || c == '_' && i == 0
                    || (i == 0 ? Character.isUnicodeIdentifierStart(c) : Character.isUnicodeIdentifierPart(c));
            if (!fits) {
                throw wrong("bad group name");
            }
            i += Character.charCount(c);
        }
        if (name.isEmpty()) {
            throw wrong("empty group name");
        }
        at = end + 1;
        return name;
    }

    /** An escape outside a class. Whether it may be repeated. */
    private boolean escape() {
        if (at + 1 >= pattern.length()) {
            throw wrong("\\ at the end");
        }
        char c = pattern.charAt(at + 1);
        if (c == 'b' || c == 'B') {
            out.append('\\').append(c);
            at += 2;
            return false;
        }
        if (c == 'k') {
            if (!pattern.startsWith("\\k<", at)) {
                throw wrong("\\k without a group name");
            }
            at += 3;
            String name = groupName();
            namesUsed.add(name);
            // The group may come later; by then its Java name is not known, but its place in the order is.
            out.append("\\k<").append(nameOf(name)).append('>');
            return true;
        }
        if (c >= '1' && c <= '9') {
            int start = ++at;
            while (at < pattern.length() && isDigit(pattern.charAt(at))) {
                at++;
            }
            highestReference = (int) Math.max(highestReference, number(start, at));
            out.append("(?:\\").append(pattern, start, at).append(')');
            return true;
        }
        if (!set(out)) {
            literal(out, character(false));
        }
        return true;
    }

    private String nameOf(String name) {
        String known = groupNames.get(name);
        if (known == null) {
            throw wrong("\\k<" + name + "> before its group");
        }
        return known;
    }

    /** Writes {@code \d \D \w \W \s \S \p \P} where one stands here. */
    private boolean set(StringBuilder to) {
        if (at + 1 >= pattern.length()) {
            throw wrong("\\ at the end");
        }
        char c = pattern.charAt(at + 1);
        switch (c) {
            case 'd', 'D', 'w', 'W' -> to.append('\\').append(c);
            case 's' -> to.append('[').append(SPACE).append(']');
            case 'S' -> to.append("[^").append(SPACE).append(']');
            case 'p', 'P' -> {
                property(to, c == 'P');
                return true;
            }
            default -> {
                return false;
            }
        }
        at += 2;
        return true;
    }

    private void property(StringBuilder to, boolean negated) {
        int end = pattern.indexOf('}', at);
        if (!pattern.startsWith("{", at + 2) || end < 0) {
            throw wrong("\\p without {name}");
        }
        String said = pattern.substring(at + 3, end);
        int equals = said.indexOf('=');
        String name = equals < 0 ? "" : said.substring(0, equals);
        String value = said.substring(equals + 1);
        String translated = switch (name) {
            case "" -> loneProperty(value);
            case "General_Category", "gc" -> CATEGORIES.get(value);
            case "Script", "sc" -> "script=" + value;
            default -> null;
        };
        if (translated == null) {
            throw wrong("unknown property \\p{" + said + "}");
        }
        if (translated.startsWith("[")) {
            to.append(negated ? "[^" + translated.substring(1) : translated);
        } else {
            to.append(negated ? "\\P{" : "\\p{").append(translated).append('}');
            try {
                Pattern.compile("\\p{" + translated + "}");
            } catch (IllegalArgumentException e) {
                throw wrong("unknown property \\p{" + said + "}", e);
            }
        }
        at = end + 1;
    }

    private static @Nullable String loneProperty(String name) {
        return switch (name) {
            case "ASCII" -> "[\\x00-\\x7F]";
            case "Any" -> "[\\x{0}-\\x{10FFFF}]";
            case "Alphabetic", "Alpha" -> "IsAlphabetic";
            case "Assigned" -> "IsAssigned";
            case "Emoji",
                    "Emoji_Component",
                    "Emoji_Modifier",
                    "Emoji_Modifier_Base",
                    "Emoji_Presentation",
                    "Extended_Pictographic" -> "Is" + name;
            case "Hex_Digit", "Hex" -> "IsHex_Digit";
            case "Ideographic", "Ideo" -> "IsIdeographic";
            case "Join_Control", "Join_C" -> "IsJoin_Control";
            case "Lowercase", "Lower" -> "IsLowercase";
            case "Noncharacter_Code_Point", "NChar" -> "IsNoncharacter_Code_Point";
            case "Uppercase", "Upper" -> "IsUppercase";
            case "White_Space", "space" -> "IsWhite_Space";
            default -> CATEGORIES.get(name);
        };
    }

    private void characterClass() {
        boolean negated = pattern.startsWith("[^", at);
        at += negated ? 2 : 1;
        StringBuilder items = new StringBuilder();
        while (true) {
            if (at >= pattern.length()) {
                throw wrong("unclosed [");
            }
            if (pattern.charAt(at) == ']') {
                at++;
                break;
            }
            if (pattern.charAt(at) == '\\' && set(items)) {
                if (rangeFollows()) {
                    throw wrong("a set of characters cannot start a range");
                }
                continue;
            }
            int low = classCharacter();
            if (!rangeFollows()) {
                literal(items, low);
                continue;
            }
            at++;
            if (pattern.charAt(at) == '\\'
                    && at + 1 < pattern.length()
                    && "dDwWsSpP".indexOf(pattern.charAt(at + 1)) >= 0) {
                throw wrong("a set of characters cannot end a range");
            }
            int high = classCharacter();
            if (low > high) {
                throw wrong("range out of order");
            }
            literal(items, low);
            items.append('-');
            literal(items, high);
        }
        if (items.isEmpty()) {
            out.append(negated ? "[\\x{0}-\\x{10FFFF}]" : "(?!)");
        } else {
            out.append(negated ? "[^" : "[").append(items).append(']');
        }
    }

    private boolean rangeFollows() {
        return at + 1 < pattern.length() && pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']';
    }

    private int classCharacter() {
        if (pattern.charAt(at) == '\\') {
            return character(true);
        }
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    /** The one character that an escape means. */
    private int character(boolean inClass) {
        if (at + 1 >= pattern.length()) {
            throw wrong("\\ at the end");
        }
        int c = pattern.codePointAt(at + 1);
        at += 1 + Character.charCount(c);
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'v' -> 0x0B;
            case 'f' -> '\f';
            case 'r' -> '\r';
            case '0' -> {
                if (at < pattern.length() && isDigit(pattern.charAt(at))) {
                    throw wrong("octal escape");
                }
                yield 0;
            }
            case 'c' -> control();
            case 'x' -> hex(2);
            case 'u' -> unicode();
            case 'b' -> {
                if (!inClass) {
                    throw wrong("unknown escape \\b");
                }
                yield '\b';
            }
            default -> {
                if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
                    throw wrong("unknown escape \\" + (char) c);
                }
                yield c;
            }
        };
    }

    private int control() {
        char letter = at < pattern.length() ? pattern.charAt(at) : ' ';
        if (!(letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z')) {
            throw wrong("\\c without a letter");
        }
        at++;
        return letter % 32;
    }

    private int unicode() {
        if (at < pattern.length() && pattern.charAt(at) == '{') {
            int end = pattern.indexOf('}', at);
            if (end < 0 || end == at + 1 || end - at > 9) {
                throw wrong("bad \\u{}");
            }
            int point = 0;
            for (int i = at + 1; i < end; i++) {
                point = point * 16 + hexDigit(i);
            }
            if (point > Character.MAX_CODE_POINT) {
                throw wrong("\\u{} beyond Unicode");
            }
            at = end + 1;
            return point;
        }
        int first = hex(4);
        if (Character.isHighSurrogate((char) first) && pattern.startsWith("\\u", at) && at + 6 <= pattern.length()) {
            int back = at;
            at += 2;
            if (pattern.charAt(at) != '{') {
                int second = hex(4);
                if (Character.isLowSurrogate((char) second)) {
                    return Character.toCodePoint((char) first, (char) second);
                }
            }
            at = back;
        }
        return first;
    }

    private int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            value = value * 16 + hexDigit(at + i);
        }
        at += digits;
        return value;
    }

    private int hexDigit(int index) {
        char c = index < pattern.length() ? pattern.charAt(index) : ' ';
        int digit = c < 128 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw wrong("bad escape");
        }
        return digit;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static void literal(StringBuilder to, int c) {
        if (c < 128 && !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')) {
            if (c < ' ') {
                to.append(String.format("\\x%02X", c));
            } else {
                to.append('\\').append((char) c);
            }
        } else if (Character.isBmpCodePoint(c) && Character.isSurrogate((char) c)) {
            to.append(String.format("\\x{%X}", c));
        } else {
            to.appendCodePoint(c);
        }
    }

    private IllegalArgumentException wrong(String what) {
        return wrong(what, null);
    }

    private IllegalArgumentException wrong(String what, @Nullable IllegalArgumentException cause) {
        return new IllegalArgumentException(
                "no regular expression: " + what + " near character " + Math.min(at, pattern.length()) + " of "
                        + Places.quoted(pattern),
                cause);
    }

    private static Map<String, String> categories() {
        Map<String, String> all = new HashMap<>();
        String table = """
            L Letter|LC Cased_Letter|Lu Uppercase_Letter|Ll Lowercase_Letter|Lt Titlecase_Letter|Lm Modifier_Letter|\
            Lo Other_Letter|M Mark Combining_Mark|Mn Nonspacing_Mark|Mc Spacing_Mark|Me Enclosing_Mark|N Number|\
            Nd Decimal_Number digit|Nl Letter_Number|No Other_Number|P Punctuation punct|Pc Connector_Punctuation|\
            Pd Dash_Punctuation|Ps Open_Punctuation|Pe Close_Punctuation|Pi Initial_Punctuation|Pf Final_Punctuation|\
            Po Other_Punctuation|S Symbol|Sm Math_Symbol|Sc Currency_Symbol|Sk Modifier_Symbol|So Other_Symbol|\
            Z Separator|Zs Space_Separator|Zl Line_Separator|Zp Paragraph_Separator|C Other|Cc Control cntrl|\
            Cf Format|Cs Surrogate|Co Private_Use|Cn Unassigned\
            """;
        for (String line : table.split("\\|")) {
            String[] names = line.split(" ");
            for (String name : names) {
                all.put(name, names[0]);
            }
        }
        return Map.copyOf(all);
    }
}
