/**
 * How to talk to OpenAI's Chat Completions, and to everything that speaks it. Start at {@link dev.tenon.openai.OpenAi}: a connection, whose
 * models are providers; {@link dev.tenon.openai.Dialect} says what a host needs or omits.
 */
@NullMarked
package dev.tenon.openai;

import org.jspecify.annotations.NullMarked;
