package dev.tenon.workflow;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holds the expressions of a definition, and the mappings that they stand in, against what can be seen where they stand. Nothing is evaluated. Not thread-safe. */
final class Expressions {
    private static final Pattern LITERAL =
            Pattern.compile("true|false|null|-?[0-9]+(\\.[0-9]+)?|\"[^\"\\\\]*\"|'[^'\\\\]*'");

    private final Flow input;

    /** Whether the input may bring keys that nobody names. */
    private final boolean open;

    /** Keys that any step writes, and where. */
    private final Map<String, String> written;

    private final Problems problems;
    private final Map<String, Reads> reads = new HashMap<>();

    Expressions(Flow input, boolean open, Map<String, String> written, Problems problems) {
        this.input = input;
        this.open = open;
        this.written = written;
        this.problems = problems;
    }

    /** A mapping, and what it gives. */
    Flow mapping(Json shape, String place, Keys scope) {
        return switch (shape) {
            case Json.Str text -> text(text.value(), place, scope);
            case Json.Arr array -> {
                List<Flow> items = new ArrayList<>();
                for (int i = 0; i < array.size(); i++) {
                    items.add(mapping(array.get(i), place + "/" + i, scope));
                }
                yield items.stream().allMatch(Flow.Fixed.class::isInstance)
                        ? new Flow.Fixed(shape)
                        : new Flow.Items(items);
            }
            case Json.Obj object -> {
                Map<String, Flow> members = new LinkedHashMap<>();
                object.forEach((name, value) ->
                        members.put(name, mapping(value, place + "/" + Problems.segment(name), scope)));
                yield members.values().stream().allMatch(Flow.Fixed.class::isInstance)
                        ? new Flow.Fixed(shape)
                        : Flow.members(members);
            }
            default -> new Flow.Fixed(shape);
        };
    }

    private Flow text(String text, String place, Keys scope) {
        List<Mapping.Span> spans;
        try {
            spans = Mapping.spans(text);
        } catch (TenonException e) {
            broken(e, place, 0);
            return Flow.TEXT;
        }
        Flow only = Flow.TEXT;
        for (Mapping.Span span : spans) {
            Flow given = expression(text.substring(span.from(), span.to()), place, span.from(), scope, false);
            if (span.from() == 2 && span.to() == text.length() - 2) {
                only = given;
            }
        }
        return spans.isEmpty() && !text.contains("\\{{") ? new Flow.Fixed(Json.of(text)) : only;
    }

    private void broken(TenonException e, String place, int from) {
        String at = e.context().getOrDefault("character", "0");
        problems.wrongAt(Rule.EXPRESSION, place, from + Integer.parseInt(at), String.valueOf(e.getMessage()), "");
    }

    /**
     * An expression.
     *
     * @param from where in the text at the place it begins
     */
    Flow expression(String text, String place, int from, Keys scope, boolean condition) {
        Expression made;
        try {
            made = condition ? Expression.condition(text) : Expression.of(text);
        } catch (TenonException e) {
            broken(e, place, from);
            return Flow.UNKNOWN;
        }
        Reads found = reads.computeIfAbsent(text, Reads::of);
        for (Reads.Path variable : found.variables()) {
            variable(variable, place, from, scope);
        }
        Flow flow = Flow.UNKNOWN;
        for (Reads.Path path : found.paths()) {
            flow = path(path, place, from, scope);
        }
        if (made instanceof Expression.Comparison comparison) {
            compares(comparison, flow, place, from);
            return Flow.BOOLEAN;
        }
        Json literal = literal(text);
        return literal != null
                ? new Flow.Fixed(literal)
                : made instanceof Expression.Path && found.paths().size() == 1 ? flow : Flow.UNKNOWN;
    }

    /** The value of an expression that is nothing but one; null of others. */
    static @Nullable Json literal(String text) {
        String stripped = text.strip();
        if (!LITERAL.matcher(stripped).matches()) {
            return null;
        }
        return stripped.startsWith("'") ? Json.of(stripped.substring(1, stripped.length() - 1)) : Json.parse(stripped);
    }

    private void variable(Reads.Path variable, String place, int from, Keys scope) {
        String name = variable.root();
        if (!Expression.VARIABLES.contains(name)) {
            problems.wrongAt(
                    Rule.VARIABLE,
                    place,
                    from + variable.at(),
                    "there is no variable or function \"$" + name + "\"",
                    Problems.near(
                            "$" + name,
                            scope.visible.stream()
                                    .map(one -> "$" + one)
                                    .sorted()
                                    .toList()));
        } else if (!scope.visible.contains(name) && SOMEWHERE.containsKey(name)) {
            problems.wrongAt(
                    Rule.VARIABLE,
                    place,
                    from + variable.at(),
                    "\"$" + name + "\" is nothing here",
                    "there is one " + SOMEWHERE.get(name));
        }
    }

    /** Variables that are not everywhere. */
    private static final Map<String, String> SOMEWHERE = Map.of(
            "item", "in the steps of a map",
            "index", "in the steps of a map",
            "iteration", "in the steps of a loop",
            "output", "in an output mapping, and in the steps that undo one",
            "error", "in what is done or given instead of a step that failed");

    private Flow path(Reads.Path path, String place, int from, Keys scope) {
        Flow flow;
        if (path.variable()) {
            flow = switch (path.root()) {
                case "last" -> scope.last;
                case "input" -> input;
                default -> scope.variables.getOrDefault(path.root(), Flow.UNKNOWN);
            };
        } else {
            flow = key(path, place, from, scope);
        }
        String whole = (path.variable() ? "$" : "") + path.root();
        for (String member : path.members()) {
            Optional<Set<String>> known = flow.names();
            if (known.isPresent() && !known.get().contains(member)) {
                problems.wrongAt(
                        Rule.KEY_UNKNOWN,
                        place,
                        from + path.at(),
                        "there is no \"" + member + "\" in " + whole,
                        Problems.near(member, known.get()));
                return Flow.UNKNOWN;
            }
            flow = flow.member(member);
            whole += "." + member;
        }
        return flow;
    }

    private Flow key(Reads.Path path, String place, int from, Keys scope) {
        String name = path.root();
        Flow found = scope.key(name);
        if (found != null) {
            return found;
        }
        if (open || scope.loose && written.containsKey(name)) {
            return Flow.UNKNOWN;
        }
        if (written.containsKey(name)) {
            problems.wrongAt(
                    Rule.KEY_TOO_EARLY,
                    place,
                    from + path.at(),
                    "nothing that is done before this writes \"" + name + "\"",
                    "it is written at " + problems.where(written.getOrDefault(name, ""))
                            + "; give it an initial value in \"keys\", or change the order");
            return Flow.UNKNOWN;
        }
        Set<String> all = new LinkedHashSet<>(written.keySet());
        input.names().ifPresent(all::addAll);
        problems.wrongAt(
                Rule.KEY_UNKNOWN,
                place,
                from + path.at(),
                "nothing writes \"" + name + "\", and the input has none",
                Problems.near(name, all));
        return Flow.UNKNOWN;
    }

    private void compares(Expression.Comparison comparison, Flow flow, String place, int from) {
        Json value = comparison.value();
        // What is not there is compared with null, and no schema says that it is.
        if (!(flow instanceof Flow.Said said) || value.isNull()) {
            return;
        }
        boolean ordered =
                "<=>=".contains(comparison.operator()) && !comparison.operator().equals("=");
        Shape shape = said.shape();
        if (ordered && new Flow.Fixed(value).mismatch(kindOf(shape)).isPresent()
                || !ordered && shape.branches().isEmpty() && !shape.accepts(value)) {
            List<Json> constants = flow.constants();
            problems.wrongAt(
                    Rule.TYPE,
                    place,
                    from,
                    "it is compared with " + Problems.said(value) + ", which it never is",
                    constants == null
                            ? "its schema is " + clipped(shape.json())
                            : "it is one of " + clipped(Json.Arr.of(constants)));
        }
    }

    private static String clipped(Json json) {
        String text = json.toString();
        return text.length() <= 120 ? text : text.substring(0, 119) + "…";
    }

    /** Only the kinds of a shape: bounds do not matter to what is compared with them. */
    private static Shape kindOf(Shape shape) {
        return JsonSchema.of(Json.object(
                        "type",
                        shape.kinds().stream().map(DefinitionWriter::word).toList()))
                .shape();
    }
}
