/**
 * How does a tool refuse? Start at {@link dev.tenon.toolbox.GuardedTool}: what its guard refuses becomes a result that says what is allowed, and an event. The packages below hold the
 * tools, one family each.
 */
@NullMarked
package dev.tenon.toolbox;

import org.jspecify.annotations.NullMarked;
