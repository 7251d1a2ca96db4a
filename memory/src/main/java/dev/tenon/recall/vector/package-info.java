/**
 * Where are vectors kept and compared? Start at {@link dev.tenon.recall.vector.InMemoryVectorStore} and {@link dev.tenon.recall.vector.FileVectorStore}: each is a {@link
 * dev.tenon.vector.VectorStore} that is searched exactly.
 */
@NullMarked
package dev.tenon.recall.vector;

import org.jspecify.annotations.NullMarked;
