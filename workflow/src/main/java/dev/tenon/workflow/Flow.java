package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Shape;
import dev.tenon.schema.Shape.Kind;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is known of a value that flows from one step to another before anything runs. Immutable. */
sealed interface Flow {
    /** Anything. */
    Flow UNKNOWN = new Unknown();

    /** A text. */
    Flow TEXT = new Said(JsonSchema.parse("{\"type\":\"string\"}").shape());

    /** True or false. */
    Flow BOOLEAN = new Said(JsonSchema.parse("{\"type\":\"boolean\"}").shape());

    /** Nothing is known. */
    record Unknown() implements Flow {}

    /** It fits a schema. */
    record Said(Shape shape) implements Flow {}

    /** It is this. */
    record Fixed(Json value) implements Flow {}

    /** An object with these members. */
    record Members(Map<String, Flow> members) implements Flow {}

    /** An array of these. */
    record Items(List<Flow> items) implements Flow {}

    /** An array of any number of these. */
    record Each(Flow each) implements Flow {}

    /** Schemas may hold themselves. */
    int DEEPEST = 12;

    static Flow of(JsonSchema schema) {
        return schema.equals(JsonSchema.ANY) ? UNKNOWN : new Said(schema.shape());
    }

    /** What it is, whichever of two it was. */
    static Flow either(Flow one, Flow other) {
        return one.equals(other) ? one : UNKNOWN;
    }

    /** A member of it. */
    default Flow member(String name) {
        return switch (this) {
            case Members object -> object.members().getOrDefault(name, UNKNOWN);
            case Fixed fixed ->
                fixed.value() instanceof Json.Obj object
                        ? object.get(name).<Flow>map(Fixed::new).orElse(UNKNOWN)
                        : UNKNOWN;
            case Said said -> {
                Shape member = object(said.shape()) ? said.shape().properties().get(name) : null;
                yield member == null ? UNKNOWN : new Said(member);
            }
            case Unknown unknown -> UNKNOWN;
            case Items items -> UNKNOWN;
            case Each each -> UNKNOWN;
        };
    }

    /** The names that it has as far as it says which; empty where there may be any. */
    default Optional<Set<String>> names() {
        return switch (this) {
            case Members object -> Optional.of(object.members().keySet());
            case Fixed fixed ->
                fixed.value() instanceof Json.Obj object
                        ? Optional.of(object.members().keySet())
                        : Optional.empty();
            case Said said ->
                told(said.shape()) ? Optional.of(said.shape().properties().keySet()) : Optional.empty();
            case Unknown unknown -> Optional.empty();
            case Items items -> Optional.empty();
            case Each each -> Optional.empty();
        };
    }

    /** What each of it is, where it is an array. */
    default Flow item() {
        return this instanceof Each array
                ? array.each()
                : this instanceof Said said && said.shape().kinds().equals(EnumSet.of(Kind.ARRAY))
                        ? new Said(said.shape().item(0))
                        : UNKNOWN;
    }

    /** Whether it may be an array. */
    default boolean mayBeArray() {
        return switch (this) {
            case Said said -> said.shape().kinds().contains(Kind.ARRAY);
            case Fixed fixed -> fixed.value() instanceof Json.Arr;
            case Members object -> false;
            case Items items -> true;
            case Each each -> true;
            case Unknown unknown -> true;
        };
    }

    /** Nothing but an object, of one shape. */
    private static boolean object(Shape shape) {
        return shape.kinds().equals(EnumSet.of(Kind.OBJECT)) && shape.branches().isEmpty();
    }

    /** An object that names its members and does not say that there are others. */
    private static boolean told(Shape shape) {
        Json more = shape.keyword("additionalProperties").orElse(Json.of(false));
        return object(shape)
                && !shape.properties().isEmpty()
                && more.equals(Json.of(false))
                && shape.keyword("patternProperties").isEmpty();
    }

    /** Why no value like this fits; empty where one may. */
    default Optional<String> mismatch(Shape wanted) {
        return mismatch(this, wanted, "$", 0, false);
    }

    /** As {@link #mismatch(Shape)}, for who takes no notice of members that it does not know. */
    default Optional<String> mismatchButForMore(Shape wanted) {
        return mismatch(this, wanted, "$", 0, true);
    }

    private static Optional<String> mismatch(Flow given, Shape wanted, String at, int depth, boolean more) {
        if (depth > DEEPEST || wanted.kinds().isEmpty()) {
            return Optional.empty();
        }
        return switch (given) {
            case Unknown unknown -> Optional.empty();
            case Fixed fixed ->
                wanted.validate(fixed.value()).stream()
                        .filter(violation -> !more || !violation.keyword().equals("additionalProperties"))
                        .findFirst()
                        .map(violation -> at + violation.message().substring(1));
            case Members object -> members(object, wanted, at, depth, more);
            case Items items -> items(items, wanted, at, depth, more);
            case Each array -> each(array, wanted, at, depth, more);
            case Said said -> said(said.shape(), wanted, at, depth, more);
        };
    }

    private static String clipped(Json value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 59) + "…";
    }

    private static Optional<String> members(Members object, Shape wanted, String at, int depth, boolean more) {
        if (!wanted.kinds().contains(Kind.OBJECT)) {
            return kinds(at, "object", wanted);
        }
        if (!wanted.branches().isEmpty()) {
            return Optional.empty();
        }
        for (String name : wanted.required()) {
            if (!object.members().containsKey(name)) {
                return Optional.of(at + ": \"" + name + "\" is wanted and not given");
            }
        }
        for (Map.Entry<String, Flow> member : object.members().entrySet()) {
            Shape declared = wanted.properties().get(member.getKey());
            if (declared == null && wanted.closed() && !more) {
                return Optional.of(at + ": \"" + member.getKey() + "\" is given and not wanted");
            }
            if (declared != null) {
                Optional<String> inside =
                        mismatch(member.getValue(), declared, at + "." + member.getKey(), depth + 1, more);
                if (inside.isPresent()) {
                    return inside;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> items(Items items, Shape wanted, String at, int depth, boolean more) {
        if (!wanted.kinds().contains(Kind.ARRAY)) {
            return kinds(at, "array", wanted);
        }
        if (!wanted.branches().isEmpty()) {
            return Optional.empty();
        }
        for (int i = 0; i < items.items().size(); i++) {
            Optional<String> inside =
                    mismatch(items.items().get(i), wanted.item(i), at + "[" + i + "]", depth + 1, more);
            if (inside.isPresent()) {
                return inside;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> each(Each array, Shape wanted, String at, int depth, boolean more) {
        if (!wanted.kinds().contains(Kind.ARRAY)) {
            return kinds(at, "array", wanted);
        }
        return wanted.branches().isEmpty()
                ? mismatch(array.each(), wanted.item(0), at + "[]", depth + 1, more)
                : Optional.empty();
    }

    private static Optional<String> said(Shape given, Shape wanted, String at, int depth, boolean more) {
        Set<Kind> both = EnumSet.noneOf(Kind.class);
        both.addAll(given.kinds());
        both.retainAll(wanted.kinds());
        if (both.isEmpty() && !given.kinds().isEmpty()) {
            return kinds(at, words(given.kinds()), wanted);
        }
        if (!given.constants().isEmpty()
                && given.branches().isEmpty()
                && given.constants().stream().noneMatch(wanted::accepts)) {
            return Optional.of(at + ": none of " + clipped(Json.Arr.of(given.constants())) + " fits");
        }
        if (!given.branches().isEmpty() || !wanted.branches().isEmpty()) {
            return Optional.empty();
        }
        if (object(given) && both.contains(Kind.OBJECT)) {
            return objects(given, wanted, at, depth, more);
        }
        if (given.kinds().equals(EnumSet.of(Kind.ARRAY)) && both.contains(Kind.ARRAY)) {
            return said(given.item(0), wanted.item(0), at + "[]", depth + 1, more);
        }
        return Optional.empty();
    }

    private static Optional<String> objects(Shape given, Shape wanted, String at, int depth, boolean more) {
        if (depth > DEEPEST) {
            return Optional.empty();
        }
        if (told(given)) {
            for (String name : wanted.required()) {
                if (!given.properties().containsKey(name)) {
                    return Optional.of(at + ": \"" + name + "\" is wanted and not given; given are "
                            + String.join(", ", given.properties().keySet()));
                }
            }
        }
        for (Map.Entry<String, Shape> member : given.properties().entrySet()) {
            Shape declared = wanted.properties().get(member.getKey());
            if (declared != null) {
                Optional<String> inside =
                        said(member.getValue(), declared, at + "." + member.getKey(), depth + 1, more);
                if (inside.isPresent()) {
                    return inside;
                }
            } else if (!more && wanted.closed() && given.required().contains(member.getKey())) {
                return Optional.of(at + ": \"" + member.getKey() + "\" is given and not wanted");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> kinds(String at, String given, Shape wanted) {
        return Optional.of(at + ": " + given + " is given, " + words(wanted.kinds()) + " is wanted");
    }

    private static String words(Set<Kind> kinds) {
        return kinds.stream()
                .filter(kind -> kind != Kind.INTEGER || !kinds.contains(Kind.NUMBER))
                .map(DefinitionWriter::word)
                .collect(Collectors.joining(" or "));
    }

    /** The same as an object's members. */
    static Flow members(Map<String, Flow> members) {
        return new Members(new LinkedHashMap<>(members));
    }

    /** The value that a schema gives a constant to; null where it may have several. */
    default @Nullable List<Json> constants() {
        return switch (this) {
            case Said said ->
                said.shape().branches().isEmpty() && !said.shape().constants().isEmpty()
                        ? said.shape().constants()
                        : null;
            case Fixed fixed -> List.of(fixed.value());
            case Unknown unknown -> null;
            case Members members -> null;
            case Items items -> null;
            case Each each -> null;
        };
    }
}
