package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.scope.Key;
import dev.tenon.scope.Scope;
import dev.tenon.scope.State;

/**
 * What a tool sees of the run that called it: its scope (deadline, cancellation), what the agent was given by type, the run's state. The
 * {@link #id()} is the call's identity, run / step / index: the same when the call is made again after a crash, so it serves as an
 * idempotency key. Thread-safe.
 */
public interface ToolContext extends Scope {
    /** The run that this call is part of. */
    String run();

    /** The conversation that the run belongs to; empty where there is none. */
    default String session() {
        return "";
    }

    /**
     * What the agent was given under this type.
     *
     * @throws IllegalStateException where it was given nothing of that type
     */
    <T> T get(Class<T> type);

    /** The state as it was when this turn's calls began. */
    State state();

    /**
     * Updates the state. Takes effect when the call ends well; the updates of parallel calls are merged in the order of the calls.
     */
    <T> void update(Key<T> key, T value);

    /** Tells listeners how far the call is. Never seen by the model. */
    void progress(String message);

    /**
     * Posts an event of the tool's own to listeners.
     *
     * @param name dotted, for example {@code order.placed}
     * @throws IllegalArgumentException where no event can have that name
     */
    void emit(String name, Json payload);

    /**
     * Calls another tool of the agent, as part of this call: it is checked, decided by the agent's policy, counted by the run's limits and on record like a call of the model. Blocks.
     *
     * <p>What the model would be told is the output, an error too. A call that a person would have to be asked about is refused, since this one cannot rest.
     *
     * <p>When this call is made again after a crash, the same call of the same tool gives what it gave before, where that is on record.
     */
    ToolOutput call(String tool, Json.Obj arguments);

    /**
     * From the next model call of this run on the model is told of this tool too, which the agent has and did not tell of; nothing where it was told before. Takes effect when the
     * call ends well.
     *
     * @throws IllegalArgumentException where the agent has no tool of this name
     */
    void offer(String tool);
}
