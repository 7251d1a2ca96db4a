package dev.tenon.workflow;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An expression, compiled once. Immutable and thread-safe. Plain paths and the short form of conditions are looked up here, everything else is JSONata's.
 */
sealed interface Expression {
    /** The variables that are there beside those that an expression makes for itself. */
    Set<String> VARIABLES =
            Set.of("last", "input", "item", "index", "iteration", "output", "error", "answer", "attempt");

    /**
     * The value; null where there is nothing.
     *
     * @throws TenonException of code {@code workflow.expression} where it cannot be computed
     */
    @Nullable
    Json evaluate(Environment environment);

    /** Whether it must be told the time or a lot. */
    default boolean momentous() {
        return false;
    }

    /**
     * The text as an expression.
     *
     * @throws TenonException of code {@code workflow.expression} where it is none
     */
    static Expression of(String text) {
        Path path = Path.of(text.strip());
        return path != null ? path : Jsonata.of(text);
    }

    /**
     * The text as a condition, in its short form or as an expression.
     *
     * @throws TenonException of code {@code workflow.expression} where it is none
     */
    static Expression condition(String text) {
        Comparison comparison = Comparison.of(text);
        return comparison != null ? comparison : of(text);
    }

    /** Whether a condition holds: JSONata's rule of what counts as true. */
    default boolean holds(Environment environment) {
        return truth(evaluate(environment));
    }

    /** Nothing, null, false, 0, empty text, empty objects and arrays in which nothing is true are false. */
    static boolean truth(@Nullable Json value) {
        return switch (value) {
            case null -> false;
            case Json.Null none -> false;
            case Json.Bool bool -> bool.value();
            case Json.Num number -> number.doubleValue() != 0;
            case Json.Str text -> !text.value().isEmpty();
            case Json.Obj object -> !object.isEmpty();
            case Json.Arr array -> {
                for (Json item : array) {
                    if (truth(item)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    static TenonException failed(String text, String why) {
        return failed(text, why, 0);
    }

    /** @param character from 0, where it is wrong; in the context of what is thrown */
    static TenonException failed(String text, String why, int character) {
        String shown = text.length() <= 120 ? text : text.substring(0, 117) + "…";
        return new TenonException(
                "workflow.expression",
                "expression \"" + shown.replace("\n", "\\n") + "\": " + why,
                Recovery.NONE,
                Map.of("character", Integer.toString(character)),
                null);
    }

    /** Stands where an expression could not be read; is never run. */
    record Never() implements Expression {
        @Override
        public @Nullable Json evaluate(Environment environment) {
            return null;
        }
    }

    /** A key of the state or a variable, and members of it. */
    final class Path implements Expression {
        private static final Pattern SYNTAX =
                Pattern.compile("(\\$?[A-Za-z_][A-Za-z0-9_]*)((?:\\.[A-Za-z_][A-Za-z0-9_]*)*)");

        /** Words of JSONata's own. */
        private static final Set<String> WORDS = Set.of("and", "or", "in", "true", "false", "null", "function");

        private final String text;
        private final String root;
        private final boolean variable;
        private final String[] members;
        private volatile @Nullable Jsonata other;

        private Path(String text, String root, boolean variable, String[] members) {
            this.text = text;
            this.root = root;
            this.variable = variable;
            this.members = members;
        }

        static @Nullable Path of(String text) {
            Matcher matcher = SYNTAX.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            String root = matcher.group(1);
            boolean variable = root.startsWith("$");
            if (WORDS.contains(root) || variable && !VARIABLES.contains(root.substring(1))) {
                return null;
            }
            String rest = matcher.group(2);
            String[] members =
                    rest.isEmpty() ? new String[0] : rest.substring(1).split("\\.");
            for (String member : members) {
                if (WORDS.contains(member)) {
                    return null;
                }
            }
            // Keys are compared by identity first: those of a definition are interned.
            return new Path(text, (variable ? root.substring(1) : root).intern(), variable, members);
        }

        String root() {
            return root;
        }

        boolean variable() {
            return variable;
        }

        @Override
        public @Nullable Json evaluate(Environment environment) {
            Json value = variable ? environment.variable(root) : environment.value(root);
            for (String member : members) {
                if (value instanceof Json.Obj object) {
                    value = object.members().get(member);
                } else if (value instanceof Json.Arr) {
                    return jsonata().evaluate(environment); // Its rules for arrays are its own.
                } else {
                    return null;
                }
            }
            return value;
        }

        private Jsonata jsonata() {
            Jsonata made = other;
            if (made == null) {
                made = Jsonata.of(text);
                other = made;
            }
            return made;
        }
    }

    /** {@code path operator value}. */
    final class Comparison implements Expression {
        private static final Pattern SYNTAX =
                Pattern.compile("\\s*(\\$?[A-Za-z_][A-Za-z0-9_.]*)\\s*(==|=|!=|<=|<|>=|>)\\s*(\\S(?:.*\\S)?)\\s*");

        private static final Pattern LITERAL =
                Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|\"[^\"\\\\]*\"|'[^'\\\\]*'|true|false|null");

        private final String text;
        private final Path path;
        private final String operator;
        private final Json value;
        private final double number;

        private Comparison(String text, Path path, String operator, Json value) {
            this.text = text;
            this.path = path;
            this.operator = operator;
            this.value = value;
            this.number = value instanceof Json.Num num ? num.doubleValue() : Double.NaN;
        }

        static @Nullable Comparison of(String text) {
            Matcher matcher = SYNTAX.matcher(text);
            if (!matcher.matches() || !LITERAL.matcher(matcher.group(3)).matches()) {
                return null;
            }
            Path path = Path.of(matcher.group(1));
            if (path == null) {
                return null;
            }
            String literal = matcher.group(3);
            Json value =
                    literal.startsWith("'") ? Json.of(literal.substring(1, literal.length() - 1)) : Json.parse(literal);
            String operator = matcher.group(2).equals("==") ? "=" : matcher.group(2);
            return new Comparison(text, path, operator.intern(), value);
        }

        String operator() {
            return operator;
        }

        Json value() {
            return value;
        }

        @Override
        public Json evaluate(Environment environment) {
            return Json.Bool.of(holds(environment));
        }

        @Override
        public boolean holds(Environment environment) {
            Json found = path.evaluate(environment);
            if (found == null) {
                return false;
            }
            return switch (operator) {
                case "=" -> found.equals(value);
                case "!=" -> !found.equals(value);
                default -> ordered(found);
            };
        }

        private boolean ordered(Json found) {
            int order;
            if (found instanceof Json.Num left && value instanceof Json.Num right) {
                order = Math.abs(number) < 1e15 && Math.abs(left.doubleValue()) < 1e15
                        ? Double.compare(left.doubleValue(), number)
                        : left.value().compareTo(right.value());
            } else if (found instanceof Json.Str left && value instanceof Json.Str right) {
                order = left.value().compareTo(right.value());
            } else {
                throw failed(text, "cannot compare " + found.kind() + " with " + value.kind());
            }
            return switch (operator) {
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        }
    }

    /** JSONata, with its work counted. */
    final class Jsonata implements Expression {
        /** What asks for the time or a lot. */
        private static final Pattern MOMENTOUS = Pattern.compile("\\$(now|millis|random|shuffle)\\b");

        private final String text;
        private final Evaluation.Compiled compiled;
        private final boolean momentous;
        private final List<String> used;

        private Jsonata(String text, Evaluation.Compiled compiled) {
            this.text = text;
            this.compiled = compiled;
            this.momentous = MOMENTOUS.matcher(text).find();
            List<String> names = new ArrayList<>();
            for (String name : VARIABLES) {
                if (text.contains("$" + name)) {
                    names.add(name);
                }
            }
            this.used = List.copyOf(names);
        }

        static Jsonata of(String text) {
            if (text.isBlank()) {
                throw failed(text, "expected an expression, got nothing");
            }
            return new Jsonata(text, Evaluation.compile(text));
        }

        @Override
        public boolean momentous() {
            return momentous;
        }

        @Override
        public @Nullable Json evaluate(Environment environment) {
            return Evaluation.evaluate(text, compiled, environment, used);
        }
    }
}
