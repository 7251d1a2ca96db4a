package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Steps;
import dev.tenon.scope.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A workflow's machine without a runner: a test tells it what happened, in the order that it wants, and sees what is open. Not thread-safe. */
final class ToldMachine<S> {
    private final Steps<S> steps;

    /** The keys of what was wanted, in that order. */
    final List<String> wanted = new ArrayList<>();

    /** The keys of what was told to stop. */
    final List<String> stopped = new ArrayList<>();

    private ToldMachine(Binding<WorkflowRequest, S, WorkflowResult> binding, WorkflowRequest request) {
        this.steps = Steps.of(binding.machine(request));
        take(steps.feed(Fact.BEGUN));
    }

    static ToldMachine<?> of(Workflow workflow) {
        return new ToldMachine<>(workflow.binding(), WorkflowRequest.empty());
    }

    private void take(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Cancel cancel) {
                stopped.add(cancel.key());
            } else {
                wanted.add(effect.key());
            }
        }
    }

    /** The keys of the work that is open. */
    List<String> working() {
        return steps.open().stream()
                .filter(Effect.Work.class::isInstance)
                .map(Effect::key)
                .toList();
    }

    /** How long is slept, by whom. */
    Duration sleeps(String key) {
        return steps.open(key)
                .map(effect -> ((Effect.Sleep) effect).duration())
                .orElseThrow(() -> new AssertionError(key + " does not sleep; open are " + steps.open()));
    }

    List<String> open() {
        return steps.open().stream().map(Effect::key).toList();
    }

    ToldMachine<S> ends(String key) {
        Effect effect = steps.open(key).orElseThrow(() -> new AssertionError(key + " is not open: " + open()));
        return ends(key, effect instanceof Effect.Sleep ? new Outcome.Woke() : new Outcome.Worked(Json.of(key)));
    }

    ToldMachine<S> fails(String key) {
        return ends(key, new Outcome.Failed(Failure.of("test.failed", key + " failed")));
    }

    ToldMachine<S> stops(String key) {
        return ends(key, new Outcome.Stopped(new Stop(Stop.Kind.ABANDONED, "it was told to")));
    }

    private ToldMachine<S> ends(String key, Outcome outcome) {
        take(steps.feed(new Fact.Ended(key, outcome)));
        return this;
    }

    Optional<RunEnd> end() {
        return steps.end();
    }

    String failure() {
        return steps.end()
                .filter(RunEnd.Failed.class::isInstance)
                .map(end -> ((RunEnd.Failed) end).failure().message())
                .orElseThrow(() -> new AssertionError("it has not failed: " + steps.end() + ", open are " + open()));
    }
}
