/**
 * How is a model asked over OpenAI's Responses API? Start at {@link dev.tenon.openai.responses.OpenAiResponses}, on a connection of
 * {@link dev.tenon.openai.OpenAi}.
 */
@NullMarked
package dev.tenon.openai.responses;

import org.jspecify.annotations.NullMarked;
