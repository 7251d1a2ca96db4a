package dev.tenon.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Held beside the tokenizer of Hugging Face. */
class WordPiecesTest {
    private static final byte[] FILE = file();
    private static final WordPieces PIECES = WordPieces.of(FILE);
    private static final HuggingFaceTokenizer OTHER = other();

    private static byte[] file() {
        try (InputStream in = WordPiecesTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static HuggingFaceTokenizer other() {
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(FILE),
                    Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<String> texts() {
        return Stream.of(
                "",
                " ",
                "Hello, world!",
                "unaffable tokenization of antidisestablishmentarianism",
                "Crème brûlée à la Zürich, naïve coöperation, Ångström",
                "don't `foo(bar)` -> $baz_qux = {\"a\": 1.5e-3}; // $5 + 3^2 ~ |x| <tag>",
                "\u4f60\u597d\uff0c\u4e16\u754c \u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \ud55c\uad6d\uc5b4",
                "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u041f\u0440\u0438\u0432\u0435\u0442"
                        + " \u0393\u03b5\u03b9\u03ac",
                "tabs\tand\nlines\r\nand\u00a0spaces\u2003wide",
                "zero\u200bwidth \ufeffmark soft\u00adhyphen \u0000nul \ufffd",
                "emoji \ud83d\ude00\ud83c\udff3\ufe0f\u200d\ud83c\udf08 and \u2013 dashes \u2026",
                "x".repeat(100) + " " + "y".repeat(101),
                "\u0130stanbul STRASSE \u1e9e \u01c5 \ufb01ne \u2126",
                "123456789 3.14 1,000,000 0xCAFEBABE");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void readsATextAsItsMakersDo(String text) {
        assertThat(PIECES.of(text)).isEqualTo(OTHER.encode(text, false, false).getIds());
    }

    @Test
    void readsRandomTextsAsItsMakersDo() {
        Random random = new Random(5);
        String letters = "abcdefghij .,!-_'\"()#\n\t\u00e9\u00fc\u0439\u0301\u4e2d\u0915\u093e\u20ac\u00bd";
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(80); k > 0; k--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            assertThat(PIECES.of(text.toString()))
                    .as(text.toString())
                    .isEqualTo(OTHER.encode(text.toString(), false, false).getIds());
        }
    }

    @Test
    void takesTheModelsOwnMarksForText() {
        assertThat(PIECES.of("[SEP] [CLS]"))
                .doesNotContain(PIECES.start, PIECES.end)
                .hasSizeGreaterThan(5);
    }
}
