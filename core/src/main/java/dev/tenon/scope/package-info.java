/**
 * How long a piece of work may go on, and what it may see. Start at {@link dev.tenon.scope.Scope}; {@link dev.tenon.scope.Cancellation} is the tree
 * of deadlines and cancellations, {@link dev.tenon.scope.State} the typed state of a run.
 */
@NullMarked
package dev.tenon.scope;

import org.jspecify.annotations.NullMarked;
