package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.scope.Scope;

/**
 * What a function, a script or a step of a user's own sees of the run. The {@link #id()} is the call's identity: the same when it is made again after a crash, so it serves as an
 * idempotency key. Thread-safe.
 */
public interface StepContext extends Scope {
    /** The run that this call is part of. */
    String run();

    /**
     * What the {@link Registry} was given under this type.
     *
     * @throws IllegalStateException where it was given nothing of that type
     */
    <T> T get(Class<T> type);

    /**
     * Posts an event of one's own to listeners.
     *
     * @param name dotted, for example {@code order.placed}
     */
    void emit(String name, Json payload);
}
