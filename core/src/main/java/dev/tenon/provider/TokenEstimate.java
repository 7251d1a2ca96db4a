package dev.tenon.provider;

/**
 * Counts by kinds of characters, as vocabularies cut text: a word with the blank before it, digits in threes, signs in runs; a letter of a script that is not Latin is part of a token. The weights
 * are those that fit o200k_base best (non-negative least squares of the relative error) over 1,500 pieces of prose, JSON, code and streams, base64, and texts in ten languages: half of these pieces
 * are counted within 5 %, nine in ten within 15 %. Immutable.
 */
final class TokenEstimate implements TokenCounter {
    /** Weights are in hundredths of a token. */
    private static final int TOKEN = 100;

    private static final int BLANK = 0;
    private static final int SMALL = 1;
    private static final int CAPITAL = 2;
    private static final int DIGIT = 3;
    private static final int SIGN = 4;
    private static final int LINE = 5;
    private static final int FOREIGN = 6;
    private static final int WIDE = 7;
    private static final int MARK = 8;
    private static final int KINDS = 9;

    private static final byte[] ASCII = new byte[128];

    /** By kind, the kinds that go on with a run, a bit each: an inner capital begins a word of its own. */
    private static final int[] GOES_ON = new int[KINDS];

    /** What runs of few characters weigh, by kind and length. */
    private static final short[] WEIGHTS = new short[KINDS << 4];

    static {
        for (int c = 0; c < 128; c++) {
            ASCII[c] = (byte)
                    (c == '\n' || c == '\r'
                            ? LINE
                            : c <= ' '
                                    ? BLANK
                                    : c >= '0' && c <= '9'
                                            ? DIGIT
                                            : c >= 'a' && c <= 'z' ? SMALL : c >= 'A' && c <= 'Z' ? CAPITAL : SIGN);
        }
        for (int kind = 0; kind < KINDS; kind++) {
            GOES_ON[kind] = 1 << kind;
            for (int length = 1; length < 16; length++) {
                WEIGHTS[kind << 4 | length] = (short) weight(kind, length);
            }
        }
        GOES_ON[CAPITAL] |= 1 << SMALL;
    }

    @Override
    public long tokens(String text) {
        int length = text.length();
        if (length == 0) {
            return 0;
        }
        long sum = 0;
        int from = 0;
        int kind = kind(text.charAt(0));
        for (int at = 1; at < length; at++) {
            int next = kind(text.charAt(at));
            if ((GOES_ON[kind] >>> next & 1) == 0) {
                sum += weightOfRun(kind, at - from);
                from = at;
            }
            kind = next;
        }
        sum += weightOfRun(kind, length - from);
        return Math.max(1, (sum + TOKEN / 2) / TOKEN);
    }

    private static long weightOfRun(int kind, int length) {
        return length < 16 ? WEIGHTS[kind << 4 | length] : weight(kind, length);
    }

    private static long weight(int kind, int length) {
        return switch (kind) {
            // One blank belongs to the word after it.
            case BLANK -> length == 1 ? 0 : 140 + length / 2;
            case SMALL, CAPITAL -> 118 + 10L * Math.max(0, length - 12);
            case DIGIT -> (length + 2) / 3 * 120L;
            case SIGN -> length == 1 ? 38 : 109 + 3L * Math.max(0, length - 8);
            case LINE -> length / 2;
            case FOREIGN -> 33L * length;
            case MARK -> 55L * length;
            default -> 70L * length;
        };
    }

    private static int kind(char c) {
        if (c < 128) {
            return ASCII[c];
        }
        // Letters to U+1FFF stand in words; from U+3000 on are syllables, ideographs and halves of pairs.
        return c >= 0x3000 ? WIDE : c < 0x2000 && Character.isLetter(c) ? FOREIGN : MARK;
    }

    @Override
    public String toString() {
        return "TokenCounter.ESTIMATE";
    }
}
