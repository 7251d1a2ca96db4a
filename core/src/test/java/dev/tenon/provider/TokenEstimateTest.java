package dev.tenon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TokenEstimateTest {
    /** Runs as the class describes them: words with an inner capital apart, digits, signs, blanks, ends of lines, and three kinds beyond ASCII. */
    private static final Pattern RUN = Pattern.compile("(?<word>[A-Z]+[a-z]*|[a-z]+)|(?<digits>[0-9]+)|(?<line>[\\n"
            + "\\r"
            + "]+)|(?<blank>[\\x00-\\x20&&[^\\n"
            + "\\r"
            + "]]+)|(?<sign>[\\x21-\\x7f&&[^A-Za-z0-9]]+)|(?<wide>[\\u3000-\\x{10ffff}]+)"
            + "|(?<foreign>[\\p{L}&&[\\x80-\\u1fff]]+)|(?<mark>[\\x80-\\u2fff&&[^[\\p{L}&&[\\x80-\\u1fff]]]]+)");

    private static long byRuns(String text) {
        long sum = 0;
        Matcher runs = RUN.matcher(text);
        int end = 0;
        while (runs.find()) {
            assertThat(runs.start()).isEqualTo(end);
            end = runs.end();
            int length = runs.end() - runs.start();
            sum += runs.group("word") != null
                    ? 118 + 10 * Math.max(0, length - 12)
                    : runs.group("digits") != null
                            ? (length + 2) / 3 * 120
                            : runs.group("line") != null
                                    ? length / 2
                                    : runs.group("blank") != null
                                            ? (length == 1 ? 0 : 140 + length / 2)
                                            : runs.group("sign") != null
                                                    ? (length == 1 ? 38 : 109 + 3 * Math.max(0, length - 8))
                                                    : length
                                                            * (runs.group("wide") != null
                                                                    ? 70
                                                                    : runs.group("foreign") != null ? 33 : 55);
        }
        assertThat(end).isEqualTo(text.length());
        return text.isEmpty() ? 0 : Math.max(1, (sum + 50) / 100);
    }

    @Test
    void countsByRunsOfOneKind() {
        List<String> texts = new ArrayList<>(List.of(
                "",
                " ",
                "\n",
                "a",
                "getHttpURLForID42",
                "Donaudampfschifffahrtsgesellschaft",
                "{\"a\": [1, 22, 4444]}",
                "日本語の文章です。",
                "\uD83D\uDE00\uD83D",
                "привет, мир",
                "a\u0301 — “b” … \u00a0\u0000\u007f"));
        Random random = new Random(5);
        String alphabet = "abzABZ 0189\n\r\t.,{}\"-éжל中\uD83D\uDE00\u2014\u00a0\u0000\u007f";
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder();
            int kinds = 1 + random.nextInt(alphabet.length());
            for (int left = random.nextInt(60); left > 0; left--) {
                String piece = String.valueOf(alphabet.charAt(random.nextInt(kinds)));
                text.append(piece.repeat(1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 3)));
            }
            texts.add(text.toString());
        }
        for (String text : texts) {
            assertThat(TokenCounter.ESTIMATE.tokens(text)).as(text).isEqualTo(byRuns(text));
        }
    }
}
