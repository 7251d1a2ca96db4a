/**
 * What does a step of a workflow cost that does nothing, beside other frameworks? Start at {@link dev.tenon.benchmarks.steps.WorkflowSteps}; {@link dev.tenon.benchmarks.steps.PeerWorkflowSteps} has the
 * same patterns by others, each made by a {@link dev.tenon.benchmarks.steps.Framework}.
 */
@NullMarked
package dev.tenon.benchmarks.steps;

import org.jspecify.annotations.NullMarked;
