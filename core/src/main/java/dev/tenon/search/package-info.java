/**
 * Which of many short texts are about these words. Start at {@link dev.tenon.search.Bm25}: an index in memory, ranked by BM25;
 * {@link dev.tenon.search.Tokenizer} says what a word is.
 */
@NullMarked
package dev.tenon.search;

import org.jspecify.annotations.NullMarked;
