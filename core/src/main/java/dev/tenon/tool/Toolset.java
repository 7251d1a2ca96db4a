package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tools by name. Immutable, as far as its tools are.
 *
 * <p>Not to be confused with a registry that changes while it is used.
 */
public final class Toolset {
    /** No tools. */
    public static final Toolset EMPTY = new Toolset(Map.of());

    private final Map<String, Tool> byName;

    private Toolset(Map<String, Tool> byName) {
        this.byName = byName;
    }

    /**
     * These tools, in this order.
     *
     * @throws IllegalArgumentException where two have one name
     */
    public static Toolset of(Collection<? extends Tool> tools) {
        Map<String, Tool> byName = new LinkedHashMap<>();
        for (Tool tool : tools) {
            Tool twin = byName.putIfAbsent(tool.spec().name(), tool);
            if (twin != null) {
                throw new IllegalArgumentException("two tools are named \""
                        + tool.spec().name() + "\": give one of them another with tool.with(spec -> spec.withName(…))");
            }
        }
        return new Toolset(Collections.unmodifiableMap(byName));
    }

    /**
     * The methods of an object that are marked {@link ToolMethod}, in the order of their names. Where the object is {@link AutoCloseable}, closing any one
     * of them closes it.
     *
     * @throws IllegalArgumentException where no method is marked or a marked one cannot be a tool
     */
    public static Toolset of(Object owner) {
        List<Tool> tools = new ArrayList<>();
        Method[] methods = owner.getClass().getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName).thenComparing(Method::toString));
        for (Method method : methods) {
            ToolMethod marked = method.getAnnotation(ToolMethod.class);
            if (marked != null && !method.isBridge()) {
                tools.add(MethodTool.of(owner, method, marked));
            }
        }
        if (tools.isEmpty()) {
            throw new IllegalArgumentException(owner.getClass().getName()
                    + " has no public method marked @ToolMethod; mark one, or use Tool.of for a function");
        }
        return of(tools);
    }

    /** The tools, in order. */
    public List<Tool> tools() {
        return List.copyOf(byName.values());
    }

    /** The names, in order. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** The tool of this name; empty where there is none. */
    public Optional<Tool> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Names that are nearest to a name that is not there: at most three, nearest first; none where nothing is near. */
    public List<String> near(String name) {
        return NearNames.of(name, byName.keySet());
    }
}

/** A method of an object as a tool. */
@SuppressWarnings("try") // What close throws is the owner's own affair.
record MethodTool(ToolSpec spec, Object owner, Method method) implements Tool, AutoCloseable {
    static Tool of(Object owner, Method method, ToolMethod marked) {
        if (Modifier.isStatic(method.getModifiers())) {
            throw new IllegalArgumentException(method + " is static; a @ToolMethod belongs to an object");
        }
        if (!method.trySetAccessible()) {
            throw new IllegalArgumentException(
                    method + " cannot be called: make its class public, or open its package");
        }
        String name = marked.name().isEmpty() ? method.getName() : marked.name();
        Set<ToolSpec.Trait> traits = EnumSet.noneOf(ToolSpec.Trait.class);
        Collections.addAll(traits, marked.traits());
        Duration timeout = marked.timeoutSeconds() == 0
                ? ToolSpec.DEFAULT_TIMEOUT
                : Duration.ofNanos((long) (marked.timeoutSeconds() * 1e9));
        JsonSchema parameters = JsonSchema.ofParameters(method, ToolContext.class);
        return new MethodTool(new ToolSpec(name, marked.value(), parameters, traits, timeout, Map.of()), owner, method);
    }

    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) throws Exception {
        Parameter[] parameters = method.getParameters();
        @Nullable Object[] values = new @Nullable Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            values[i] = value(parameters[i], arguments, context);
        }
        try {
            Object returned = method.invoke(owner, values);
            return method.getReturnType() == void.class ? ToolOutput.text("done") : ToolOutput.of(returned);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case Exception thrown -> throw thrown;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }

    private static @Nullable Object value(Parameter parameter, Json.Obj arguments, ToolContext context) {
        if (parameter.getType() == ToolContext.class) {
            return context;
        }
        Optional<Json> given = arguments.get(JsonSchema.parameterName(parameter));
        if (parameter.getType() == Optional.class) {
            return Json.of(given.orElse(Json.NULL)).as(parameter.getParameterizedType());
        }
        return given.isEmpty() || given.get().isNull() && parameter.getType() != Json.class
                ? null
                : given.get().as(parameter.getParameterizedType());
    }

    @Override
    public void close() throws Exception {
        if (owner instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
