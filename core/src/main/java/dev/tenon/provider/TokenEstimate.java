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
    private static final int LETTER = 1;
    private static final int DIGIT = 2;
    private static final int SIGN = 3;
    private static final int LINE = 4;
    private static final int FOREIGN = 5;
    private static final int WIDE = 6;
    private static final int MARK = 7;

    private static final byte[] ASCII = new byte[128];

    static {
        for (int c = 0; c < 128; c++) {
            ASCII[c] = (byte)
                    (c == '\n' || c == '\r'
                            ? LINE
                            : c <= ' '
                                    ? BLANK
                                    : c >= '0' && c <= '9'
                                            ? DIGIT
                                            : (c | 32) >= 'a' && (c | 32) <= 'z' ? LETTER : SIGN);
        }
    }

    @Override
    public long tokens(String text) {
        int length = text.length();
        if (length == 0) {
            return 0;
        }
        long sum = 0;
        int at = 0;
        while (at < length) {
            int kind = kind(text.charAt(at));
            int from = at++;
            while (at < length && goesOn(kind, text, at)) {
                at++;
            }
            sum += weight(kind, at - from);
        }
        return Math.max(1, (sum + TOKEN / 2) / TOKEN);
    }

    /** Whether the run goes on: an inner capital begins a word of its own. */
    private static boolean goesOn(int kind, String text, int at) {
        char c = text.charAt(at);
        return kind(c) == kind && !(kind == LETTER && c <= 'Z' && text.charAt(at - 1) > 'Z');
    }

    private static long weight(int kind, int length) {
        return switch (kind) {
            // One blank belongs to the word after it.
            case BLANK -> length == 1 ? 0 : 140 + length / 2;
            case LETTER -> 118 + 10L * Math.max(0, length - 12);
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
