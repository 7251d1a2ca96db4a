package dev.tenon.scope;

import dev.tenon.json.Json;
import java.util.Map;
import java.util.Objects;

/**
 * The typed state of a run at one moment, folded from the updates its tools made, in the order of their calls. Immutable; its JSON form is
 * the object of its values.
 */
public final class State {
    /** Nothing set: every key has its initial value. */
    public static final State EMPTY = new State(Json.Obj.EMPTY);

    private final Json.Obj values;

    private State(Json.Obj values) {
        this.values = values;
    }

    /** The state of these values by key name. */
    public static State of(Json values) {
        Objects.requireNonNull(values, "values");
        return new State(values.asObj());
    }

    /**
     * The value of a key, its initial value where nobody set it.
     *
     * @throws dev.tenon.json.JsonException where it has another type
     */
    public <T> T get(Key<T> key) {
        Objects.requireNonNull(key, "key");
        return key.decode(values.get(key.name()).orElse(key.initial()));
    }

    /** The state after an update: merged by the declared key, replaced where the key is not declared. */
    public State with(Change change, Map<String, Key<?>> declared) {
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(declared, "declared");
        Key<?> key = declared.get(change.key());
        Json after = key == null
                ? change.value()
                : key.merged(values.get(change.key()).orElse(key.initial()), change.value());
        return new State(values.with(change.key(), after));
    }

    /** All values that were set, by key name. */
    public Json json() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State state && state.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return "State" + values;
    }

    /**
     * One update. Immutable.
     *
     * @param value what to merge into the value of the key
     */
    public record Change(String key, Json value) {

        public Change {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }
    }
}
