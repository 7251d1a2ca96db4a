/**
 * What can go wrong, and what a caller can do about it. Start at {@link dev.tenon.error.TenonException}: the one root of
 * every exception this library throws on purpose; {@link dev.tenon.error.Failure} is the same as a value that can be kept.
 */
@NullMarked
package dev.tenon.error;

import org.jspecify.annotations.NullMarked;
