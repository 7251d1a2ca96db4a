/**
 * How a prompt is made from a template and values. Start at {@link dev.tenon.prompt.PromptTemplate}.
 */
@NullMarked
package dev.tenon.prompt;

import org.jspecify.annotations.NullMarked;
