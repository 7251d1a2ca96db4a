/**
 * What of the past is a model shown, and where is it kept? Start at {@link dev.tenon.memory.Memory}: it recalls a session before a turn and takes the turn when it is over.
 * {@link dev.tenon.memory.MemoryStore} keeps sessions.
 */
@NullMarked
package dev.tenon.memory;

import org.jspecify.annotations.NullMarked;
