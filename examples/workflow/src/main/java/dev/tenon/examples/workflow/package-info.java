/**
 * What does a workflow look like, in Java and in YAML, that has agents, a loop, branches, a graph, a workflow in it and a person? Start at {@link
 * dev.tenon.examples.workflow.Publishing}.
 */
@NullMarked
package dev.tenon.examples.workflow;

import org.jspecify.annotations.NullMarked;
