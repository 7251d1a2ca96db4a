package dev.tenon.bus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.event.Event;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which events, by what they hold. Immutable; data.
 *
 * <p>The JSON form, which {@link #parse} reads:
 *
 * <pre>{@code
 * {"and": [{"field": "severity", "op": "ge", "value": "warn"},
 *          {"not": {"field": "tags.tenant", "op": "in", "value": ["test", "demo"]}}]}
 * }</pre>
 *
 * <p>Fields are {@code name}, {@code category}, {@code run}, {@code parent} and {@code tags.} with a tag's name (texts), {@code sequence} (a number),
 * {@code severity}, {@code time}, and {@code payload} with a JSON Pointer behind it: {@code payload/failure/code}.
 *
 * <p>Of what is not there nothing holds but {@code ne} and {@code exists} with {@code false}. What is of another kind than the value is not equal to it, and
 * neither less nor greater.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NONE)
public sealed interface Filter {
    /** Lets every event pass. */
    Filter ALL = new And(List.of());

    /** Levels of filters within filters: more than anybody writes, few enough to recurse over. */
    int MAX_DEPTH = 100;

    /** An event passes if the field holds this of the value, which is what {@link Json#of(Object)} takes. */
    static Filter where(String field, Op op, @Nullable Object value) {
        return new Field(field, op, Json.of(value));
    }

    /** Events that matter at least so much. */
    static Filter atLeast(Severity least) {
        Objects.requireNonNull(least, "least");
        return where("severity", Op.GE, least);
    }

    /** Events of this run. */
    static Filter run(String run) {
        return where("run", Op.EQ, run);
    }

    /** Events with this tag. */
    static Filter tag(String tag, String value) {
        Objects.requireNonNull(tag, "tag");
        Objects.requireNonNull(value, "value");
        return where("tags." + tag, Op.EQ, value);
    }

    /**
     * The filter of this JSON form.
     *
     * @throws dev.tenon.json.JsonException of code {@code filter.invalid} where it is none, naming the place, such as {@code $.and[1].op}
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Filter of(Json json) {
        Objects.requireNonNull(json, "json");
        return FilterReader.read(json);
    }

    /** As {@link #of(Json)}, of text. */
    static Filter parse(String json) {
        Objects.requireNonNull(json, "json");
        return of(Json.parse(json));
    }

    /** Events that pass both. */
    default Filter and(Filter other) {
        Objects.requireNonNull(other, "other");
        return new And(joined(this instanceof And all ? all.and() : List.of(this), other));
    }

    /** Events that pass one or the other. */
    default Filter or(Filter other) {
        Objects.requireNonNull(other, "other");
        return new Or(joined(this instanceof Or any ? any.or() : List.of(this), other));
    }

    /** Events that do not pass. */
    default Filter negated() {
        return new Not(this);
    }

    /** The JSON form. */
    @JsonValue
    default Json json() {
        return switch (this) {
            case And all -> Json.object("and", list(all.and()));
            case Or any -> Json.object("or", list(any.or()));
            case Not not -> Json.object("not", not.not().json());
            case Field field ->
                Json.object()
                        .put("field", field.field())
                        .put("op", field.op().text())
                        .put("value", field.value())
                        .build();
        };
    }

    /**
     * This filter made ready for many events. Thread-safe. It throws {@link dev.tenon.error.TenonException} of code {@code bus.pattern_too_costly} where a
     * regular expression cannot be decided within its bound.
     */
    default Predicate<Event> compiled() {
        return FilterCompiler.compile(this);
    }

    /** Passes what passes all of these; everything where there is none. */
    record And(List<Filter> and) implements Filter {
        public And {
            and = and == null ? List.of() : List.copyOf(and);
            checkDepth(and);
        }
    }

    /** Passes what passes one of these; nothing where there is none. */
    record Or(List<Filter> or) implements Filter {
        public Or {
            or = or == null ? List.of() : List.copyOf(or);
            checkDepth(or);
        }
    }

    /** Passes what the other does not let pass. */
    record Not(Filter not) implements Filter {
        public Not {
            Objects.requireNonNull(not, "not");
            checkDepth(List.of(not));
        }
    }

    /**
     * Looks at one field.
     *
     * @param value what the field is held against; where it is missing, {@code true} for {@link Op#EXISTS}
     */
    record Field(String field, Op op, Json value) implements Filter {
        public Field {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(op, "op");
            value = value != null && !(value.isNull() && op == Op.EXISTS)
                    ? value
                    : op == Op.EXISTS ? Json.Bool.TRUE : Json.NULL;
            FilterCompiler.check(field, op, value);
        }
    }

    /** How a field is held against a value. */
    enum Op {
        /** Equal: texts by their characters, numbers by value, objects whatever the order of their members. */
        EQ,
        /** Not equal, or not there. */
        NE,
        /** Less: numbers by value, times and durations by length, severities as they are declared, other texts by UTF-16 code units. */
        LT,
        /** Less or equal. */
        LE,
        /** Greater. */
        GT,
        /** Greater or equal. */
        GE,
        /** Equal to one of the items of the value, an array. */
        IN,
        /** A text that holds the value, an array with an item equal to it, an object with a member of that name. */
        CONTAINS,
        /** A text that begins with the value. */
        STARTS_WITH,
        /** A text that ends with the value. */
        ENDS_WITH,
        /** A text that a regular expression matches as a whole, within the bound of {@link EventPattern}. */
        MATCHES,
        /** There where the value is {@code true}, not there where it is {@code false}. */
        EXISTS;

        private static final String ALL = Arrays.stream(values()).map(Op::text).collect(Collectors.joining(", "));

        /** The JSON form: lower case. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The operator of this JSON form.
         *
         * @throws IllegalArgumentException where there is none
         */
        @JsonCreator
        public static Op of(String text) {
            Objects.requireNonNull(text, "text");
            for (Op op : values()) {
                if (op.text().equals(text)) {
                    return op;
                }
            }
            throw new IllegalArgumentException("expected one of " + ALL + ", got \"" + text + "\"");
        }
    }

    private static List<Filter> joined(List<Filter> some, Filter one) {
        List<Filter> all = new ArrayList<>(some);
        all.add(Objects.requireNonNull(one, "filter"));
        return all;
    }

    private static Json list(List<Filter> filters) {
        return Json.Arr.of(filters.stream().map(Filter::json).toList());
    }

    private static void checkDepth(List<Filter> inner) {
        if (depth(inner) >= MAX_DEPTH) {
            throw new IllegalArgumentException("a filter nests more than " + MAX_DEPTH + " levels deep");
        }
    }

    private static int depth(List<Filter> inner) {
        int deepest = 0;
        for (Filter filter : inner) {
            deepest = Math.max(
                    deepest,
                    switch (filter) {
                        case And all -> 1 + depth(all.and());
                        case Or any -> 1 + depth(any.or());
                        case Not not -> 1 + depth(List.of(not.not()));
                        case Field field -> 0;
                    });
        }
        return deepest;
    }
}
