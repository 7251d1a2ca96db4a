package dev.tenon.workflow;

import dev.tenon.schema.JsonSchema;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A step as it is run: all that can be known before is known. Immutable once its {@link Plan} is made. */
final class Node {
    /** The slot of a step that undoes another. */
    static final int UNDO = -1;

    /** The slot of a step that stands in for one that failed. */
    static final int FALLBACK = -2;

    final int id;
    final Step step;

    /** Of effects, without iterations and attempts. */
    final String key;

    /** The JSON Pointer in the definition. */
    final String place;

    final Policy policy;
    final @Nullable String as;
    final @Nullable JsonSchema schema;

    /** Null where it is what the step before gave. */
    @Nullable
    Mapping input;

    /** Null where it is what the step gave. */
    @Nullable
    Mapping output;

    Executor executor = Executor.NOTHING;

    @Nullable
    Node undo;

    @Nullable
    Node fallback;

    /** The output of a step that failed. */
    @Nullable
    Mapping instead;

    /** Runs beside others, so that what it writes is joined later. */
    boolean branch;

    /** Has a layer of the state of its own. */
    boolean layered;

    /** Nothing holds for it but what it does. */
    boolean plain;

    /** Failures are dealt with here, so what was done inside is undone here. */
    boolean saga;

    /** Its work is an effect, of which so many run at once. */
    boolean effect;

    boolean momentous;
    int priority;
    Duration deadline = Duration.ZERO;

    /** Which set of needs, -1 for none. */
    int needs = -1;

    Node(int id, Step step, String key, String place) {
        this.id = id;
        this.step = step;
        this.key = key;
        this.place = place;
        StepOptions options = step.options();
        this.policy = options.policy();
        this.as = options.as().isEmpty() ? null : options.as().intern();
        this.schema = options.schema().equals(JsonSchema.ANY) ? null : options.schema();
    }

    @Override
    public String toString() {
        return key;
    }
}
