package dev.tenon.bus;

import dev.tenon.event.Event;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes filters ready: fields are found, values read and patterns compiled once, so that an event costs comparisons only. */
final class FilterCompiler {
    private static final String TAGS = "tags.";
    private static final String PAYLOAD = "payload";

    private FilterCompiler() {}

    static Predicate<Event> compile(Filter filter) {
        return switch (filter) {
            case Filter.And all ->
                all(all.and().stream().map(FilterCompiler::compile).toList());
            case Filter.Or any ->
                any(any.or().stream().map(FilterCompiler::compile).toList());
            case Filter.Not not -> compile(not.not()).negate();
            case Filter.Field field -> compile(field.field(), field.op(), field.value());
        };
    }

    /** @throws IllegalArgumentException where there is no such field, or it cannot be held against such a value in this way */
    static void check(String field, Filter.Op op, Json value) {
        compile(field, op, value);
    }

    private static Predicate<Event> all(List<Predicate<Event>> parts) {
        List<Predicate<Event>> each = List.copyOf(parts);
        return event -> {
            for (int i = 0; i < each.size(); i++) {
                if (!each.get(i).test(event)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static Predicate<Event> any(List<Predicate<Event>> parts) {
        return all(parts.stream().map(Predicate::negate).toList()).negate();
    }

    private static Predicate<Event> compile(String field, Filter.Op op, Json value) {
        return switch (field) {
            case "name" -> text(Event::name, field, op, value);
            case "category" -> text(Event::category, field, op, value);
            case "run" -> text(event -> present(event.run()), field, op, value);
            case "parent" -> text(event -> present(event.parent()), field, op, value);
            case "sequence" -> json(event -> Json.of(event.sequence()), field, op, number(field, op, value));
            case "severity" -> ordered(Event::severity, field, op, value, FilterCompiler::severity);
            case "time" -> ordered(Event::time, field, op, value, FilterCompiler::time);
            default -> inner(field, op, value);
        };
    }

    private static Predicate<Event> inner(String field, Filter.Op op, Json value) {
        if (field.startsWith(TAGS) && field.length() > TAGS.length()) {
            String tag = field.substring(TAGS.length());
            return text(event -> event.tags().get(tag), field, op, value);
        }
        if (field.equals(PAYLOAD) || field.startsWith(PAYLOAD + "/")) {
            PayloadPath path = PayloadPath.of(field.substring(PAYLOAD.length()));
            return json(event -> path.find(event.payload()), field, op, value);
        }
        throw new IllegalArgumentException("no such field: \"" + field
                + "\"; expected name, category, run, parent, sequence, severity, time, tags. and the name of a tag,"
                + " or payload and a JSON Pointer, such as payload/failure/code");
    }

    private static @Nullable String present(String text) {
        return text.isEmpty() ? null : text;
    }

    // Fields that hold a text

    private static Predicate<Event> text(
            Function<Event, @Nullable String> read, String field, Filter.Op op, Json value) {
        return there(read, op, value, () -> texts(field, op, value));
    }

    private static Predicate<String> texts(String field, Filter.Op op, Json value) {
        return switch (op) {
            case EQ, NE -> string(field, op, value)::equals;
            case LT, LE, GT, GE -> {
                String bound = string(field, op, value);
                yield text -> holds(op, text.compareTo(bound));
            }
            case IN -> {
                List<String> choices = new ArrayList<>();
                for (Json choice : array(field, op, value)) {
                    choices.add(string(field, op, choice));
                }
                yield List.copyOf(choices)::contains;
            }
            case CONTAINS -> {
                String part = string(field, op, value);
                yield text -> text.contains(part);
            }
            case STARTS_WITH -> {
                String part = string(field, op, value);
                yield text -> text.startsWith(part);
            }
            case ENDS_WITH -> {
                String part = string(field, op, value);
                yield text -> text.endsWith(part);
            }
            case MATCHES -> BoundedRegex.of(string(field, op, value))::matches;
            case EXISTS -> text -> true;
        };
    }

    // Fields that hold any JSON

    private static Predicate<Event> json(Function<Event, @Nullable Json> read, String field, Filter.Op op, Json value) {
        return there(read, op, value, () -> values(field, op, value));
    }

    private static Predicate<Json> values(String field, Filter.Op op, Json value) {
        return switch (op) {
            case EQ, NE -> value::equals;
            case LT, LE, GT, GE -> order(field, op, value);
            case IN -> array(field, op, value).items()::contains;
            case CONTAINS -> json -> contains(json, value);
            case STARTS_WITH, ENDS_WITH, MATCHES -> {
                Predicate<String> text = texts(field, op, value);
                yield json -> json instanceof Json.Str string && text.test(string.value());
            }
            case EXISTS -> json -> true;
        };
    }

    private static boolean contains(Json json, Json value) {
        return switch (json) {
            case Json.Str text -> value instanceof Json.Str part && text.value().contains(part.value());
            case Json.Arr array -> array.items().contains(value);
            case Json.Obj object -> value instanceof Json.Str name && object.has(name.value());
            case Json.Num n -> false;
            case Json.Bool b -> false;
            case Json.Null n -> false;
        };
    }

    private static Predicate<Json> order(String field, Filter.Op op, Json bound) {
        return switch (bound) {
            case Json.Num number ->
                json -> json instanceof Json.Num other
                        && holds(op, other.value().compareTo(number.value()));
            case Json.Str text -> {
                Duration duration = duration(text);
                yield duration == null
                        ? json -> json instanceof Json.Str other
                                && holds(op, other.value().compareTo(text.value()))
                        : json -> {
                            Duration other = json instanceof Json.Str string ? duration(string) : null;
                            return other != null && holds(op, other.compareTo(duration));
                        };
            }
            case Json.Bool b -> throw unfit(field, op, "a number or a text", bound);
            case Json.Null n -> throw unfit(field, op, "a number or a text", bound);
            case Json.Arr a -> throw unfit(field, op, "a number or a text", bound);
            case Json.Obj o -> throw unfit(field, op, "a number or a text", bound);
        };
    }

    /** ISO-8601, as durations are written: {@code PT1.5S}. A look at the first characters spares other texts an exception. */
    private static @Nullable Duration duration(Json.Str text) {
        String value = text.value();
        int sign = value.startsWith("-") || value.startsWith("+") ? 1 : 0;
        if (value.length() < sign + 3 || value.charAt(sign) != 'P') {
            return null;
        }
        try {
            return Duration.parse(value);
        } catch (DateTimeException e) {
            return null;
        }
    }

    // Fields with a type of their own

    private interface Reading<T> {
        @Nullable
        T read(Json json);
    }

    private static <T extends Comparable<T>> Predicate<Event> ordered(
            Function<Event, T> read, String field, Filter.Op op, Json value, Reading<T> reading) {
        return switch (op) {
            case EQ, NE, LT, LE, GT, GE -> {
                T bound = one(field, op, value, reading);
                yield event -> holds(op, read.apply(event).compareTo(bound));
            }
            case IN -> {
                List<T> choices = new ArrayList<>();
                for (Json choice : array(field, op, value)) {
                    choices.add(one(field, op, choice, reading));
                }
                List<T> all = List.copyOf(choices);
                yield event -> all.contains(read.apply(event));
            }
            case EXISTS -> {
                boolean wanted = bool(value);
                yield event -> wanted;
            }
            case CONTAINS, STARTS_WITH, ENDS_WITH, MATCHES ->
                throw new IllegalArgumentException(field + " cannot be held against a value with " + op.text()
                        + "; expected eq, ne, lt, le, gt, ge, in or exists");
        };
    }

    private static <T> T one(String field, Filter.Op op, Json value, Reading<T> reading) {
        T read = reading.read(value);
        if (read == null) {
            throw unfit(
                    field,
                    op,
                    field.equals("time") ? "a time, such as 2026-11-21T12:00:00Z" : "debug, info, warn or error",
                    value);
        }
        return read;
    }

    private static @Nullable Severity severity(Json json) {
        String wanted = json instanceof Json.Str text ? text.value().toUpperCase(Locale.ROOT) : "";
        for (Severity severity : Severity.values()) {
            if (severity.name().equals(wanted)) {
                return severity;
            }
        }
        return null;
    }

    private static @Nullable Instant time(Json json) {
        try {
            return json instanceof Json.Str text ? Instant.parse(text.value()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Json number(String field, Filter.Op op, Json value) {
        boolean fits = switch (op) {
            case EQ, NE, LT, LE, GT, GE -> value instanceof Json.Num;
            case IN -> array(field, op, value).items().stream().allMatch(Json.Num.class::isInstance);
            case EXISTS -> true;
            case CONTAINS, STARTS_WITH, ENDS_WITH, MATCHES -> false;
        };
        if (!fits) {
            throw unfit(field, op, "a number, and eq, ne, lt, le, gt, ge or in", value);
        }
        return value;
    }

    // What all share

    private interface Making<T> {
        Predicate<T> make();
    }

    /** Holds what is there against the value, and says of what is not there what {@link Filter} promises. */
    private static <T> Predicate<Event> there(
            Function<Event, @Nullable T> read, Filter.Op op, Json value, Making<T> making) {
        boolean flipped = op == Filter.Op.NE || (op == Filter.Op.EXISTS && !bool(value));
        Predicate<T> holds = making.make();
        return event -> {
            T found = read.apply(event);
            return (found != null && holds.test(found)) != flipped;
        };
    }

    private static boolean holds(Filter.Op op, int order) {
        return switch (op) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
            case IN, CONTAINS, STARTS_WITH, ENDS_WITH, MATCHES, EXISTS -> throw new AssertionError(op);
        };
    }

    private static boolean bool(Json value) {
        if (value instanceof Json.Bool bool) {
            return bool.value();
        }
        throw new IllegalArgumentException("exists takes true or false, got " + shown(value));
    }

    private static String string(String field, Filter.Op op, Json value) {
        if (value instanceof Json.Str text) {
            return text.value();
        }
        throw unfit(field, op, "a text", value);
    }

    private static Json.Arr array(String field, Filter.Op op, Json value) {
        if (value instanceof Json.Arr array) {
            return array;
        }
        throw unfit(field, op, "an array", value);
    }

    private static IllegalArgumentException unfit(String field, Filter.Op op, String wanted, Json value) {
        return new IllegalArgumentException(
                "with " + op.text() + ", " + field + " is held against " + wanted + "; got " + shown(value));
    }

    private static String shown(Json value) {
        String text = value.toString();
        return value.kind() + " " + (text.length() <= 80 ? text : text.substring(0, 80) + "…");
    }
}
