/**
 * What of the past a model is shown. Start at {@link dev.tenon.memory.Memory}: it recalls a session before a turn and takes the turn when it is over.
 */
@NullMarked
package dev.tenon.memory;

import org.jspecify.annotations.NullMarked;
