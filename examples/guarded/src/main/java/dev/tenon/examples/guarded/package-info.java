/** How does a person keep a hand on what a model does with files? Start at {@link dev.tenon.examples.guarded.GuardedFiles}. */
@NullMarked
package dev.tenon.examples.guarded;

import org.jspecify.annotations.NullMarked;
