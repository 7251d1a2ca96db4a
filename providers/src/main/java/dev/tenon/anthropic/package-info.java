/**
 * How to talk to Anthropic's Messages API, and to hosts that speak it. Start at {@link dev.tenon.anthropic.Anthropic}: a connection, whose models are
 * providers; {@link dev.tenon.anthropic.CachePolicy} says what of a request is kept in the prompt cache.
 */
@NullMarked
package dev.tenon.anthropic;

import org.jspecify.annotations.NullMarked;
