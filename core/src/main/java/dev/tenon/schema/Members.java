package dev.tenon.schema;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.tenon.json.JacksonJson;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.introspect.PotentialCreator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.util.NameTransformer;

/**
 * How a class is written as JSON, asked of the very mapper that writes it: names, what is left out, tags of subtypes. What Jackson
 * does not keep, the annotations inside types, is read from the class beside it.
 */
final class Members {
    private final TypeUse use;
    private final MapperConfig<?> config;
    private final AnnotationIntrospector introspector;
    private final AnnotatedClass annotations;
    private final BeanDescription reading;
    private final BeanDescription writing;

    Members(TypeUse use) {
        this.use = use;
        JsonMapper mapper = JacksonJson.mapper();
        this.config = mapper.deserializationConfig();
        this.introspector = config.getAnnotationIntrospector();
        JavaType type = mapper.constructType(use.raw());
        ClassIntrospector classes = config.classIntrospectorInstance();
        this.annotations = classes.introspectClassAnnotations(type);
        this.reading = classes.introspectForDeserialization(type, annotations);
        ClassIntrospector written = mapper.serializationConfig().classIntrospectorInstance();
        this.writing = written.introspectForSerialization(type, written.introspectClassAnnotations(type));
    }

    /**
     * A member of an object.
     *
     * @param type its type, with everything that annotates the member too
     * @param required what an annotation says of it; null where none does
     * @param leftOut it is not written where it is empty, or what it is by default
     * @param readOnly it is written and never read
     * @param unwrapped it is no member of its own: its members are, their names changed by this
     */
    record Member(
            String name,
            TypeUse type,
            @Nullable Boolean required,
            boolean leftOut,
            boolean readOnly,
            @Nullable String fallback,
            @Nullable String description,
            @Nullable NameTransformer unwrapped,
            JsonFormat.Value format) {}

    /** A class that stands for its interface, and the tag that tells so. */
    record Subtype(Class<?> type, String tag) {}

    /** How subtypes are told apart; null where the class has none to tell. */
    JsonTypeInfo.@Nullable Value tagging() {
        JsonTypeInfo.Value info = introspector.findPolymorphicTypeInfo(config, annotations);
        return info == null || info.getIdType() == JsonTypeInfo.Id.NONE ? null : info;
    }

    /** The concrete classes that may stand for this one, itself among them where it is concrete. */
    List<Subtype> subtypes() {
        Map<Class<?>, String> found = new LinkedHashMap<>();
        for (NamedType type : config.getSubtypeResolver().collectAndResolveSubtypesByClass(config, annotations)) {
            Class<?> raw = type.getType();
            boolean concrete = !raw.isInterface() && !Modifier.isAbstract(raw.getModifiers());
            if ((concrete || raw.isEnum()) && use.raw().isAssignableFrom(raw)) {
                String name = raw.getName();
                found.putIfAbsent(raw, type.hasName() ? type.getName() : name.substring(name.lastIndexOf('.') + 1));
            }
        }
        // Jackson hands them over in the order of a hash map; a schema must come out the same in every run.
        Set<Class<?>> declared = new LinkedHashSet<>();
        inOrder(use.raw(), declared);
        List<Subtype> subtypes = new ArrayList<>();
        for (Class<?> raw : declared) {
            String tag = found.remove(raw);
            if (tag != null) {
                subtypes.add(new Subtype(raw, tag));
            }
        }
        new TreeMap<>(byName(found))
                .values()
                .forEach(raw -> subtypes.add(new Subtype(raw, found.getOrDefault(raw, ""))));
        return subtypes;
    }

    private static Map<String, Class<?>> byName(Map<Class<?>, String> found) {
        Map<String, Class<?>> names = new LinkedHashMap<>();
        found.keySet().forEach(raw -> names.put(raw.getName(), raw));
        return names;
    }

    /** A class and those below it, as its author lists them. */
    private static void inOrder(Class<?> type, Set<Class<?>> declared) {
        if (!declared.add(type)) {
            return;
        }
        JsonSubTypes named = type.getAnnotation(JsonSubTypes.class);
        if (named != null) {
            for (JsonSubTypes.Type each : named.value()) {
                inOrder(each.value(), declared);
            }
        }
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                inOrder(permitted, declared);
            }
        }
    }

    /** What the class is written as instead of an object, by {@code @JsonValue} or a delegating {@code @JsonCreator}; null where nothing. */
    @Nullable
    TypeUse value() {
        List<PotentialCreator> delegating = reading.getPotentialCreators() == null
                ? List.of()
                : reading.getPotentialCreators().getExplicitDelegating();
        if (!delegating.isEmpty() && delegating.get(0).paramCount() == 1) {
            return typeOf(delegating.get(0).param(0));
        }
        AnnotatedMember value = writing.findJsonValueAccessor();
        return value == null ? null : typeOf(value);
    }

    /** Whether code of the class's author reads it, so that nobody can know how. */
    boolean custom() {
        return introspector.findDeserializer(config, annotations) != null
                && !introspector.findDeserializer(config, annotations).equals(Void.class);
    }

    @Nullable
    String description() {
        return introspector.findClassDescription(config, annotations);
    }

    /** The type of the members beyond the declared ones; null where there are none. */
    @Nullable
    TypeUse others() {
        AnnotatedMember getter = writing.findAnyGetter();
        AnnotatedMember setter = reading.findAnySetterAccessor();
        if (getter != null) {
            return typeOf(getter).as(Map.class).argument(1);
        }
        if (setter instanceof AnnotatedMethod method && method.getParameterCount() == 2) {
            return typeOf(method.getParameter(1));
        }
        return setter == null ? null : typeOf(setter).as(Map.class).argument(1);
    }

    /** The members, in the order in which they are written. */
    List<Member> all() {
        JsonIgnoreProperties.Value ignored = config.getDefaultPropertyIgnorals(use.raw(), annotations);
        Set<String> hidden = new LinkedHashSet<>(ignored == null ? Set.of() : ignored.getIgnored());
        if (reading.getIgnoredPropertyNames() != null) {
            hidden.addAll(reading.getIgnoredPropertyNames());
        }
        AnnotatedMember any = writing.findAnyGetter();
        Map<String, Member> members = new LinkedHashMap<>();
        Set<String> read = new HashSet<>();
        for (BeanPropertyDefinition property : reading.findProperties()) {
            boolean isOthers = any != null && property.getInternalName().equals(any.getName());
            if (property.getMutator() != null && !hidden.contains(property.getName()) && !isOthers) {
                // An unwrapped member has a made-up name here and its own when it is written.
                read.add(property.getInternalName());
                members.put(property.getName(), member(property, false));
            }
        }
        boolean readable = !members.isEmpty();
        for (BeanPropertyDefinition property : writing.findProperties()) {
            boolean isOthers = any != null && property.getInternalName().equals(any.getName());
            boolean known = members.containsKey(property.getName()) || read.contains(property.getInternalName());
            if (property.getAccessor() != null && !hidden.contains(property.getName()) && !isOthers && !known) {
                members.put(property.getName(), member(property, readable));
            }
        }
        return List.copyOf(members.values());
    }

    /** Whether the class keeps anything at all. */
    boolean hasState() {
        for (Class<?> at = use.raw(); at != null && at != Object.class; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    return true;
                }
            }
        }
        return false;
    }

    private Member member(BeanPropertyDefinition property, boolean readOnly) {
        List<AnnotatedMember> places = new ArrayList<>();
        add(places, property.getConstructorParameter());
        add(places, property.getField());
        add(places, property.getSetter());
        add(places, property.getGetter());
        AnnotatedMember first = readOnly || places.isEmpty() ? property.getPrimaryMember() : places.get(0);
        TypeUse type = typeOf(first);
        RecordComponent component = component(property.getInternalName());
        if (component != null && !readOnly) {
            type = use.inside(use.raw(), component.getAnnotatedType())
                    .withAnnotations(List.of(component.getAnnotations()));
        }
        NameTransformer unwrapped = null;
        JsonFormat.Value format = JsonFormat.Value.empty();
        boolean custom = false;
        for (AnnotatedMember place : places) {
            type = type.withAnnotations(annotationsOf(place))
                    .withAnnotations(typeOf(place).annotations());
            unwrapped = unwrapped == null ? introspector.findUnwrappingNameTransformer(config, place) : unwrapped;
            JsonFormat.Value said = introspector.findFormat(config, place);
            format = said == null ? format : format.withOverrides(said);
            Object deserializer = introspector.findDeserializer(config, place);
            custom |= deserializer != null;
        }
        if (custom) {
            type = new TypeUse(Object.class, List.of(), type.annotations());
        }
        return new Member(
                property.getName(),
                type,
                property.getMetadata().getRequired(),
                isLeftOut(property),
                readOnly,
                property.getMetadata().getDefaultValue(),
                property.getMetadata().getDescription(),
                unwrapped,
                format);
    }

    private boolean isLeftOut(BeanPropertyDefinition property) {
        JsonInclude.Value said = writing.findPropertyInclusion(JsonInclude.Value.empty());
        if (property.getAccessor() != null) {
            said = said.withOverrides(property.findInclusion());
        }
        return switch (said.getValueInclusion()) {
            case NON_EMPTY, NON_DEFAULT, CUSTOM -> true;
            default -> false;
        };
    }

    private static void add(List<AnnotatedMember> places, @Nullable AnnotatedMember place) {
        if (place != null) {
            places.add(place);
        }
    }

    private @Nullable RecordComponent component(String name) {
        if (use.raw().isRecord()) {
            for (RecordComponent component : use.raw().getRecordComponents()) {
                if (component.getName().equals(name)) {
                    return component;
                }
            }
        }
        return null;
    }

    private TypeUse typeOf(AnnotatedMember member) {
        return switch (member) {
            case AnnotatedField field ->
                inside(
                        field.getAnnotated().getDeclaringClass(),
                        field.getAnnotated().getAnnotatedType());
            case AnnotatedMethod method -> ofMethod(method.getAnnotated());
            case AnnotatedParameter parameter -> ofParameter(parameter);
            default -> TypeUse.of(member.getType());
        };
    }

    private TypeUse ofMethod(Method method) {
        AnnotatedType type = method.getParameterCount() == 0
                ? method.getAnnotatedReturnType()
                : method.getParameters()[method.getParameterCount() - 1].getAnnotatedType();
        return inside(method.getDeclaringClass(), type);
    }

    private TypeUse ofParameter(AnnotatedParameter parameter) {
        Executable executable = executable(parameter);
        return executable == null
                ? TypeUse.of(parameter.getType())
                : inside(
                        executable.getDeclaringClass(),
                        executable.getParameters()[parameter.getIndex()].getAnnotatedType());
    }

    private static @Nullable Executable executable(AnnotatedParameter parameter) {
        return switch (parameter.getOwner().getAnnotated()) {
            case Constructor<?> constructor -> constructor;
            case Method method -> method;
            default -> null;
        };
    }

    private TypeUse inside(Class<?> declaring, AnnotatedType type) {
        return use.inside(declaring, type);
    }

    private static List<Annotation> annotationsOf(AnnotatedMember place) {
        return switch (place) {
            case AnnotatedField field -> List.of(field.getAnnotated().getAnnotations());
            case AnnotatedMethod method -> List.of(method.getAnnotated().getAnnotations());
            case AnnotatedParameter parameter -> {
                Executable executable = executable(parameter);
                yield executable == null
                        ? List.of()
                        : List.of(executable.getParameters()[parameter.getIndex()].getAnnotations());
            }
            default -> List.of();
        };
    }
}
