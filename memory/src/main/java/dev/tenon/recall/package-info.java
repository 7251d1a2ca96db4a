/**
 * What does an agent remember of its conversations, and what of that does the model see? Start at {@link dev.tenon.recall.ConversationMemory}: whole conversations in a store, shown as much of as fits.
 * {@link dev.tenon.recall.RingBufferMemory} keeps the newest messages of each session in this process, and forgets the rest.
 */
@NullMarked
package dev.tenon.recall;

import org.jspecify.annotations.NullMarked;
