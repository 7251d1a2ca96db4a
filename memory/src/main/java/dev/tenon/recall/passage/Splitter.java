package dev.tenon.recall.passage;

import dev.tenon.provider.TokenCounter;
import java.util.List;

/**
 * Cuts documents into passages that are small enough to be embedded and to be read. Implementations must be immutable.
 *
 * <p>Both stock splitters leave no word out, keep every passage within so many tokens, and say where each stands. Overlap is in whole sentences or lines from the end of the passage before.
 */
@FunctionalInterface
public interface Splitter {
    /** A good size for small models of embeddings: MiniLM reads 256 of its own tokens, which are smaller, and is trained on 128. */
    int DEFAULT_TOKENS = 200;

    /**
     * The passages of a document, in order.
     *
     * @param document its name, for example its path
     */
    List<Passage> split(String document, String text);

    /**
     * By the structure of Markdown: no passage reaches over a heading, and headings are the passage's section. Within one, whole paragraphs, lists, tables and fences of code are put together as they fit. A fence is
     * cut only where it alone is larger than a passage may be, and then between lines; a paragraph between sentences; a sentence between words.
     *
     * @param most tokens of a passage
     * @param overlap tokens that a passage may repeat of the one before, in the same section
     * @throws IllegalArgumentException unless {@code 0 <= overlap < most}
     */
    static Splitter markdown(int most, int overlap, TokenCounter counter) {
        return new StructureSplitter(true, Size.of(most, overlap, counter));
    }

    /** By the structure of Markdown, with the default size and no overlap, by an estimate of tokens. */
    static Splitter markdown() {
        return markdown(DEFAULT_TOKENS, 0, TokenCounter.ESTIMATE);
    }

    /** By size alone: paragraphs, sentences and words as they come. Otherwise as {@link #markdown}; nothing is a heading. */
    static Splitter tokens(int most, int overlap, TokenCounter counter) {
        return new StructureSplitter(false, Size.of(most, overlap, counter));
    }
}
