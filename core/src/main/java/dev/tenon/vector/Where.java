package dev.tenon.vector;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What metadata must be like, as data. Immutable.
 *
 * {@snippet lang=java :
 * Where.is("folder", "docs").and(Where.atLeast("year", 2024)).and(Where.is("language", "de").not());
 * }
 *
 * <p>Its JSON form has member {@code type}: {@code in}, {@code at_least}, {@code at_most}, {@code all}, {@code some} or {@code not}; {@code Json.of(where)} writes and {@code json.as(Where.class)} reads it. A list that is left out is an error there, so that a
 * slip in its name does not become {@link #ANY}.
 *
 * <p>A member that is not there is like nothing: of the conditions on one only {@link Not} can be true.
 */
public sealed interface Where {
    /** Whatever it is like. */
    Where ANY = new All(List.of());

    /** Whether metadata is like this. */
    boolean matches(Json.Obj metadata);

    /** The member equals one of the values; where it is a list, one of its items does. */
    record In(String name, @JsonProperty(required = true) List<Json> values) implements Where {
        public In {
            Objects.requireNonNull(values, "values");
            Objects.requireNonNull(name, "name");
            values = List.copyOf(values);
        }

        @Override
        public boolean matches(Json.Obj metadata) {
            Objects.requireNonNull(metadata, "metadata");
            Json found = metadata.get(name).orElse(null);
            return found instanceof Json.Arr items
                    ? items.items().stream().anyMatch(values::contains)
                    : found != null && values.contains(found);
        }
    }

    /** The member is a number and not below this one. */
    record AtLeast(String name, Json.Num least) implements Where {
        public AtLeast {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(least, "least");
        }

        @Override
        public boolean matches(Json.Obj metadata) {
            Objects.requireNonNull(metadata, "metadata");
            return metadata.get(name).orElse(null) instanceof Json.Num found
                    && found.value().compareTo(least.value()) >= 0;
        }
    }

    /** The member is a number and not above this one. */
    record AtMost(String name, Json.Num most) implements Where {
        public AtMost {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(most, "most");
        }

        @Override
        public boolean matches(Json.Obj metadata) {
            Objects.requireNonNull(metadata, "metadata");
            return metadata.get(name).orElse(null) instanceof Json.Num found
                    && found.value().compareTo(most.value()) <= 0;
        }
    }

    /** All of them; of none, anything. */
    record All(@JsonProperty(required = true) List<Where> conditions) implements Where {
        public All {
            Objects.requireNonNull(conditions, "conditions");
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean matches(Json.Obj metadata) {
            Objects.requireNonNull(metadata, "metadata");
            for (Where one : conditions) {
                if (!one.matches(metadata)) return false;
            }
            return true;
        }
    }

    /** At least one of them; of none, nothing. */
    record Some(@JsonProperty(required = true) List<Where> conditions) implements Where {
        public Some {
            Objects.requireNonNull(conditions, "conditions");
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean matches(Json.Obj metadata) {
            Objects.requireNonNull(metadata, "metadata");
            for (Where one : conditions) {
                if (one.matches(metadata)) return true;
            }
            return false;
        }
    }

    /** Not this. */
    record Not(Where condition) implements Where {
        public Not {
            Objects.requireNonNull(condition, "condition");
        }

        @Override
        public boolean matches(Json.Obj metadata) {
            Objects.requireNonNull(metadata, "metadata");
            return !condition.matches(metadata);
        }
    }

    /** The member equals this value; where it is a list, an item does. Numbers are equal by value, so that 1 is 1.0. */
    static Where is(String name, Object value) {
        Objects.requireNonNull(value, "value");
        return new In(name, List.of(Json.of(value)));
    }

    /** The member equals one of these values; where it is a list, an item does. */
    static Where in(String name, List<?> values) {
        Objects.requireNonNull(values, "values");
        List<Json> all = new ArrayList<>(values.size());
        values.forEach(value -> all.add(Json.of(value)));
        return new In(name, all);
    }

    /** The member is a number and not below this one. */
    static Where atLeast(String name, Number least) {
        Objects.requireNonNull(least, "least");
        return new AtLeast(name, number(least));
    }

    /** The member is a number and not above this one. */
    static Where atMost(String name, Number most) {
        Objects.requireNonNull(most, "most");
        return new AtMost(name, number(most));
    }

    private static Json.Num number(Number number) {
        // What is no number, such as NaN, is refused by Json.
        return (Json.Num) Json.of(Objects.requireNonNull(number, "number"));
    }

    /** This and that. */
    default Where and(Where other) {
        Objects.requireNonNull(other, "other");
        return new All(this instanceof All all ? with(all.conditions(), other) : List.of(this, other));
    }

    /** This, or that, or both. */
    default Where or(Where other) {
        Objects.requireNonNull(other, "other");
        return new Some(this instanceof Some some ? with(some.conditions(), other) : List.of(this, other));
    }

    /** However many are joined one after the other, they stand side by side. */
    private static List<Where> with(List<Where> conditions, Where another) {
        List<Where> all = new ArrayList<>(conditions.size() + 1);
        all.addAll(conditions);
        all.add(another);
        return all;
    }

    /** The opposite. */
    default Where not() {
        return this instanceof Not not ? not.condition() : new Not(this);
    }
}
