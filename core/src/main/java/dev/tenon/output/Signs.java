package dev.tenon.output;

/** Kinds of characters: white space, quotes, and the same punctuation in other scripts. */
final class Signs {
    private Signs() {}

    /** White space in the widest sense: what carries no meaning between two values, byte order marks and joiners included. */
    static boolean space(char c) {
        if (c <= ' ') {
            return true;
        }
        if (c < 0x7f) {
            return false;
        }
        return switch (c) {
            case 0x7f,
                    0x85,
                    0xa0,
                    0xad,
                    0x1680,
                    0x180e,
                    0x202f,
                    0x205f,
                    0x2060,
                    0x2061,
                    0x2062,
                    0x2063,
                    0x2064,
                    0x3000,
                    0xfeff -> true;
            default ->
                c < 0xa0 || c >= 0x2000 && c <= 0x200f || c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x206f;
        };
    }

    /** The ASCII sign that a sign of another script stands for between values; the character itself where it stands for none. */
    static char plain(char c) {
        if (c < 0x80) {
            return c;
        }
        return switch (c) {
            case '，', '、', '﹐', '،', '；', '؛' -> ',';
            case '：', '﹕', '︓' -> ':';
            case '｛', '﹛' -> '{';
            case '｝', '﹜' -> '}';
            case '［', '【', '﹝' -> '[';
            case '］', '】', '﹞' -> ']';
            case '（' -> '(';
            case '）' -> ')';
            case '＝' -> '=';
            case '＋' -> '+';
            default -> c;
        };
    }

    /** Whether a text may begin with this quote. */
    static boolean quote(char c) {
        return switch (c) {
            case '"',
                    '\'',
                    '`',
                    '“',
                    '”',
                    '„',
                    '‟',
                    '‘',
                    '’',
                    '‚',
                    '‛',
                    '«',
                    '»',
                    '‹',
                    '›',
                    '「',
                    '『',
                    '＂',
                    '＇',
                    '´',
                    '″' -> true;
            default -> false;
        };
    }

    /** Whether {@code c} may end a text that began with {@code open}. */
    static boolean closes(char open, char c) {
        return switch (open) {
            case '"' -> c == '"';
            case '\'' -> c == '\'';
            case '`', '´' -> c == '`' || c == '´' || c == '\'';
            case '“', '”', '„', '‟', '″', '＂' ->
                c == '”' || c == '“' || c == '"' || c == '‟' || c == '″' || c == '＂' || c == '„';
            case '‘', '’', '‚', '‛', '＇' -> c == '’' || c == '‘' || c == '\'' || c == '‛' || c == '＇';
            case '«', '»' -> c == '»' || c == '«';
            case '‹', '›' -> c == '›' || c == '‹';
            case '「' -> c == '」';
            case '『' -> c == '』';
            default -> false;
        };
    }

    static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    /** A character of a name without quotes. */
    static boolean name(char c) {
        return Character.isLetterOrDigit(c)
                || c == '_'
                || c == '$'
                || c == '-'
                || c == '.'
                || c == '@'
                || c == '/'
                || c == '*'
                || c == '~'
                || c == '\\'
                || Character.isSurrogate(c)
                || Character.getType(c) == Character.NON_SPACING_MARK;
    }
}
