/**
 * How does a run outlive its process? Start at {@link dev.tenon.examples.durable.Approval}, where one waits for a person, and
 * {@link dev.tenon.examples.durable.Crash}, where one is killed and goes on.
 */
@NullMarked
package dev.tenon.examples.durable;

import org.jspecify.annotations.NullMarked;
