package dev.tenon.checks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value of whatever type a parameter has, found by reflection: the values of the platform from a table, records,
 * classes and builders from their own constructors and factories, and interfaces by a proxy that answers with samples.
 *
 * <p>Not thread-safe.
 */
final class Samples {
    /** Where samples are paths, they are below this one. */
    static final Path FOLDER = Path.of("target/samples");

    private static final AtomicInteger FOLDERS = new AtomicInteger();

    private static final int DEEP = 7;

    /** What a string may have to look like. The first with which a value can be made is used. */
    private static final List<String> STRINGS =
            List.of("a", "/a", "http://127.0.0.1:9/a", "{}", "1", "a/b", "name", "");

    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

    private final Map<Class<?>, Supplier<?>> given;
    private final Map<Class<?>, Optional<Object>> made = new HashMap<>();
    private final Map<Class<?>, List<Object>> receivers = new HashMap<>();
    private final List<Class<?>> types;
    private final Path folder = FOLDER.resolve("s" + FOLDERS.incrementAndGet());
    private String text = STRINGS.get(0);

    /** Values of {@code types} come from their own factories and from those of all others among them. */
    Samples(List<Class<?>> types, Map<Class<?>, Supplier<?>> given) {
        this.types = types;
        this.given = given;
    }

    /** One value for each parameter, or nothing if one of them cannot be made. Constructors are pleased by them, if that can be. */
    Optional<Object[]> arguments(Executable call) {
        if (call instanceof Constructor<?>) {
            for (String tried : STRINGS) {
                text = tried;
                try {
                    Optional<Object[]> arguments = arguments(call, 0);
                    if (arguments.isPresent()) perform(call, null, arguments.get());
                    return arguments;
                } catch (InvocationTargetException e) {
                    // the next string may please it
                } finally {
                    text = STRINGS.get(0);
                }
            }
        }
        return arguments(call, 0);
    }

    /**
     * Something to call the instance methods of {@code type} on: one object of each class of the product that its
     * factories give. Empty if there is none.
     */
    List<Object> receivers(Class<?> type) {
        List<Object> known = receivers.get(type);
        if (known == null) {
            known = findReceivers(type);
            receivers.put(type, known);
        }
        return known;
    }

    private List<Object> findReceivers(Class<?> type) {
        Map<Class<?>, Object> found = new LinkedHashMap<>();
        if (given.containsKey(type)) {
            Object value = given.get(type).get();
            found.put(value.getClass(), value);
        }
        for (Executable maker : makers(type)) {
            make(maker, 0)
                    .filter(value -> !isFunction(value.getClass()))
                    .ifPresent(value -> found.putIfAbsent(value.getClass(), value));
        }
        if (type.isSealed()) {
            for (Class<?> one : type.getPermittedSubclasses()) {
                if (one.isInterface()) continue;
                value(one, one, 1)
                        .filter(value -> !isFunction(value.getClass()))
                        .ifPresent(value -> found.putIfAbsent(value.getClass(), value));
            }
        }
        if (found.isEmpty() && !type.isInterface()) {
            value(type, 0).ifPresent(value -> found.put(value.getClass(), value));
        }
        return List.copyOf(found.values());
    }

    /** A lambda, a proxy or a class without a name: what it is called with is passed on by something that has one. */
    private static boolean isFunction(Class<?> type) {
        return type.isHidden() || Proxy.isProxyClass(type) || type.isAnonymousClass();
    }

    /** Answers each call of an interface with samples; its default methods are its own. */
    Object proxy(Class<?> type) {
        InvocationHandler handler = (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "a sample of " + type.getName();
                };
            }
            if (method.isDefault()) return InvocationHandler.invokeDefault(self, method, arguments);
            return method.getReturnType() == void.class
                    ? null
                    : value(method.getGenericReturnType(), 1).orElse(null);
        };
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    /** What is empty, negative, no number or out of measure among the values of a type. */
    static List<Object> odd(Class<?> type) {
        if (type == String.class || type == CharSequence.class) return List.of("", " ", "\uD800", "\0");
        if (type == int.class || type == Integer.class) return List.of(0, -1, Integer.MIN_VALUE);
        if (type == long.class || type == Long.class) return List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
        if (type == double.class || type == Double.class) return List.of(0.0, -1.0, Double.NaN, Double.MAX_VALUE);
        if (type == float.class || type == Float.class) return List.of(0.0f, -1.0f, Float.NaN);
        if (type == Duration.class) return List.of(Duration.ZERO, Duration.ofSeconds(-1), LONGEST, LONGEST.negated());
        if (type == Instant.class) return List.of(Instant.MIN, Instant.MAX);
        if (type == BigDecimal.class) return List.of(BigDecimal.ZERO, BigDecimal.ONE.negate());
        if (type == Map.class) return List.of(Map.of());
        if (type == Set.class) return List.of(Set.of());
        if (type == List.class || type == Collection.class || type == Iterable.class) return List.of(List.of());
        if (type.isArray()) return List.of(Array.newInstance(type.getComponentType(), 0));
        return List.of();
    }

    private Optional<Object[]> arguments(Executable call, int depth) {
        Type[] wanted = call.getGenericParameterTypes();
        if (wanted.length != call.getParameterCount()) wanted = call.getParameterTypes();
        var values = new Object[wanted.length];
        for (int i = 0; i < values.length; i++) {
            Optional<Object> value = value(wanted[i], depth + 1);
            if (value.isEmpty()) return Optional.empty();
            values[i] = value.get();
        }
        return Optional.of(values);
    }

    private Optional<Object> value(Type type, int depth) {
        if (depth > DEEP) return Optional.empty();
        return switch (type) {
            case Class<?> plain when plain.isArray() -> array(plain.getComponentType(), depth);
            case Class<?> plain -> value(plain, plain, depth);
            case ParameterizedType generic -> value((Class<?>) generic.getRawType(), generic, depth);
            case GenericArrayType array -> array(array.getGenericComponentType(), depth);
            case WildcardType wild when wild.getLowerBounds().length > 0 -> value(wild.getLowerBounds()[0], depth + 1);
            case WildcardType wild -> value(wild.getUpperBounds()[0], depth + 1);
            case TypeVariable<?> variable -> value(variable.getBounds()[0], depth + 1);
            default -> Optional.empty();
        };
    }

    private Optional<Object> array(Type component, int depth) {
        if (component == byte.class) return Optional.of(new byte[32]); // as long as a key
        return value(component, depth + 1).map(value -> {
            Object array = Array.newInstance(raw(component), 1);
            Array.set(array, 0, value);
            return array;
        });
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            case TypeVariable<?> variable -> raw(variable.getBounds()[0]);
            default -> Object.class;
        };
    }

    private Optional<Object> value(Class<?> type, Type whole, int depth) {
        if (given.containsKey(type)) return Optional.of(given.get(type).get());
        Object plain = platform(type, whole, depth);
        if (plain != null) return Optional.of(plain);
        if (type.isEnum())
            return Arrays.stream((Object[]) type.getEnumConstants()).findFirst();
        if (type.isInterface() && !type.isSealed()) return Optional.of(proxy(type));
        Optional<Object> known = made.get(type);
        if (known != null) return known;
        Optional<Object> constant = constant(type);
        if (constant.isPresent()) return constant;
        made.put(type, Optional.empty()); // until one is found: what needs one of its own kind is of no use
        for (Executable maker : makers(type)) {
            Optional<Object> value = make(maker, depth);
            if (value.isPresent()) {
                made.put(type, value);
                return value;
            }
        }
        made.remove(type);
        if (type.isSealed()) {
            for (Class<?> one : type.getPermittedSubclasses()) {
                Optional<Object> value = value(one, one, depth + 1);
                if (value.isPresent()) return value;
            }
        }
        return Optional.empty();
    }

    private static Optional<Object> constant(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            boolean open = Modifier.isStatic(field.getModifiers()) && Modifier.isPublic(field.getModifiers());
            if (!open || field.getType() != type) continue;
            try {
                return Optional.ofNullable(field.get(null));
            } catch (IllegalAccessException e) {
                throw new LinkageError(field + " could not be read", e);
            }
        }
        return Optional.empty();
    }

    private Optional<Object> make(Executable maker, int depth) {
        String before = text;
        for (String tried : STRINGS) {
            text = tried;
            try {
                Optional<Object[]> arguments = arguments(maker, depth);
                if (arguments.isEmpty()) return Optional.empty();
                Object receiver = null;
                if (maker instanceof Method && !Modifier.isStatic(maker.getModifiers())) {
                    receiver = value(maker.getDeclaringClass(), depth + 2).orElse(null);
                    if (receiver == null) return Optional.empty();
                }
                Object value = perform(maker, receiver, arguments.get());
                if (value instanceof Optional<?> optional) value = optional.orElse(null);
                if (value != null) return Optional.of(value);
            } catch (InvocationTargetException e) {
                // the next string may please it
                if (e.getCause() instanceof VirtualMachineError error) throw error;
            } finally {
                text = before;
            }
        }
        return Optional.empty();
    }

    /** Calls a constructor or a method; what it throws is the cause of the exception. */
    static @Nullable Object perform(Executable call, @Nullable Object receiver, @Nullable Object[] arguments)
            throws InvocationTargetException {
        try {
            call.setAccessible(true);
            return switch (call) {
                case Constructor<?> constructor -> constructor.newInstance(arguments);
                case Method method -> method.invoke(receiver, arguments);
            };
        } catch (IllegalAccessException | InstantiationException e) {
            throw new LinkageError(call + " could not be called", e);
        }
    }

    /** What gives a {@code type}: its own constructors and factories first, then static methods, then methods of others. */
    private List<Executable> makers(Class<?> type) {
        var makers = new ArrayList<Executable>();
        if (!Modifier.isAbstract(type.getModifiers())) {
            for (Constructor<?> constructor : type.getConstructors()) makers.add(constructor);
        }
        var places = new ArrayDeque<Class<?>>(types);
        if (types.contains(type)) places.addFirst(type);
        for (Class<?> place : places) {
            if (place == type && place != places.peekFirst()) continue;
            for (Method method : place.getDeclaredMethods()) {
                boolean onAnother = !Modifier.isStatic(method.getModifiers());
                if (onAnother && (place == type || place.isInterface() || type.isInterface())) continue;
                if (Modifier.isPublic(method.getModifiers()) && gives(method, type)) makers.add(method);
            }
        }
        makers.sort(Comparator.comparing((Executable maker) -> maker.getDeclaringClass() != type)
                .thenComparing(maker -> maker instanceof Method && !Modifier.isStatic(maker.getModifiers()))
                .thenComparingInt(Executable::getParameterCount)
                .thenComparing(Executable::toString));
        return makers;
    }

    private static boolean gives(Method method, Class<?> type) {
        if (type.isAssignableFrom(method.getReturnType())) return true;
        return method.getGenericReturnType() instanceof ParameterizedType generic
                && generic.getRawType() == Optional.class
                && generic.getActualTypeArguments()[0] == type;
    }

    private @Nullable Object platform(Class<?> type, Type whole, int depth) {
        if (type == int.class || type == Integer.class) return 1;
        if (type == long.class || type == Long.class) return 1L;
        if (type == double.class || type == Double.class) return 1.0;
        if (type == float.class || type == Float.class) return 1.0f;
        if (type == boolean.class || type == Boolean.class) return true;
        if (type == char.class || type == Character.class) return 'a';
        if (type == byte.class || type == Byte.class) return (byte) 1;
        if (type == short.class || type == Short.class) return (short) 1;
        if (type == String.class || type == CharSequence.class || type == Object.class || type == Comparable.class) {
            return text;
        }
        if (type == Number.class || type == BigDecimal.class) return BigDecimal.ONE;
        if (type == BigInteger.class) return BigInteger.ONE;
        if (type == Class.class || type == Type.class) return String.class;
        if (type == Method.class) return Samples.class.getDeclaredMethods()[0];
        if (type == Parameter.class)
            return Objects.class.getDeclaredMethods()[0].getParameters()[0];
        if (type == Duration.class) return Duration.ofSeconds(1);
        if (type == Instant.class) return Instant.EPOCH;
        if (type == LocalDate.class) return LocalDate.EPOCH;
        if (type == ZoneId.class || type == ZoneOffset.class) return ZoneOffset.UTC;
        if (type == Clock.class) return Clock.systemUTC();
        if (type == Locale.class) return Locale.ROOT;
        if (type == Charset.class) return StandardCharsets.UTF_8;
        if (type == UUID.class) return new UUID(1, 2);
        if (type == URI.class) return URI.create("http://127.0.0.1:9/");
        if (type == Path.class) return folder;
        if (type == InetAddress.class) return InetAddress.getLoopbackAddress();
        if (type == ByteBuffer.class) return ByteBuffer.allocate(4);
        if (type == InputStream.class) return new ByteArrayInputStream(new byte[] {'1'});
        if (type == java.io.Reader.class) return new StringReader("1");
        if (type == OutputStream.class) return new ByteArrayOutputStream();
        if (type == Writer.class || type == Appendable.class) return new StringWriter();
        if (type == PrintWriter.class) return new PrintWriter(new StringWriter());
        if (type == Thread.class) return Thread.currentThread();
        if (type == RandomGenerator.class) return RandomGenerator.getDefault();
        if (type == java.util.Random.class) return new java.util.Random(1);
        if (type == ClassLoader.class) return Samples.class.getClassLoader();
        if (type == OptionalInt.class) return OptionalInt.of(1);
        if (type == OptionalLong.class) return OptionalLong.of(1);
        if (Throwable.class.isAssignableFrom(type) && type.isAssignableFrom(IllegalStateException.class)) {
            return new IllegalStateException("a sample");
        }
        if (type.getName().startsWith("java.util.")) return collection(type, whole, depth);
        return null;
    }

    private @Nullable Object collection(Class<?> type, Type whole, int depth) {
        List<Object> parts = new ArrayList<>();
        if (whole instanceof ParameterizedType generic) {
            for (Type part : generic.getActualTypeArguments())
                value(part, depth + 1).ifPresent(parts::add);
        }
        if (type == Map.class) return parts.size() == 2 ? Map.of(parts.get(0), parts.get(1)) : Map.of();
        if (type == Set.class || type == java.util.SequencedSet.class) return Set.copyOf(parts);
        if (type == Optional.class) return parts.stream().findFirst();
        if (type == Stream.class) return parts.stream();
        if (type == java.util.Iterator.class) return parts.iterator();
        if (type.isAssignableFrom(List.class) || type == Collection.class) return List.copyOf(parts);
        return null;
    }
}
