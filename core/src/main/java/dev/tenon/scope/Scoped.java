package dev.tenon.scope;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Something that lives as long as a scope does, and is a scope by that. What it does not say otherwise is said by the scope. Thread-safe where the rest of it is. */
public interface Scoped extends Scope {
    /** Whose life it shares. */
    Scope scope();

    @Override
    default String id() {
        return scope().id();
    }

    @Override
    default Optional<Instant> deadline() {
        return scope().deadline();
    }

    @Override
    default Optional<Stop> stop() {
        return scope().stop();
    }

    @Override
    default boolean stopped() {
        return scope().stopped();
    }

    @Override
    default Registration onStop(Runnable action) {
        Objects.requireNonNull(action, "action");
        return scope().onStop(action);
    }

    @Override
    default <T> Optional<T> carried(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return scope().carried(type);
    }

    @Override
    default TimeSource time() {
        return scope().time();
    }
}
