package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Spent;
import dev.tenon.scope.Key;
import dev.tenon.scope.State;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What came of a run of a workflow. Immutable. {@link #output()} throws unless it completed; everything else can be read however it ended.
 *
 * @param run the run's id
 * @param state the values of the state; of branches that did not end, what they wrote is not there
 * @param spent what was used, by agents and workflows below too
 * @param resources how each was used
 * @param abandoned the keys of steps that ignored being told to stop and may still be running
 * @param took while it ran; rest does not count
 */
public record WorkflowResult(
        String run,
        RunEnd end,
        Json.Obj state,
        Spent spent,
        Map<String, Use> resources,
        List<String> abandoned,
        Duration took) {
    /**
     * How a resource was used. Immutable.
     *
     * @param size how much there is
     * @param peak the most that was taken at once
     * @param steps how many steps took of it
     */
    public record Use(int size, int peak, long steps) {}

    public WorkflowResult {
        Objects.requireNonNull(resources, "resources");
        Objects.requireNonNull(abandoned, "abandoned");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(spent, "spent");
        resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
        abandoned = List.copyOf(abandoned);
        Objects.requireNonNull(took, "took");
    }

    /** Whether the run did what it was asked. */
    public boolean completed() {
        return end instanceof RunEnd.Completed;
    }

    /** Whether it rests. */
    public boolean paused() {
        return end instanceof RunEnd.Paused;
    }

    /** What it asks; empty unless it rests. */
    public List<Question> questions() {
        return end instanceof RunEnd.Paused paused ? paused.questions() : List.of();
    }

    /**
     * What the workflow gave.
     *
     * @throws TenonException unless the run completed: the failure's own, or of code {@code workflow.not_completed}
     */
    public Json output() {
        return switch (end) {
            case RunEnd.Completed completed -> completed.output();
            case RunEnd.Failed failed -> throw failed(failed.failure());
            case RunEnd.Limited limited -> throw not(limited.reached().message());
            case RunEnd.Cancelled cancelled ->
                throw not("stopped: " + cancelled.stop().reason());
            case RunEnd.Paused paused ->
                throw not("it rests, and asks " + paused.questions().size() + " questions");
        };
    }

    private TenonException failed(Failure failure) {
        return new TenonException(
                failure.code(),
                "run \"" + run + "\" failed: " + failure.message(),
                failure.recovery(),
                failure.context(),
                null);
    }

    private TenonException not(String why) {
        return new TenonException("workflow.not_completed", "run \"" + run + "\" did not complete: " + why);
    }

    /** What the workflow gave, as a value of a type. */
    public <T> T output(Class<T> type) {
        return output().as(type);
    }

    /** As {@link #output(Class)}, for a generic type. */
    public <T> T output(TypeRef<T> type) {
        return output().as(type);
    }

    /** The value of a key of the state, its initial value where nobody wrote it. */
    public <T> T get(Key<T> key) {
        return State.of(state).get(key);
    }
}
