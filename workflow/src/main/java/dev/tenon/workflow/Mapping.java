package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON with expressions in its texts, compiled once. Immutable and thread-safe.
 */
sealed interface Mapping {
    /**
     * The value.
     *
     * @throws dev.tenon.error.TenonException of code {@code workflow.expression} where an expression cannot be computed or gives nothing
     */
    Json evaluate(Environment environment);

    /** Whether it must be told the time or a lot. */
    default boolean momentous() {
        return false;
    }

    /** The mapping of a value. */
    static Mapping of(Json shape) {
        return switch (shape) {
            case Json.Str text -> text(text.value());
            case Json.Arr array -> {
                List<Mapping> items = new ArrayList<>();
                for (Json item : array) {
                    items.add(of(item));
                }
                yield items.stream().allMatch(Fixed.class::isInstance)
                        ? new Fixed(literal(shape))
                        : new Items(List.copyOf(items));
            }
            case Json.Obj object -> {
                List<String> names = new ArrayList<>();
                List<Mapping> values = new ArrayList<>();
                object.forEach((name, value) -> {
                    names.add(name);
                    values.add(of(value));
                });
                yield values.stream().allMatch(Fixed.class::isInstance)
                        ? new Fixed(literal(shape))
                        : new Members(List.copyOf(names), List.copyOf(values));
            }
            default -> new Fixed(shape);
        };
    }

    /** A value without expressions, in which escaped braces are braces. */
    private static Json literal(Json shape) {
        return switch (shape) {
            case Json.Str text -> text(text.value()) instanceof Fixed fixed ? fixed.value() : text;
            case Json.Arr array ->
                Json.Arr.of(array.items().stream().map(Mapping::literal).toList());
            case Json.Obj object -> {
                Json.ObjBuilder out = Json.object();
                object.forEach((name, value) -> out.put(name, literal(value)));
                yield out.build();
            }
            default -> shape;
        };
    }

    /**
     * An expression in a text.
     *
     * @param from the offset of its first character
     * @param to the offset after its last
     */
    record Span(int from, int to) {}

    /**
     * The expressions in a text.
     *
     * @throws dev.tenon.error.TenonException of code {@code workflow.expression} where one does not end
     */
    static List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("\\{{", at)) {
                at += 3;
            } else if (text.startsWith("{{", at)) {
                int end = end(text, at + 2);
                if (end < 0) {
                    throw Expression.failed(text, "\"{{\" has no \"}}\"; write \\{{ for two braces", at);
                }
                spans.add(new Span(at + 2, end));
                at = end + 2;
            } else {
                at++;
            }
        }
        return spans;
    }

    /** The mapping of a text. */
    static Mapping text(String text) {
        List<Object> parts = new ArrayList<>();
        int at = 0;
        for (Span span : spans(text)) {
            plain(text.substring(at, span.from() - 2), parts);
            String expression = text.substring(span.from(), span.to());
            parts.add(new Value(expression.strip(), Expression.of(expression)));
            at = span.to() + 2;
        }
        plain(text.substring(at), parts);
        if (parts.isEmpty()) {
            return new Fixed(Json.of(""));
        }
        if (parts.size() == 1) {
            return parts.getFirst() instanceof Value value ? value : new Fixed(Json.of(parts.getFirst()));
        }
        return new Joined(List.copyOf(parts));
    }

    private static void plain(String text, List<Object> parts) {
        if (!text.isEmpty()) {
            parts.add(text.replace("\\{{", "{{"));
        }
    }

    /** Where the expression ends: at the first two closing braces outside of quotes and of braces of its own. */
    private static int end(String text, int from) {
        int open = 0;
        char quote = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'' || c == '`') {
                quote = c;
            } else if (c == '{') {
                open++;
            } else if (c == '}') {
                if (open > 0) {
                    open--;
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '}') {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Always the same. */
    record Fixed(Json value) implements Mapping {
        @Override
        public Json evaluate(Environment environment) {
            return value;
        }
    }

    /** What an expression gives. */
    record Value(String text, Expression expression) implements Mapping {
        @Override
        public Json evaluate(Environment environment) {
            @Nullable Json value = expression.evaluate(environment);
            if (value == null) {
                throw Expression.failed(
                        text, "there is nothing; say what else it may be: {{" + text + " ? " + text + " : \"\"}}");
            }
            return value;
        }

        @Override
        public boolean momentous() {
            return expression.momentous();
        }
    }

    /** A text with values in it: text as it is, everything else as JSON. */
    record Joined(List<Object> parts) implements Mapping {
        @Override
        public Json evaluate(Environment environment) {
            StringBuilder out = new StringBuilder();
            for (Object part : parts) {
                if (part instanceof Value value) {
                    Json found = value.evaluate(environment);
                    out.append(found instanceof Json.Str text ? text.value() : found.toString());
                } else {
                    out.append(part);
                }
            }
            return Json.of(out.toString());
        }

        @Override
        public boolean momentous() {
            return parts.stream().anyMatch(part -> part instanceof Value value && value.momentous());
        }
    }

    /** An array. */
    record Items(List<Mapping> items) implements Mapping {
        @Override
        public Json evaluate(Environment environment) {
            List<Json> values = new ArrayList<>(items.size());
            for (Mapping item : items) {
                values.add(item.evaluate(environment));
            }
            return Json.Arr.of(values);
        }

        @Override
        public boolean momentous() {
            return items.stream().anyMatch(Mapping::momentous);
        }
    }

    /** An object. */
    record Members(List<String> names, List<Mapping> values) implements Mapping {
        @Override
        public Json evaluate(Environment environment) {
            List<Json> found = new ArrayList<>(values.size());
            for (Mapping value : values) {
                found.add(value.evaluate(environment));
            }
            return Json.Obj.of(names, found);
        }

        @Override
        public boolean momentous() {
            return values.stream().anyMatch(Mapping::momentous);
        }
    }
}
