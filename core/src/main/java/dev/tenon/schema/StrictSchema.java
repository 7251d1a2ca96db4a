package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** A schema in the form that a provider's strict mode takes, and the way back from what the model writes. Immutable, thread-safe. */
public final class StrictSchema {
    private final JsonSchema schema;
    private final List<String> unenforced;
    private final WayBack way;
    private final boolean wrapped;

    StrictSchema(JsonSchema schema, List<String> unenforced, WayBack way, boolean wrapped) {
        this.schema = Objects.requireNonNull(schema, "schema");
        this.unenforced = List.copyOf(unenforced);
        this.way = way;
        this.wrapped = wrapped;
    }

    /** What to send. */
    public JsonSchema schema() {
        return schema;
    }

    /** What the provider does not enforce, as places in the original and keywords: {@code $.age: minimum}. */
    public List<String> unenforced() {
        return unenforced;
    }

    /** Whether every answer under this schema is one under the original as it stands, so that {@link #restore} changes none. */
    public boolean keepsAnswers() {
        return !wrapped && WayBack.isSame(way, new HashSet<>());
    }

    /**
     * What the model wrote under this schema, as the original schema has it: a wrapped root is taken out, nulls that stand for absent
     * members are left out, lists of entries become objects. What is not as this schema wants it stays as it is.
     */
    public Json restore(Json answer) {
        Objects.requireNonNull(answer, "answer");
        Json value = answer;
        Shape shape = schema.shape();
        if (wrapped) {
            if (!(answer instanceof Json.Obj object) || object.size() != 1 || !object.has(StrictWriter.WRAPPED)) {
                return answer;
            }
            value = object.get(StrictWriter.WRAPPED).orElseThrow();
            shape = shape.member(StrictWriter.WRAPPED);
        }
        return way.back(value, shape);
    }
}
