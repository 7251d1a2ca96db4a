package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What came of a {@link Coercion}. Immutable.
 *
 * @param value the value that fits the schema; empty where there is none
 * @param changes what was changed, in the order of the value
 * @param cost how far the changes took it from what was written, 0 for not at all; only for comparing
 * @param violations why there is no value; empty where there is one
 */
public record Coerced(Optional<Json> value, List<Change> changes, int cost, List<Violation> violations) {
    public Coerced {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(changes, "changes");
        Objects.requireNonNull(violations, "violations");
        changes = List.copyOf(changes);
        violations = List.copyOf(violations);
    }
}
