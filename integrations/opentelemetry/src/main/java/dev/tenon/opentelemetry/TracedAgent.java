package dev.tenon.opentelemetry;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Scope;
import java.util.List;
import java.util.Objects;

/** An agent whose own runs are traced. */
record TracedAgent(Agent agent, Runner runner) implements Agent {
    @Override
    public RunResult run(RunRequest request, Scope scope, Watch watch) {
        return runner.run(agent, request, scope, watch);
    }

    @Override
    public RunResult resume(RunResult paused, Answer... answers) {
        Objects.requireNonNull(paused, "paused");
        Objects.requireNonNull(answers, "answers");
        return paused.end() instanceof RunEnd.Paused rests && !rests.snapshot().isNull()
                ? runner.resume(
                        agent,
                        new Runner.Resumption.Kept(rests.snapshot()),
                        List.of(answers),
                        new Cancellation(),
                        Watch.NONE)
                : agent.resume(paused, answers); // Says why not.
    }

    @Override
    public Binding<RunRequest, ?, RunResult> binding() {
        return agent.binding();
    }

    @Override
    public void close() {
        agent.close();
    }
}
