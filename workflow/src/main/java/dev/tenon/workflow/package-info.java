/**
 * How are agents, tools and functions put together into something that runs to its end? Start at {@link dev.tenon.workflow.Workflow#named}: the builder makes a
 * {@link dev.tenon.workflow.Definition}, which is data and has a JSON form, and a {@link dev.tenon.workflow.Registry} says what its names mean.
 *
 * <p>A definition is a {@link dev.tenon.workflow.Step} of steps. Its JSON form is written and read in one place each, and what is read is reported with JSON Pointers, all problems at
 * once. A plan is made of it, in which names are looked up and expressions compiled; the machine, a pure fold over facts like an agent's, goes through that, so that any
 * {@link dev.tenon.run.Runner} runs it.
 */
@NullMarked
package dev.tenon.workflow;

import org.jspecify.annotations.NullMarked;
