/**
 * Which passages of many documents are about this question? Start at {@link dev.tenon.recall.passage.Passages}: documents cut by a {@linkplain dev.tenon.recall.passage.Splitter splitter}, found by words and by
 * meaning. A {@link dev.tenon.recall.passage.Retriever} serves an agent as a tool, or as a memory that puts what it finds into the request.
 */
@NullMarked
package dev.tenon.recall.passage;

import org.jspecify.annotations.NullMarked;
