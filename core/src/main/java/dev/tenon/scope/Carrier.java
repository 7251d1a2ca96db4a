package dev.tenon.scope;

import java.util.Objects;
import java.util.Optional;

/** A scope that carries a value. */
record Carrier<V>(Scope scope, Class<V> type, V value) implements Scoped {

    Carrier {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(value, "value");
    }

    @Override
    public <T> Optional<T> carried(Class<T> wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return wanted.equals(type) ? Optional.of(wanted.cast(value)) : scope.carried(wanted);
    }
}
