package dev.tenon.recall.passage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tenon.provider.TokenCounter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitterTest {
    /** A token a word, so that sizes can be counted by eye. */
    private static final TokenCounter WORDS =
            text -> text.isBlank() ? 0 : text.strip().split("\\s+").length;

    private static List<String> texts(Splitter splitter, String text) {
        return splitter.split("a.md", text).stream().map(Passage::text).toList();
    }

    @Test
    void noPassageReachesOverAHeading() {
        String text = """
            Before all.

            # Guide
            Intro.

            ## Orders #
            How to order.

            ### Cancel
            How to cancel.

            ## Refunds
            How to be paid back.
            """;
        List<Passage> passages = Splitter.markdown(100, 0, WORDS).split("a.md", text);
        assertThat(passages.stream().map(Passage::section))
                .containsExactly(
                        List.of(),
                        List.of("Guide"),
                        List.of("Guide", "Orders"),
                        List.of("Guide", "Orders", "Cancel"),
                        List.of("Guide", "Refunds"));
        assertThat(passages.get(3).text()).isEqualTo("### Cancel\nHow to cancel.");
        assertThat(passages.get(3).source()).isEqualTo("a.md > Guide > Orders > Cancel");
        assertThat(passages.get(3).id()).isEqualTo("a.md#" + text.indexOf("### Cancel"));
    }

    @Test
    void aHeadingMayBeUnderlined() {
        List<Passage> passages = Splitter.markdown(100, 0, WORDS)
                .split("a.md", "Title\n=====\nText.\n\nPart\n---\nMore.\n\n---\n\nEnd.");
        assertThat(passages.stream().map(Passage::section)).containsExactly(List.of("Title"), List.of("Title", "Part"));
        assertThat(passages.getLast().text()).isEqualTo("Part\n---\nMore.\n\n---\n\nEnd.");
    }

    @Test
    void whatStandsInAFenceIsNoHeadingAndAFenceStaysWhole() {
        String fence = "```sh\n# not a heading\n\nmake all install\n```";
        String text = "# A\n\none two three four\n\n" + fence + "\n\nfive six seven";
        assertThat(texts(Splitter.markdown(9, 0, WORDS), text))
                .containsExactly("# A\n\none two three four", fence, "five six seven");
    }

    @Test
    void aFenceEndsWithAsManyMarksAsItBeganOrWithTheDocument() {
        String fence = "````\n```\n# x\n```\n````";
        assertThat(texts(Splitter.markdown(6, 0, WORDS), "a b\n\n" + fence + "\n\nc d e"))
                .containsExactly("a b", fence, "c d e");
        assertThat(Splitter.markdown(100, 0, WORDS).split("a", "~~~\n# x\nopen"))
                .extracting(Passage::section)
                .containsExactly(List.of());
    }

    @Test
    void aFenceThatIsTooLargeIsCutBetweenLines() {
        assertThat(texts(Splitter.markdown(4, 0, WORDS), "```\na b c\nd e\nf g\n```"))
                .containsExactly("```\na b c", "d e\nf g", "```");
    }

    @Test
    void paragraphsAreCutBetweenSentencesAndSentencesBetweenWords() {
        assertThat(texts(Splitter.tokens(4, 0, WORDS), "One two. Three four. Five six seven eight nine ten."))
                .containsExactly("One two. Three four.", "Five six seven eight", "nine ten.");
    }

    @Test
    void aWordThatIsTooLargeIsCut() {
        TokenCounter characters = String::length;
        assertThat(texts(Splitter.tokens(4, 0, characters), "abcdefghij \ud83d\ude00\ud83d\ude00\ud83d\ude00"))
                .containsExactly("abcd", "efgh", "ij", "\ud83d\ude00\ud83d\ude00", "\ud83d\ude00");
    }

    @Test
    void overlapRepeatsWholeSentences() {
        assertThat(texts(Splitter.tokens(6, 3, WORDS), "A b c. D e f. G h i. J k l."))
                .containsExactly("A b c. D e f.", "D e f. G h i.", "G h i. J k l.");
    }

    @Test
    void overlapDoesNotReachIntoAnotherSection() {
        List<Passage> passages = Splitter.markdown(6, 3, WORDS).split("a", "# A\nOne two.\n\n# B\nThree four.");
        assertThat(passages.stream().map(Passage::text)).containsExactly("# A\nOne two.", "# B\nThree four.");
    }

    @Test
    void ofNothingThereIsNothing() {
        assertThat(texts(Splitter.markdown(), "")).isEmpty();
        assertThat(texts(Splitter.markdown(), " \n\t\n\r\n")).isEmpty();
    }

    /** Whatever the document: each passage is what stands at its place, within the size, in order, and no word is left out. */
    @Test
    void leavesNothingOutAndKeepsTheSize() {
        Random random = new Random(11);
        String[] pieces = {
            "# H\n",
            "## H2 ##\n",
            "para graph. ",
            "Sentence one! ",
            "\n",
            "\n\n",
            "```\n",
            "~~~~\n",
            "| a | b |\n",
            "- item\n",
            "====\n",
            "---\n",
            "    indented code\n",
            "\t",
            "\ud83d\ude00",
            "\ud800",
            "w".repeat(40),
            "#",
            "`",
            "\r\n",
            "\u4e2d\u6587\u3002",
            "1. x\n"
        };
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            int most = 1 + random.nextInt(30);
            int overlap = random.nextInt(most);
            TokenCounter counter = random.nextBoolean() ? WORDS : String::length;
            Splitter splitter = random.nextBoolean()
                    ? Splitter.markdown(most, overlap, counter)
                    : Splitter.tokens(most, overlap, counter);
            List<Passage> passages = splitter.split("d", text.toString());
            boolean[] covered = new boolean[text.length()];
            int before = -1;
            for (Passage passage : passages) {
                assertThat(text.substring(passage.from(), passage.to())).isEqualTo(passage.text());
                // A character that takes two has no half.
                assertThat(counter.tokens(passage.text())).isLessThanOrEqualTo(Math.max(most, 2));
                assertThat(passage.from()).isGreaterThan(before);
                before = passage.from();
                java.util.Arrays.fill(covered, passage.from(), passage.to(), true);
            }
            for (int i = 0; i < text.length(); i++) {
                assertThat(covered[i] || Character.isWhitespace(text.charAt(i)))
                        .as("character %s of %s", i, text)
                        .isTrue();
            }
        }
    }

    @Test
    void splitsALargeDocumentInLinearTime() {
        String line = "A sentence of some words that says something. ";
        List<Passage> passages =
                Splitter.markdown(200, 20, TokenCounter.ESTIMATE).split("d", line.repeat(20_000));
        assertThat(passages.size()).isGreaterThan(900);
        assertThat(Splitter.markdown().split("d", "x".repeat(1_000_000)).size()).isGreaterThan(400);
    }

    @Test
    void saysWhatASizeIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Splitter.tokens(10, 10, WORDS))
                .withMessage("expected 0 <= overlap < most, in tokens, got overlap 10 and most 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Splitter.markdown(0, 0, WORDS))
                .withMessage("expected 0 <= overlap < most, in tokens, got overlap 0 and most 0");
        assertThatNullPointerException()
                .isThrownBy(() -> Splitter.tokens(1, 0, null))
                .withMessage("counter");
        assertThatNullPointerException()
                .isThrownBy(() -> Splitter.markdown().split(null, ""))
                .withMessage("document");
        assertThatNullPointerException()
                .isThrownBy(() -> Splitter.markdown().split("", null))
                .withMessage("text");
    }
}
