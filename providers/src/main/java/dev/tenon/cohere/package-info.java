/**
 * How are Cohere's models asked? Start at {@link dev.tenon.cohere.Cohere}, a connection to its v2 API: conversations with documents, citations and tool
 * plans, and embeddings.
 */
@NullMarked
package dev.tenon.cohere;

import org.jspecify.annotations.NullMarked;
