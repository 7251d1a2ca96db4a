package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.run.Limits;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow is asked. Pure data. Immutable.
 *
 * @param id of the run, where it is to be found again in a journal; empty for one made by the runner
 * @param session the conversation of its agents, unless a step says another; empty for the default one
 * @param input its members are the first state
 * @param limits at most one: what the run and all below it may use
 */
public record WorkflowRequest(String id, String session, Json.Obj input, List<Limits> limits) {
    public WorkflowRequest {
        id = id == null ? "" : id;
        session = session == null ? "" : session;
        Objects.requireNonNull(input, "input");
        limits = limits == null ? List.of() : List.copyOf(limits);
        if (limits.size() > 1) {
            throw new IllegalArgumentException("a request has at most one set of limits, got " + limits.size());
        }
    }

    /** No input. */
    public static WorkflowRequest empty() {
        return new WorkflowRequest("", "", Json.Obj.EMPTY, List.of());
    }

    /**
     * An input: JSON, a map, a record.
     *
     * @throws dev.tenon.json.JsonException where its JSON form is no object
     */
    public static WorkflowRequest of(Object input) {
        Objects.requireNonNull(input, "input");
        return new WorkflowRequest("", "", Json.of(input).asObj(), List.of());
    }

    /** A copy with another member of the input. */
    public WorkflowRequest with(String name, @Nullable Object value) {
        return new WorkflowRequest(id, session, input.with(name, value), limits);
    }

    /** A copy with a run id: the same id in the same journal is the same run. */
    public WorkflowRequest id(String run) {
        return new WorkflowRequest(Objects.requireNonNull(run, "run"), session, input, limits);
    }

    /** A copy in a conversation. */
    public WorkflowRequest session(String name) {
        return new WorkflowRequest(id, Objects.requireNonNull(name, "name"), input, limits);
    }

    /** A copy with limits for the run and all below it. */
    public WorkflowRequest limits(Limits most) {
        Objects.requireNonNull(most, "most");
        return new WorkflowRequest(id, session, input, List.of(most));
    }
}
