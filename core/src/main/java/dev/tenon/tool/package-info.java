/**
 * What a model can call. Start at {@link dev.tenon.tool.Tool}: a {@link dev.tenon.tool.ToolSpec} for the model and a function for the arguments;
 * {@link dev.tenon.tool.ToolPolicy} decides whether a call may run.
 */
@NullMarked
package dev.tenon.tool;

import org.jspecify.annotations.NullMarked;
