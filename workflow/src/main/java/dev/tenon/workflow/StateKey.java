package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.List;
import java.util.Objects;

/**
 * What is known of a key of a workflow's state. Immutable.
 *
 * @param schema what a value of it must fit; {@link JsonSchema#ANY} for anything
 * @param reducer how writes become one value
 * @param initial at most one: its value before anything is written
 */
public record StateKey(JsonSchema schema, Reducer reducer, List<Json> initial) {
    /** Anything, replaced by each write. */
    public static final StateKey ANY = new StateKey(JsonSchema.ANY, Reducer.REPLACE, List.of());

    public StateKey {
        Objects.requireNonNull(initial, "initial");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(reducer, "reducer");
        initial = List.copyOf(initial);
        if (initial.size() > 1) {
            throw new IllegalArgumentException("a key has at most one initial value, got " + initial.size());
        }
    }

    /** A key whose writes are joined. */
    public static StateKey of(Reducer reducer) {
        return new StateKey(JsonSchema.ANY, reducer, List.of());
    }
}
