/** Breaks no rule. */
@NullMarked
package dev.tenon.sample.fine;

import org.jspecify.annotations.NullMarked;
