package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.search.Bm25;
import dev.tenon.search.Tokenizer;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tools by name. Immutable, as far as its tools are.
 *
 * <p>Not to be confused with a {@link ToolRegistry}, which changes while it is used.
 */
public final class Toolset {
    /** No tools. */
    public static final Toolset EMPTY = new Toolset(Map.of());

    private final Map<String, Tool> byName;
    private volatile @Nullable Bm25<String> words;

    private Toolset(Map<String, Tool> byName) {
        this.byName = byName;
    }

    /**
     * These tools, in this order.
     *
     * @throws IllegalArgumentException where two have one name
     */
    public static Toolset of(Collection<? extends Tool> tools) {
        Objects.requireNonNull(tools, "tools");
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
        Objects.requireNonNull(owner, "owner");
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
        Objects.requireNonNull(name, "name");
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * The tools that are most likely meant by these words, the best first: ranked by BM25 over names, descriptions, and the names and descriptions of parameters. A
     * word that a name has counts most.
     *
     * @param most how many at most
     */
    public List<Tool> search(String query, int most) {
        List<Tool> found = new ArrayList<>();
        for (Bm25.Hit<String> hit : words().search(query, most)) {
            found.add(Objects.requireNonNull(byName.get(hit.key()), "a tool that was found"));
        }
        return List.copyOf(found);
    }

    /** Made when first searched, perhaps twice where two search at once. */
    private Bm25<String> words() {
        Bm25<String> known = words;
        if (known == null) {
            known = new Bm25<>(Tokenizer.WORDS, 3, 2, 1);
            for (Tool tool : byName.values()) {
                ToolSpec spec = tool.spec();
                known.add(
                        spec.name(),
                        spec.name(),
                        spec.description(),
                        parameters(spec.parameters().json(), 0));
            }
            words = known;
        }
        return known;
    }

    /** Deeper schemas have their own words for what was said above. */
    private static final int DEPTH = 4;

    private static String parameters(Json schema, int depth) {
        StringBuilder said = new StringBuilder();
        if (depth < DEPTH && schema instanceof Json.Obj object) {
            object.string("description").ifPresent(words -> said.append(words).append('\n'));
            if (object.get("enum").orElse(Json.NULL) instanceof Json.Arr choices) {
                choices.items().forEach(choice -> said.append(choice).append('\n'));
            }
            if (object.get("properties").orElse(Json.NULL) instanceof Json.Obj properties) {
                properties
                        .members()
                        .forEach(
                                (name, member) -> said.append(name).append('\n').append(parameters(member, depth + 1)));
            }
            object.get("items").ifPresent(items -> said.append(parameters(items, depth + 1)));
        }
        return said.toString();
    }

    /** These tools and then those. */
    public Toolset and(Toolset more) {
        Objects.requireNonNull(more, "more");
        List<Tool> all = new ArrayList<>(byName.values());
        all.addAll(more.byName.values());
        return of(all);
    }

    /** The tools whose spec is wanted, in order. */
    public Toolset filter(Predicate<ToolSpec> wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return of(byName.values().stream()
                .filter(tool -> wanted.test(tool.spec()))
                .toList());
    }

    /** The tools whose names match one of these, in which {@code *} stands for any characters. */
    public Toolset named(String... globs) {
        Objects.requireNonNull(globs, "globs");
        List<String> wanted = List.of(globs);
        return filter(spec -> wanted.stream().anyMatch(glob -> ToolCondition.matches(glob, spec.name())));
    }

    /**
     * The same tools under names that begin so, for example {@code crm_}.
     *
     * @throws IllegalArgumentException where a name is then longer than a tool's name may be
     */
    public Toolset prefixed(String prefix) {
        Objects.requireNonNull(prefix, "prefix");
        return of(byName.values().stream()
                .map(tool -> tool.with(spec -> spec.withName(prefix + spec.name())))
                .toList());
    }

    /** Names that are nearest to a name that is not there: at most three, nearest first; none where nothing is near. */
    public List<String> near(String name) {
        Objects.requireNonNull(name, "name");
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
