/**
 * How does a model run programs, without a shell, in bounds and, where that works here, in a box? Start at {@link dev.tenon.toolbox.process.ProcessTools}.
 */
@NullMarked
package dev.tenon.toolbox.process;

import org.jspecify.annotations.NullMarked;
