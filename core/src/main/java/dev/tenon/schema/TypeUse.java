package dev.tenon.schema;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Java type where it is used: nothing generic is left open, and what annotates it is at hand. Immutable.
 *
 * @param raw the class; of an array the array's
 * @param arguments the type arguments, none for a raw use; of an array its component
 * @param annotations what stands at this use, not at its arguments
 */
record TypeUse(Class<?> raw, List<TypeUse> arguments, List<Annotation> annotations) {
    private static final TypeUse OBJECT = new TypeUse(Object.class, List.of(), List.of());

    static TypeUse of(Type type) {
        return new Reader(Map.of()).of(type);
    }

    /** A type as written in a class that this type is, or extends: its type variables mean what they mean here. */
    TypeUse inside(Class<?> declaring, AnnotatedType written) {
        return new Reader(as(declaring).bindings()).of(written);
    }

    private Map<TypeVariable<?>, TypeUse> bindings() {
        TypeVariable<?>[] variables = raw.getTypeParameters();
        if (variables.length != arguments.size()) {
            return Map.of();
        }
        Map<TypeVariable<?>, TypeUse> bindings = new HashMap<>();
        for (int i = 0; i < variables.length; i++) {
            bindings.put(variables[i], arguments.get(i));
        }
        return bindings;
    }

    /** This type as one of its superclasses or interfaces, with the arguments it has there; without where it is none of them. */
    TypeUse as(Class<?> above) {
        if (raw == above) {
            return this;
        }
        Reader reader = new Reader(bindings());
        List<AnnotatedType> parents = new ArrayList<>();
        if (raw.getAnnotatedSuperclass() != null) {
            parents.add(raw.getAnnotatedSuperclass());
        }
        parents.addAll(Arrays.asList(raw.getAnnotatedInterfaces()));
        for (AnnotatedType parent : parents) {
            TypeUse use = reader.of(parent);
            if (above.isAssignableFrom(use.raw)) {
                return use.as(above);
            }
        }
        return new TypeUse(above, List.of(), List.of());
    }

    /** A class below this one, with the arguments that this one's tell of: {@code Ok<String>} of {@code Result<String>}. */
    TypeUse below(Class<?> subclass) {
        TypeVariable<?>[] variables = subclass.getTypeParameters();
        if (variables.length == 0 || arguments.isEmpty()) {
            return new TypeUse(subclass, List.of(), List.of());
        }
        List<TypeUse> own = new ArrayList<>();
        Map<TypeVariable<?>, TypeUse> marks = new HashMap<>();
        for (TypeVariable<?> variable : variables) {
            // A use that equals nothing else, to be found again among the arguments above.
            TypeUse mark = new TypeUse(Mark.class, List.of(new TypeUse(Mark.class, List.of(), List.of())), List.of());
            marks.put(variable, mark);
            own.add(mark);
        }
        List<TypeUse> seen = new TypeUse(subclass, own, List.of()).as(raw).arguments();
        List<TypeUse> found = new ArrayList<>();
        Reader reader = new Reader(Map.of());
        for (TypeVariable<?> variable : variables) {
            TypeUse argument = null;
            for (int i = 0; i < seen.size() && i < arguments.size(); i++) {
                if (isSame(seen.get(i), marks.get(variable))) {
                    argument = arguments.get(i);
                }
            }
            found.add(argument == null ? reader.bound(variable) : argument);
        }
        return new TypeUse(subclass, found, List.of());
    }

    @SuppressWarnings("ReferenceEquality") // A mark is itself, whatever equals it.
    private static boolean isSame(TypeUse use, @Nullable TypeUse mark) {
        return mark != null && !use.arguments.isEmpty() && use.arguments.get(0) == mark.arguments.get(0);
    }

    private static final class Mark {}

    /** The argument at a place; anything where the type is used raw. */
    TypeUse argument(int index) {
        return index < arguments.size() ? arguments.get(index) : OBJECT;
    }

    TypeUse withAnnotations(List<Annotation> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<Annotation> all = new ArrayList<>(annotations);
        for (Annotation each : more) {
            if (!all.contains(each)) {
                all.add(each);
            }
        }
        return new TypeUse(raw, arguments, List.copyOf(all));
    }

    TypeUse withoutAnnotations() {
        return annotations.isEmpty() ? this : new TypeUse(raw, arguments, List.of());
    }

    /** Whether null may stand here. Any annotation of that name counts: JSpecify's, JetBrains', Jakarta's. */
    boolean nullable() {
        for (Annotation annotation : annotations) {
            if (annotation.annotationType().getSimpleName().equals("Nullable")) {
                return true;
            }
        }
        return false;
    }

    /** As in source, without packages. */
    String name() {
        if (raw.isArray()) {
            return argument(0).name() + "[]";
        }
        if (arguments.isEmpty()) {
            return raw.getSimpleName();
        }
        return raw.getSimpleName() + "<"
                + String.join(", ", arguments.stream().map(TypeUse::name).toList()) + ">";
    }

    /** Resolves types with what their variables are bound to. */
    private static final class Reader {
        private final Map<TypeVariable<?>, TypeUse> bindings;
        private final Set<TypeVariable<?>> open = new HashSet<>();

        Reader(Map<TypeVariable<?>, TypeUse> bindings) {
            this.bindings = bindings;
        }

        TypeUse of(AnnotatedType type) {
            List<Annotation> here = List.of(type.getAnnotations());
            return switch (type) {
                case AnnotatedArrayType array -> array(of(array.getAnnotatedGenericComponentType()), here);
                case AnnotatedParameterizedType generic -> {
                    List<TypeUse> arguments = new ArrayList<>();
                    for (AnnotatedType argument : generic.getAnnotatedActualTypeArguments()) {
                        arguments.add(of(argument));
                    }
                    yield new TypeUse(raw(generic.getType()), List.copyOf(arguments), here);
                }
                case AnnotatedTypeVariable variable ->
                    variable((TypeVariable<?>) variable.getType()).withAnnotations(here);
                case AnnotatedWildcardType wildcard ->
                    of(wildcard.getAnnotatedUpperBounds()[0]).withAnnotations(here);
                default -> of(type.getType()).withAnnotations(here);
            };
        }

        TypeUse of(Type type) {
            return switch (type) {
                case Class<?> raw when raw.isArray() -> array(of(raw.getComponentType()), List.of());
                case Class<?> raw -> new TypeUse(raw, List.of(), List.of());
                case GenericArrayType array -> array(of(array.getGenericComponentType()), List.of());
                case ParameterizedType generic -> {
                    List<TypeUse> arguments = new ArrayList<>();
                    for (Type argument : generic.getActualTypeArguments()) {
                        arguments.add(of(argument));
                    }
                    yield new TypeUse(raw(generic), List.copyOf(arguments), List.of());
                }
                case TypeVariable<?> variable -> variable(variable);
                case WildcardType wildcard -> of(wildcard.getUpperBounds()[0]);
                default -> throw SchemaException.type(type.getTypeName(), "is a type that Java itself does not know");
            };
        }

        private static Class<?> raw(Type generic) {
            return (Class<?>) ((ParameterizedType) generic).getRawType();
        }

        private static TypeUse array(TypeUse component, List<Annotation> annotations) {
            return new TypeUse(component.raw().arrayType(), List.of(component), annotations);
        }

        private TypeUse variable(TypeVariable<?> variable) {
            TypeUse bound = bindings.get(variable);
            return bound == null ? bound(variable) : bound;
        }

        /** What a variable that nothing is known of must at least be; {@code T extends Comparable<T>} stops at the second T. */
        TypeUse bound(TypeVariable<?> variable) {
            if (!open.add(variable)) {
                return OBJECT;
            }
            TypeUse bound = of(variable.getAnnotatedBounds()[0]);
            open.remove(variable);
            return bound;
        }
    }
}
