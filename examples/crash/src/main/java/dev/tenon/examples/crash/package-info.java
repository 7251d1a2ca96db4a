/**
 * How does a run go on after {@code kill -9}? Start at {@link dev.tenon.examples.crash.Crash}.
 */
@NullMarked
package dev.tenon.examples.crash;

import org.jspecify.annotations.NullMarked;
