/**
 * What a conversation is made of. Start at {@link dev.tenon.message.Message}: four kinds of message, each an ordered list of
 * {@link dev.tenon.message.Content} parts; {@link dev.tenon.message.Origin} is what a provider must get back unchanged.
 */
@NullMarked
package dev.tenon.message;

import org.jspecify.annotations.NullMarked;
