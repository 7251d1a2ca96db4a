/**
 * What does an agent remember of its conversations, and for how long? Start at {@link dev.tenon.recall.RingBufferMemory}: the newest messages of each session, in
 * this process.
 */
@NullMarked
package dev.tenon.recall;

import org.jspecify.annotations.NullMarked;
