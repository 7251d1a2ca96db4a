/**
 * Which texts lie nearest to this one in meaning? Start at {@link dev.tenon.vector.VectorStore}, which keeps vectors with their texts and finds the nearest. tenon-memory has two, in memory and in a file.
 */
@NullMarked
package dev.tenon.vector;

import org.jspecify.annotations.NullMarked;
