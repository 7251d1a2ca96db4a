/**
 * How to talk to Gemini, at Google's own address or on Vertex AI. Start at {@link dev.tenon.gemini.Gemini}: a connection, whose models are
 * providers.
 */
@NullMarked
package dev.tenon.gemini;

import org.jspecify.annotations.NullMarked;
