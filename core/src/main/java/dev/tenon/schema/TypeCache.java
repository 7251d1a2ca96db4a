package dev.tenon.schema;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Schemas of Java types, made once. They hang on the class, so that they go when it is unloaded; those of generic types on the
 * first class in them that is not the platform's own, so that {@code List<City>} goes with {@code City}. Thread-safe.
 */
final class TypeCache {
    /** Generic types kept for one class; a program that makes up more of them than that makes them up at run time. */
    private static final int MOST = 256;

    private static final ClassValue<JsonSchema> CLASSES = new ClassValue<>() {
        @Override
        protected JsonSchema computeValue(Class<?> type) {
            return JsonSchema.known(TypeSchemas.of(type));
        }
    };

    private static final ClassValue<Map<Type, JsonSchema>> GENERICS = new ClassValue<>() {
        @Override
        protected Map<Type, JsonSchema> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private TypeCache() {}

    static JsonSchema of(Type type) {
        if (type instanceof Class<?> raw) {
            return CLASSES.get(raw);
        }
        Map<Type, JsonSchema> kept = GENERICS.get(owner(type));
        JsonSchema known = kept.get(type);
        if (known != null) {
            return known;
        }
        JsonSchema made = JsonSchema.known(TypeSchemas.of(type));
        if (kept.size() >= MOST) {
            kept.clear();
        }
        JsonSchema other = kept.putIfAbsent(type, made);
        return other == null ? made : other;
    }

    private static Class<?> owner(Type type) {
        return switch (type) {
            case Class<?> raw -> raw;
            case ParameterizedType generic -> {
                for (Type argument : generic.getActualTypeArguments()) {
                    Class<?> owner = owner(argument);
                    if (owner.getClassLoader() != null) {
                        yield owner;
                    }
                }
                yield owner(generic.getRawType());
            }
            case GenericArrayType array -> owner(array.getGenericComponentType());
            case WildcardType wildcard -> owner(wildcard.getUpperBounds()[0]);
            default -> Object.class;
        };
    }
}
