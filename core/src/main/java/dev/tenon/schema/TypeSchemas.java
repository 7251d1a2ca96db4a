package dev.tenon.schema;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.NameTransformer;

/**
 * The schema of a Java type: of the JSON that {@link Json#of(Object)} writes and {@link Json#as(Class)} reads.
 *
 * <p>What was decided, and why:
 *
 * <ol>
 *   <li>Whoever wrote no {@code @Nullable} meant that there is always a value: members are required and not null, but for
 *       {@code Optional} and {@code @Nullable} ones, which may be left out or null. Sources without {@code @NullMarked} are read the same
 *       way: a model that is told that everything may be missing leaves out what is needed.
 *   <li>Objects are closed ({@code additionalProperties: false}) unless the class keeps other members. Strict modes want it; a
 *       misspelt optional member is found, not lost; and lenient reading drops what is unknown before it validates.
 *   <li>The choice among the classes of a sealed type is {@code anyOf}: the constant tag makes branches exclude each other, so
 *       {@code oneOf} would say nothing more, and OpenAI's and Anthropic's strict modes know only {@code anyOf}.
 *   <li>A type that is used once is written where it is used, as models follow that better than references; what is used twice or
 *       within itself goes to {@code $defs}. A type that contains itself and is asked for itself is {@code #}.
 *   <li>Members that are written but never read (getters without a counterpart) are {@code readOnly} and not required: what was
 *       written fits, and nobody is asked to give them.
 *   <li>Descriptions of enum constants go into the description of the enum, as no provider reads more than a list of values.
 * </ol>
 *
 * <p>Not thread-safe; used for one schema.
 */
final class TypeSchemas {
    /** Types within types; more is a generic type that grows with every use of itself. */
    private static final int MOST_NESTED = 100;

    private final Map<Key, Draft.Definition> definitions = new HashMap<>();
    private final Set<Draft.Definition> open = new HashSet<>();
    private final Set<String> names = new HashSet<>();

    private TypeSchemas() {}

    /** What a definition is of; a class of a tagged choice has another schema there than by itself. */
    private record Key(TypeUse type, Standing standing) {}

    private enum Standing {
        /** By itself: the tag, where there is one, may be left out. */
        ALONE,
        /** As a branch of a choice: the tag must be there. */
        BRANCH,
        /** As a branch of a choice that has no tags, or has them around it. */
        BARE
    }

    static Json.Obj of(Type type) {
        TypeUse use = TypeUse.of(type);
        return new TypeSchemas().draft(use, use.name()).document();
    }

    static Json.Obj ofParameters(Method method, Class<?>... context) {
        return new TypeSchemas().parameters(method, Set.of(context)).document();
    }

    private Draft parameters(Method method, Set<Class<?>> context) {
        String path = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        Map<String, Draft> properties = new LinkedHashMap<>();
        List<Json> required = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            if (context.contains(parameter.getType())) {
                continue;
            }
            String name = parameterName(parameter);
            TypeUse type = TypeUse.of(method.getDeclaringClass())
                    .inside(method.getDeclaringClass(), parameter.getAnnotatedType())
                    .withAnnotations(List.of(parameter.getAnnotations()));
            Draft draft = draft(type, path + "(" + name + ")");
            JsonProperty property = parameter.getAnnotation(JsonProperty.class);
            JsonPropertyDescription words = parameter.getAnnotation(JsonPropertyDescription.class);
            if (words != null) {
                draft.describe(words.value());
            }
            if (property != null && !property.defaultValue().isEmpty()) {
                draft.put("default", fallback(draft, property.defaultValue(), path + "(" + name + ")"));
            }
            if (properties.put(name, draft) != null) {
                throw SchemaException.type(path, "has two parameters called " + name);
            }
            Boolean said = property == null
                    ? null
                    : property.required() ? Boolean.TRUE : property.isRequired().asBoolean();
            if (isRequired(type, said)) {
                required.add(new Json.Str(name));
            }
        }
        return object(new Draft(), properties, required).put("additionalProperties", false);
    }

    /** The name that a parameter has as a member. */
    static String parameterName(Parameter parameter) {
        JsonProperty property = parameter.getAnnotation(JsonProperty.class);
        if (property != null && !property.value().isEmpty()) {
            return property.value();
        }
        if (!parameter.isNamePresent()) {
            throw SchemaException.type(
                    parameter.getDeclaringExecutable().getDeclaringClass().getSimpleName() + "."
                            + parameter.getDeclaringExecutable().getName(),
                    "the names of its parameters were not compiled in; compile with -parameters, or name each with"
                            + " @JsonProperty(\"…\")");
        }
        return parameter.getName();
    }

    /** The schema of a type where it is used, with what annotates the use. */
    private Draft draft(TypeUse use, String path) {
        if (use.raw() == Optional.class) {
            return draft(use.argument(0).withAnnotations(use.annotations()), path)
                    .orNull();
        }
        Draft draft = plain(use, path);
        if (!draft.isReference()) {
            Constraints.add(draft, use.annotations());
        }
        for (Annotation annotation : use.annotations()) {
            if (annotation instanceof Description words) {
                draft.describe(words.value());
            }
        }
        return use.nullable() && !Constraints.forbidNull(use.annotations()) ? draft.orNull() : draft;
    }

    private Draft plain(TypeUse use, String path) {
        Class<?> raw = use.raw();
        Draft scalar = Scalars.of(raw);
        if (scalar != null) {
            return scalar;
        }
        if (raw.isArray()) {
            return Draft.type("array").put("items", draft(use.argument(0), path + "[]"));
        }
        if (Map.class.isAssignableFrom(raw)) {
            return map(use.as(Map.class), path);
        }
        if (Map.Entry.class.isAssignableFrom(raw)) {
            return map(use.as(Map.Entry.class), path).put("minProperties", 1).put("maxProperties", 1);
        }
        for (Class<?> many : List.of(Iterable.class, Iterator.class, BaseStream.class)) {
            if (many.isAssignableFrom(raw)) {
                Draft list = Draft.type("array").put("items", draft(use.as(many).argument(0), path + "[]"));
                return Set.class.isAssignableFrom(raw) ? list.put("uniqueItems", true) : list;
            }
        }
        if (raw.isEnum()) {
            return define(use, Standing.ALONE, path, draft -> enumeration(draft, raw, path));
        }
        refuseForeign(use, path);
        return declared(use, path);
    }

    private Draft map(TypeUse map, String path) {
        Draft draft = Draft.type("object");
        Draft key = key(map.argument(0), path);
        if (key != null) {
            draft.put("propertyNames", key);
        }
        return draft.put("additionalProperties", draft(map.argument(1), path + "{}"));
    }

    /** What the keys of a map must look like; null where any text will do. */
    private @Nullable Draft key(TypeUse key, String path) {
        if (key.raw().isEnum()) {
            return new Draft().put("enum", constants(key.raw(), path));
        }
        Draft draft = Scalars.of(key.raw());
        if (draft == null) {
            TypeUse value = new Members(key).value();
            if (value != null) {
                return key(value, path);
            }
            throw SchemaException.type(path, "a map's keys must be texts, numbers or enums, got " + key.name());
        }
        return switch (draft.type()) {
            case "integer" -> new Draft().put("pattern", "^-?\\d+$");
            case "number" -> new Draft().put("pattern", "^-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$");
            case "boolean" -> new Draft().put("enum", Json.array("true", "false"));
            case "string" -> {
                Constraints.add(draft, key.annotations());
                boolean any =
                        Stream.of("format", "pattern", "minLength", "maxLength").noneMatch(draft::has);
                yield any ? null : draft;
            }
            default -> null;
        };
    }

    private static Json.Arr constants(Class<?> type, String path) {
        List<Json> constants = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            constants.add(Json.of(constant));
        }
        if (constants.isEmpty()) {
            throw SchemaException.type(
                    path, "enum " + type.getSimpleName() + " has no constants, so nothing could stand here");
        }
        return Json.Arr.of(constants);
    }

    private static void enumeration(Draft draft, Class<?> type, String path) {
        Json.Arr constants = constants(type, path);
        String kind = constants.get(0).kind();
        if (kind.equals("string") || kind.equals("number") || kind.equals("boolean")) {
            draft.put("type", kind.equals("number") ? "integer" : kind);
        }
        draft.put("enum", constants).describe(words(type));
        StringJoiner lines = new StringJoiner("\n");
        for (Object constant : type.getEnumConstants()) {
            try {
                String words = words(type.getField(((Enum<?>) constant).name()));
                if (!words.isEmpty()) {
                    lines.add(Json.of(constant) + ": " + words);
                }
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("an enum constant without its field", e);
            }
        }
        draft.describe(lines.toString());
    }

    private static String words(AnnotatedElement element) {
        Description ours = element.getAnnotation(Description.class);
        if (ours != null) {
            return ours.value();
        }
        JsonPropertyDescription jackson = element.getAnnotation(JsonPropertyDescription.class);
        return jackson == null ? "" : jackson.value();
    }

    private static void refuseForeign(TypeUse use, String path) {
        Class<?> raw = use.raw();
        if (raw.isPrimitive()) {
            throw SchemaException.type(path, raw.getName() + " is no value");
        }
        if (raw.getName().startsWith("java.")
                || raw.getName().startsWith("javax.")
                || Throwable.class.isAssignableFrom(raw)) {
            throw SchemaException.type(
                    path,
                    use.name()
                            + " has no JSON form that a schema could describe; use a record of what matters, or Json"
                            + " for anything at all");
        }
    }

    /** A class of somebody's own: an object, a choice of classes, or what {@code @JsonValue} makes of it. */
    private Draft declared(TypeUse use, String path) {
        Members members = new Members(use);
        if (members.custom()) {
            return new Draft();
        }
        TypeUse value = members.value();
        if (value != null) {
            return draft(value, path).describe(words(use.raw()));
        }
        JsonTypeInfo.Value tagging = members.tagging();
        if (tagging == null) {
            refuseOpen(use, path);
            return define(use, Standing.ALONE, path, draft -> fields(draft, use, members, null, path));
        }
        List<Members.Subtype> subtypes = members.subtypes();
        if (subtypes.size() == 1 && subtypes.get(0).type() == use.raw()) {
            return branch(use, tagging, subtypes.get(0), Standing.ALONE, path);
        }
        if (subtypes.isEmpty()) {
            refuseOpen(use, path);
        }
        return define(use, Standing.ALONE, path, draft -> {
            List<Draft> branches = new ArrayList<>();
            for (Members.Subtype subtype : subtypes) {
                String place = path + "<" + subtype.type().getSimpleName() + ">";
                branches.add(branch(use.below(subtype.type()), tagging, subtype, Standing.BRANCH, place));
            }
            draft.put("anyOf", branches);
            describe(draft, use, members);
        });
    }

    private static void refuseOpen(TypeUse use, String path) {
        if (use.raw().isInterface() || Modifier.isAbstract(use.raw().getModifiers())) {
            throw SchemaException.type(
                    path,
                    use.name() + " is an open " + (use.raw().isInterface() ? "interface" : "abstract class")
                            + ", so nobody knows what may stand here; make it sealed, or name its classes with"
                            + " @JsonTypeInfo and @JsonSubTypes");
        }
    }

    /** One class of a choice, tagged as Jackson is told to. */
    private Draft branch(
            TypeUse use, JsonTypeInfo.Value tagging, Members.Subtype subtype, Standing standing, String path) {
        if (use.raw().isEnum()) {
            throw SchemaException.type(
                    path,
                    "enum " + use.name()
                            + " is one of a tagged choice, but has no members that a tag could stand among");
        }
        if (tagging.getIdType() == JsonTypeInfo.Id.DEDUCTION) {
            return bare(use, path);
        }
        if (tagging.getIdType() != JsonTypeInfo.Id.NAME && tagging.getIdType() != JsonTypeInfo.Id.SIMPLE_NAME) {
            throw SchemaException.type(
                    path,
                    "is told apart by " + tagging.getIdType() + ", which would let the outside choose a class; use"
                            + " @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)");
        }
        String tag = tagging.getIdType() == JsonTypeInfo.Id.SIMPLE_NAME
                        && !subtype.tag().equals(use.raw().getSimpleName())
                ? subtype.tag().substring(subtype.tag().lastIndexOf('$') + 1)
                : subtype.tag();
        return switch (tagging.getInclusionType()) {
            case PROPERTY, EXISTING_PROPERTY -> {
                Tag member = new Tag(tagging.getPropertyName(), tag, tagging, standing == Standing.BRANCH);
                Members members = new Members(use);
                yield define(use, standing, path, draft -> fields(draft, use, members, member, path));
            }
            case WRAPPER_OBJECT -> {
                Map<String, Draft> properties = new LinkedHashMap<>();
                properties.put(tag, bare(use, path));
                yield object(new Draft(), properties, List.of(new Json.Str(tag)))
                        .put("additionalProperties", false);
            }
            case WRAPPER_ARRAY ->
                Draft.type("array")
                        .put("prefixItems", List.of(new Draft().put("const", tag), bare(use, path)))
                        .put("items", false)
                        .put("minItems", 2);
            default ->
                throw SchemaException.type(
                        path,
                        "its tag stands outside of it (" + tagging.getInclusionType()
                                + "), which a schema cannot say; use PROPERTY");
        };
    }

    private Draft bare(TypeUse use, String path) {
        Members members = new Members(use);
        return define(use, Standing.BARE, path, draft -> fields(draft, use, members, null, path));
    }

    /** The member that tells a class. */
    private record Tag(String name, String value, JsonTypeInfo.Value tagging, boolean required) {
        boolean mayBeMember() {
            return tagging.getInclusionType() == JsonTypeInfo.As.EXISTING_PROPERTY || tagging.getIdVisible();
        }
    }

    private void fields(Draft draft, TypeUse use, Members members, @Nullable Tag tag, String path) {
        Map<String, Draft> properties = new LinkedHashMap<>();
        List<Json> required = new ArrayList<>();
        if (tag != null) {
            properties.put(tag.name(), new Draft().put("const", tag.value()));
            if (tag.required()) {
                required.add(new Json.Str(tag.name()));
            }
        }
        List<Members.Member> all = members.all();
        TypeUse others = members.others();
        if (all.isEmpty() && others == null && members.hasState()) {
            throw SchemaException.type(
                    path,
                    "nothing of " + use.name()
                            + " can be seen: it has no public fields, no getters and setters, and is no record");
        }
        add(properties, required, all, tag, NameTransformer.NOP, true, path);
        object(draft, properties, required);
        if (others == null) {
            draft.put("additionalProperties", false);
        } else if (!others.raw().isAssignableFrom(Json.class)) {
            draft.put("additionalProperties", draft(others, path + "{}"));
        }
        describe(draft, use, members);
    }

    private void add(
            Map<String, Draft> properties,
            List<Json> required,
            List<Members.Member> members,
            @Nullable Tag tag,
            NameTransformer names,
            boolean there,
            String path) {
        for (Members.Member member : members) {
            String place = path + "." + member.name();
            if (member.unwrapped() != null) {
                TypeUse inner =
                        member.type().raw() == Optional.class ? member.type().argument(0) : member.type();
                NameTransformer chained = NameTransformer.chainedTransformer(names, member.unwrapped());
                boolean innerThere = there && isRequired(member);
                if (place.length() > 4_000) {
                    throw SchemaException.type(path, "is unwrapped into itself without end");
                }
                add(properties, required, new Members(inner).all(), null, chained, innerThere, place);
                continue;
            }
            String name = names.transform(member.name());
            if (tag != null && name.equals(tag.name())) {
                if (tag.mayBeMember()) {
                    continue;
                }
                throw SchemaException.type(place, "has the name of the tag that tells the class; rename one of them");
            }
            if (properties.put(name, draft(member, place)) != null) {
                throw SchemaException.type(place, "two members are called " + name);
            }
            if (there && !member.readOnly() && isRequired(member)) {
                required.add(new Json.Str(name));
            }
        }
    }

    private Draft draft(Members.Member member, String path) {
        Draft draft = formatted(member, path);
        if (member.description() != null) {
            draft.describe(member.description());
        }
        if (member.fallback() != null && !member.fallback().isEmpty()) {
            draft.put("default", fallback(draft, member.fallback(), path));
        }
        return member.readOnly() ? draft.put("readOnly", true) : draft;
    }

    /** {@code @JsonFormat} may make another kind of value of a member. */
    private Draft formatted(Members.Member member, String path) {
        JsonFormat.Value format = member.format();
        if (format.hasPattern()) {
            Draft draft = Draft.type("string");
            TypeUse text = new TypeUse(String.class, List.of(), member.type().annotations());
            boolean absent = text.nullable() || member.type().raw() == Optional.class;
            draft.describe("in the form " + format.getPattern());
            return absent ? draft.orNull() : draft;
        }
        boolean number = format.getShape().isNumeric();
        if (!number && format.getShape() != JsonFormat.Shape.STRING) {
            return draft(member.type(), path);
        }
        Class<?> as =
                !number ? String.class : format.getShape() == JsonFormat.Shape.NUMBER_FLOAT ? double.class : long.class;
        boolean optional = member.type().raw() == Optional.class;
        Draft draft = draft(new TypeUse(as, List.of(), member.type().annotations()), path);
        return optional ? draft.orNull() : draft;
    }

    private static Json fallback(Draft draft, String text, String path) {
        if (draft.type().equals("string")) {
            return new Json.Str(text);
        }
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            if (draft.isReference() || draft.type().isEmpty()) {
                return new Json.Str(text);
            }
            throw SchemaException.type(path, "its default is no " + draft.type() + ": " + text);
        }
    }

    private static boolean isRequired(Members.Member member) {
        return isRequired(
                member.type(), member.required() == null && member.leftOut() ? Boolean.FALSE : member.required());
    }

    private static boolean isRequired(TypeUse type, @Nullable Boolean said) {
        if (said != null) {
            return said;
        }
        if (Constraints.forbidNull(type.annotations())) {
            return true;
        }
        Class<?> raw = type.raw();
        boolean optional = raw == Optional.class
                || raw == OptionalInt.class
                || raw == OptionalLong.class
                || raw == OptionalDouble.class;
        return !optional && !type.nullable();
    }

    private static Draft object(Draft draft, Map<String, Draft> properties, List<Json> required) {
        draft.put("type", "object").put("properties", properties);
        return required.isEmpty() ? draft : draft.put("required", Json.Arr.of(required));
    }

    private static void describe(Draft draft, TypeUse use, Members members) {
        String words = words(use.raw());
        String jackson = members.description();
        draft.describe(words.isEmpty() && jackson != null ? jackson : words);
    }

    private Draft define(TypeUse use, Standing standing, String path, Consumer<Draft> fill) {
        Key key = new Key(use.withoutAnnotations(), standing);
        Draft.Definition known = definitions.get(key);
        if (known != null) {
            known.recursive |= open.contains(known);
            return new Draft(known);
        }
        if (open.size() > MOST_NESTED) {
            throw SchemaException.type(
                    Places.clip(path),
                    "types nest more than " + MOST_NESTED
                            + " deep; does a generic type grow with every use of itself?");
        }
        Draft.Definition made = new Draft.Definition(unique(use));
        definitions.put(key, made);
        open.add(made);
        fill.accept(made.draft);
        open.remove(made);
        return new Draft(made);
    }

    private String unique(TypeUse use) {
        String name = use.name().replaceAll("[^\\p{L}\\p{Nd}]+", "_").replaceAll("_$", "");
        String tried = name;
        for (int i = 2; !names.add(tried); i++) {
            tried = name + "_" + i;
        }
        return tried;
    }
}
