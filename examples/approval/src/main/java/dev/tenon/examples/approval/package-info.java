/**
 * How does a run wait for a person, who answers in another process? Start at {@link dev.tenon.examples.approval.Approval}.
 */
@NullMarked
package dev.tenon.examples.approval;

import org.jspecify.annotations.NullMarked;
