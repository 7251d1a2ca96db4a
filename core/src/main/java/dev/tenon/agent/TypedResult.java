package dev.tenon.agent;

import java.lang.reflect.Type;

/**
 * What came of a run that was asked for a value of a type. Immutable.
 *
 * @param <T> the type
 */
public final class TypedResult<T> {
    private final RunResult result;
    private final Type type;

    private TypedResult(RunResult result, Type type) {
        this.result = result;
        this.type = type;
    }

    static <T> TypedResult<T> of(RunResult result, Type type) {
        return new TypedResult<>(result, type);
    }

    /**
     * The value.
     *
     * @throws RunException unless the run completed; it holds the result
     */
    @SuppressWarnings("unchecked")
    public T output() {
        return (T) result.output(type);
    }

    /** Everything else that came of it. */
    public RunResult result() {
        return result;
    }

    @Override
    public String toString() {
        return "TypedResult[" + type.getTypeName() + ", " + result.end().word() + "]";
    }
}
