/**
 * Which texts lie nearest to this one in meaning? Start at {@link dev.tenon.recall.vector.VectorStore}: vectors with their texts, in {@linkplain
 * dev.tenon.recall.vector.InMemoryVectorStore this process} or in {@linkplain dev.tenon.recall.vector.FileVectorStore a file}, searched exactly.
 */
@NullMarked
package dev.tenon.recall.vector;

import org.jspecify.annotations.NullMarked;
