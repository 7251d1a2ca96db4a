/** How does an agent answer from a folder of documents? {@link dev.tenon.examples.retrieval.Ask} reads one, and answers questions with the passages that it found. */
@NullMarked
package dev.tenon.examples.retrieval;

import org.jspecify.annotations.NullMarked;
