package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** When a {@link ToolRules.Rule} applies: a condition on a call, as data. Immutable. */
public sealed interface ToolCondition {
    /** How an argument is compared. Numbers are compared by value, texts by their characters. */
    enum Op {
        /** Equal: objects whatever the order of their members. */
        EQ,
        /** Not equal, or not there. */
        NE,
        /** A smaller number, or an earlier text. */
        LT,
        /** {@link #LT} or equal. */
        LE,
        /** A greater number, or a later text. */
        GT,
        /** {@link #GT} or equal. */
        GE,
        /** Equal to one of an array. */
        IN,
        /** A text with this text in it, an array with this item, an object with a member of this name. */
        CONTAINS,
        /** A text that starts with this. */
        STARTS_WITH,
        /** A text that ends with this. */
        ENDS_WITH,
        /** There, and not null; with the value {@code false}: not there, or null. */
        EXISTS
    }

    /**
     * The tool has this name.
     *
     * @param tool a name in which {@code *} stands for any characters
     */
    record Named(String tool) implements ToolCondition {
        public Named {
            Objects.requireNonNull(tool, "tool");
        }
    }

    /** The tool has this trait. */
    record HasTrait(ToolSpec.Trait trait) implements ToolCondition {
        public HasTrait {
            Objects.requireNonNull(trait, "trait");
        }
    }

    /**
     * An argument compares so to a value. Of what is not there nothing holds but {@link Op#NE} and {@link Op#EXISTS} with {@code false}.
     *
     * @param at the name of an argument, or a JSON Pointer into the arguments such as {@code /order/euros}
     */
    record Argument(String at, Op op, Json value) implements ToolCondition {
        public Argument {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(op, "op");
            value = value == null ? Json.NULL : value;
        }
    }

    /**
     * Tools of this name have given at least so many results in this turn before.
     *
     * @param tool a name in which {@code *} stands for any characters
     */
    record Called(String tool, int atLeast) implements ToolCondition {
        public Called {
            Objects.requireNonNull(tool, "tool");
        }
    }

    /** All of these hold; also where there are none. */
    record All(List<ToolCondition> of) implements ToolCondition {
        public All {
            Objects.requireNonNull(of, "of");
            of = List.copyOf(of);
        }
    }

    /** At least one of these holds. */
    record Any(List<ToolCondition> of) implements ToolCondition {
        public Any {
            Objects.requireNonNull(of, "of");
            of = List.copyOf(of);
        }
    }

    /** None of these holds. */
    record None(List<ToolCondition> of) implements ToolCondition {
        public None {
            Objects.requireNonNull(of, "of");
            of = List.copyOf(of);
        }
    }

    /** Whether it holds of a call, with what {@link ToolPolicy#decide} is told of it. */
    default boolean holds(ToolSpec tool, Json.Obj arguments, List<Message> history) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(history, "history");
        return switch (this) {
            case Named named -> Wildcard.matches(named.tool(), tool.name());
            case HasTrait has -> tool.is(has.trait());
            case Argument argument -> Comparison.holds(argument, found(argument.at(), arguments));
            case Called called -> called(called.tool(), history) >= called.atLeast();
            case All all -> all.of().stream().allMatch(one -> one.holds(tool, arguments, history));
            case Any any -> any.of().stream().anyMatch(one -> one.holds(tool, arguments, history));
            case None none -> none.of().stream().noneMatch(one -> one.holds(tool, arguments, history));
        };
    }

    /** Whether a name matches a pattern in which {@code *} stands for any characters. */
    static boolean matches(String pattern, String name) {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(name, "name");
        return Wildcard.matches(pattern, name);
    }

    private static Optional<Json> found(String at, Json.Obj arguments) {
        return at.startsWith("/") ? arguments.at(at) : arguments.get(at);
    }

    private static int called(String name, List<Message> history) {
        int calls = 0;
        for (Message message : history) {
            if (message instanceof ToolMessage results) {
                for (Content.ToolResult result : results.content()) {
                    calls += Wildcard.matches(name, result.name()) ? 1 : 0;
                }
            }
        }
        return calls;
    }
}

/** Names with {@code *}, matched in at most name times pattern steps. */
final class Wildcard {
    private Wildcard() {}

    static boolean matches(String pattern, String name) {
        int at = 0;
        int star = -1;
        int after = 0;
        int in = 0;
        while (at < name.length()) {
            if (in < pattern.length() && pattern.charAt(in) == '*') {
                star = in++;
                after = at;
            } else if (in < pattern.length() && pattern.charAt(in) == name.charAt(at)) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++after;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }
}

/** An argument against a value. */
final class Comparison {
    private Comparison() {}

    static boolean holds(ToolCondition.Argument wanted, Optional<Json> found) {
        Json value = wanted.value();
        if (wanted.op() == ToolCondition.Op.EXISTS) {
            return found.filter(json -> !json.isNull()).isPresent() != value.equals(Json.of(false));
        }
        if (found.isEmpty()) {
            return wanted.op() == ToolCondition.Op.NE;
        }
        Json argument = found.get();
        return switch (wanted.op()) {
            case EQ -> argument.equals(value);
            case NE -> !argument.equals(value);
            case LT -> order(argument, value).filter(order -> order < 0).isPresent();
            case LE -> order(argument, value).filter(order -> order <= 0).isPresent();
            case GT -> order(argument, value).filter(order -> order > 0).isPresent();
            case GE -> order(argument, value).filter(order -> order >= 0).isPresent();
            case IN -> value instanceof Json.Arr choices && choices.items().contains(argument);
            case CONTAINS ->
                switch (argument) {
                    case Json.Str text ->
                        value instanceof Json.Str part && text.value().contains(part.value());
                    case Json.Arr items -> items.items().contains(value);
                    case Json.Obj object -> value instanceof Json.Str name && object.has(name.value());
                    case Json.Num number -> false;
                    case Json.Bool bool -> false;
                    case Json.Null nothing -> false;
                };
            case STARTS_WITH ->
                argument instanceof Json.Str text
                        && value instanceof Json.Str part
                        && text.value().startsWith(part.value());
            case ENDS_WITH ->
                argument instanceof Json.Str text
                        && value instanceof Json.Str part
                        && text.value().endsWith(part.value());
            case EXISTS -> throw new IllegalStateException("was seen to before");
        };
    }

    private static Optional<Integer> order(Json one, Json other) {
        if (one instanceof Json.Num a && other instanceof Json.Num b) {
            return Optional.of(a.value().compareTo(b.value()));
        }
        return one instanceof Json.Str a && other instanceof Json.Str b
                ? Optional.of(a.value().compareTo(b.value()))
                : Optional.empty();
    }
}
