package dev.tenon.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Conversions between Java types, and the ways that lead over several of them. The shortest way is taken, of equally short ones the one
 * whose first step was given first; the result says which it was.
 *
 * {@snippet file="dev/tenon/schema/ConversionsTest.java" region="way"}
 *
 * <p>Immutable and thread-safe as far as the functions are.
 */
public final class Conversions {
    /** No conversion at all. */
    public static final Conversions NONE = new Conversions(List.of());

    private final List<Step> steps;

    private Conversions(List<Step> steps) {
        this.steps = steps;
    }

    private record Step(Class<?> from, Class<?> to, Function<Object, ?> function) {}

    /** What came of it, and how. Immutable. */
    public static final class Converted<T> {
        private final T value;
        private final List<Class<?>> path;

        Converted(T value, List<Class<?>> path) {
            this.value = value;
            this.path = List.copyOf(path);
        }

        /** The value as wanted. */
        public T value() {
            return value;
        }

        /** The types from the value's own to the wanted one; one alone where nothing had to be done. */
        public List<Class<?>> path() {
            return path;
        }

        /** The path in words: {@code String → Long → Instant}. */
        public String way() {
            return words(path);
        }

        @Override
        public String toString() {
            return value + " (" + way() + ")";
        }
    }

    /** These and one more step. A step from a type serves its subtypes; one to a type serves those who want a supertype. */
    public <A, B> Conversions with(Class<A> from, Class<B> to, Function<? super A, ? extends B> step) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(step, "step");
        Class<A> source = boxed(from);
        List<Step> more = new ArrayList<>(steps);
        more.add(new Step(source, boxed(to), value -> step.apply(source.cast(value))));
        return new Conversions(List.copyOf(more));
    }

    /**
     * A value as another type.
     *
     * @throws SchemaException where no way leads there, or a step on it fails, naming the way
     */
    public <T> Converted<T> convert(Object value, Class<T> to) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(to, "to");
        Class<T> wanted = boxed(to);
        if (wanted.isInstance(value)) {
            return new Converted<>(wanted.cast(value), List.of(value.getClass()));
        }
        List<Step> way = way(value.getClass(), wanted);
        if (way == null) {
            throw failed(
                    "no way leads from " + value.getClass().getSimpleName() + " to " + wanted.getSimpleName() + known(),
                    null);
        }
        List<Class<?>> path = new ArrayList<>(List.of(value.getClass()));
        way.forEach(step -> path.add(step.to()));
        Object here = value;
        for (Step step : way) {
            try {
                here = step.function().apply(here);
            } catch (RuntimeException e) {
                throw failed(
                        words(path) + " failed at " + step.from().getSimpleName() + " → "
                                + step.to().getSimpleName() + ": " + e.getMessage(),
                        e);
            }
            if (here == null) {
                throw failed(
                        words(path) + " failed at " + step.from().getSimpleName() + " → "
                                + step.to().getSimpleName() + ": it gave null",
                        null);
            }
        }
        return new Converted<>(wanted.cast(here), path);
    }

    /** The types on the way from one type to another, both ends included; empty where no way leads there. */
    public List<Class<?>> path(Class<?> from, Class<?> to) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Class<?> start = boxed(from);
        Class<?> wanted = boxed(to);
        List<Class<?>> path = new ArrayList<>(List.of(start));
        if (wanted.isAssignableFrom(start)) {
            return path;
        }
        List<Step> way = way(start, wanted);
        if (way == null) {
            return List.of();
        }
        way.forEach(step -> path.add(step.to()));
        return List.copyOf(path);
    }

    /** Breadth first, so the first way found is a shortest one. In time of steps times types. */
    private @Nullable List<Step> way(Class<?> from, Class<?> to) {
        Map<Class<?>, Step> reached = new LinkedHashMap<>();
        Set<Class<?>> seen = new HashSet<>(Set.of(from));
        Map<Class<?>, Class<?>> before = new LinkedHashMap<>();
        ArrayDeque<Class<?>> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            Class<?> here = open.poll();
            for (Step step : steps) {
                if (!step.from().isAssignableFrom(here) || !seen.add(step.to())) {
                    continue;
                }
                reached.put(step.to(), step);
                before.put(step.to(), here);
                if (to.isAssignableFrom(step.to())) {
                    return back(step.to(), reached, before);
                }
                open.add(step.to());
            }
        }
        return null;
    }

    private static List<Step> back(Class<?> end, Map<Class<?>, Step> reached, Map<Class<?>, Class<?>> before) {
        ArrayDeque<Step> way = new ArrayDeque<>();
        Class<?> here = end;
        for (Step step = reached.get(here); step != null; step = here == null ? null : reached.get(here)) {
            way.addFirst(step);
            here = before.get(here);
        }
        return List.copyOf(way);
    }

    private String known() {
        if (steps.isEmpty()) {
            return "; no conversion is known";
        }
        StringJoiner all = new StringJoiner(", ", "; known: ", "");
        for (Step step : steps.subList(0, Math.min(20, steps.size()))) {
            all.add(step.from().getSimpleName() + " → " + step.to().getSimpleName());
        }
        return all.toString();
    }

    private static String words(List<Class<?>> path) {
        return String.join(" → ", path.stream().map(Class::getSimpleName).toList());
    }

    private static SchemaException failed(String message, @Nullable RuntimeException cause) {
        return new SchemaException("schema.conversion", message, Map.of(), cause);
    }

    @SuppressWarnings(
            "unchecked") // A primitive's class object is that of the box for this purpose: values are always boxed.
    private static <T> Class<T> boxed(Class<T> type) {
        return (Class<T>) java.lang.invoke.MethodType.methodType(type).wrap().returnType();
    }
}
