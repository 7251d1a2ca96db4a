/**
 * How are agents, tools and functions put together into something that runs to its end? Start at {@link dev.tenon.workflow.Step}: its methods make a
 * {@link dev.tenon.workflow.Definition}, which is data and has a JSON form.
 *
 * <p>A definition is a {@link dev.tenon.workflow.Step} of steps. Its JSON form is written and read in one place each, and what is read is reported with JSON Pointers, all problems at
 * once.
 */
@NullMarked
package dev.tenon.workflow;

import org.jspecify.annotations.NullMarked;
