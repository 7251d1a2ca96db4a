package dev.tenon.scope;

import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.function.BinaryOperator;

/**
 * A typed name in a run's {@link State}: what type its value has, what it is before anybody sets it, and how an update joins what is
 * there. Immutable.
 *
 * @param <T> the type of the value; it needs a JSON form
 */
public final class Key<T> {
    private final String name;
    private final Type type;
    private final Json initial;
    private final BinaryOperator<T> merge;

    private Key(String name, Type type, Json initial, BinaryOperator<T> merge) {
        this.name = Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a key needs a name");
        }
        this.type = Objects.requireNonNull(type, "type");
        this.initial = initial;
        this.merge = Objects.requireNonNull(merge, "merge");
    }

    /** A key whose updates replace what was there. */
    public static <T> Key<T> of(String name, Class<T> type, T initial) {
        Objects.requireNonNull(initial, "initial");
        return new Key<>(name, type, Json.of(initial), (before, after) -> after);
    }

    /** A key whose updates are merged: {@code merge(value before, update)}. It must be a pure function. */
    public static <T> Key<T> of(String name, Class<T> type, T initial, BinaryOperator<T> merge) {
        Objects.requireNonNull(initial, "initial");
        return new Key<>(name, type, Json.of(initial), merge);
    }

    /** As {@link #of(String, Class, Object, BinaryOperator)}, for a generic type. */
    public static <T> Key<T> of(String name, TypeRef<T> type, T initial, BinaryOperator<T> merge) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(initial, "initial");
        return new Key<>(name, type.type(), Json.of(initial), merge);
    }

    /** The name, unique in a state. */
    public String name() {
        return name;
    }

    @SuppressWarnings("unchecked")
    T decode(Json json) {
        return (T) json.as(type);
    }

    Json initial() {
        return initial;
    }

    Json merged(Json before, Json update) {
        return Json.of(merge.apply(decode(before), decode(update)));
    }

    @Override
    public String toString() {
        return "Key[" + name + ": " + type.getTypeName() + "]";
    }
}
