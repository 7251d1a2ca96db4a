/**
 * A model that answers with tools. Start at {@link dev.tenon.agent.Agent}: {@code Agent.builder(model).tools(…).build().run("…")};
 * {@link dev.tenon.agent.RunRequest} is what it is asked, {@link dev.tenon.agent.RunResult} what came of it.
 */
@NullMarked
package dev.tenon.agent;

import org.jspecify.annotations.NullMarked;
