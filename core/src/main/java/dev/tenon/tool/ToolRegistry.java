package dev.tenon.tool;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.TypeRef;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Registration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Tools that come and go while agents run. An agent that was given a registry ({@code Agent.builder(model).tools(registry)}) has those that are registered when a run begins. Thread-safe.
 *
 * <p>A tool is checked when it is registered: whether its description is there, its schema is sound, its name free. All that is wrong with all that is registered at once is told in one
 * {@link ToolRegistryException}, and then nothing of it is registered. A name that not every provider accepts is mapped, see {@link #legalName}.
 */
@SuppressWarnings("try") // What close throws is the tool's own affair.
public final class ToolRegistry implements AutoCloseable {
    private static final int NAME = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, RegisteredTool> byName = new LinkedHashMap<>();
    private final Queue<Change> untold = new ArrayDeque<>();
    private final List<Consumer<Change>> watchers = new CopyOnWriteArrayList<>();
    private boolean telling;
    private volatile @Nullable Toolset toolset;

    /** An empty registry. */
    public ToolRegistry() {}

    /** What happened to a registration. Immutable. */
    public sealed interface Change {
        /** The tool that it is about, as it is now, or was. */
        RegisteredTool tool();

        /** A tool was registered. */
        record Added(RegisteredTool tool) implements Change {

            public Added {
                Objects.requireNonNull(tool, "tool");
            }
        }

        /** A tool took the place of another of its name. */
        record Replaced(RegisteredTool tool, RegisteredTool before) implements Change {

            public Replaced {
                Objects.requireNonNull(tool, "tool");
                Objects.requireNonNull(before, "before");
            }
        }

        /** A tool is not registered any more. */
        record Removed(RegisteredTool tool) implements Change {

            public Removed {
                Objects.requireNonNull(tool, "tool");
            }
        }
    }

    /** Makes a tool again from what a registration says of its source. */
    @FunctionalInterface
    public interface Loader {
        /** The tool; empty where this source is not known here. */
        Optional<Tool> load(Json source) throws Exception;
    }

    /**
     * The name for any name: letters, digits, {@code _} and {@code -} as they are, anything else as {@code _}; it begins with a letter or {@code _}, as Gemini wants it; what is longer than 64
     * ends with a digest of the whole.
     */
    public static String legalName(String any) {
        Objects.requireNonNull(any, "any");
        StringBuilder legal = new StringBuilder();
        any.codePoints().limit(NAME + 1).forEach(point -> legal.append(isLegal(point) ? (char) point : '_'));
        if (legal.isEmpty() || !isLetter(legal.charAt(0))) {
            legal.insert(0, '_');
        }
        if (legal.length() > NAME) {
            String digest = Json.of(any).digest().replaceAll("[^A-Za-z0-9]", "");
            legal.setLength(NAME - 9);
            legal.append('_').append(digest, 0, 8);
        }
        return legal.toString();
    }

    private static boolean isLetter(int point) {
        return point >= 'a' && point <= 'z' || point >= 'A' && point <= 'Z' || point == '_';
    }

    private static boolean isLegal(int point) {
        return isLetter(point) || point >= '0' && point <= '9' || point == '-';
    }

    /** Registers tools. Whoever registers them closes them, unless {@link #close()} does. */
    public void register(Tool... tools) {
        Objects.requireNonNull(tools, "tools");
        register(List.of(tools).stream().map(RegisteredTool::of).toList());
    }

    /** As {@link #register(Collection)}. */
    public void register(RegisteredTool... tools) {
        Objects.requireNonNull(tools, "tools");
        register(List.of(tools));
    }

    /**
     * Registers all of these, or none.
     *
     * @throws ToolRegistryException with all that is wrong
     */
    public void register(Collection<RegisteredTool> tools) {
        Objects.requireNonNull(tools, "tools");
        change(() -> {
            List<String> problems = new ArrayList<>();
            Map<String, RegisteredTool> added = new LinkedHashMap<>();
            for (RegisteredTool given : tools) {
                RegisteredTool tool = mapped(given);
                problems.addAll(problems(tool));
                if (byName.containsKey(tool.name())) {
                    problems.add(tool.name() + ": there is a tool of this name; unregister it, or replace it");
                } else if (added.put(tool.name(), tool) != null) {
                    problems.add(tool.name() + ": two of the new tools have this name");
                }
            }
            if (!problems.isEmpty()) {
                throw new ToolRegistryException("tools cannot be registered", problems);
            }
            byName.putAll(added);
            added.values().forEach(tool -> untold.add(new Change.Added(tool)));
        });
    }

    /** Registers a tool in the place of the one of its name, or as a new one. */
    public void replace(RegisteredTool given) {
        Objects.requireNonNull(given, "given");
        RegisteredTool tool = mapped(given);
        List<String> problems = problems(tool);
        if (!problems.isEmpty()) {
            throw new ToolRegistryException("a tool cannot be registered", problems);
        }
        change(() -> {
            RegisteredTool before = byName.put(tool.name(), tool);
            untold.add(before == null ? new Change.Added(tool) : new Change.Replaced(tool, before));
        });
    }

    /** Takes a tool out and returns it; empty where there is none of this name. Runs that have begun keep it, so it is not closed here. */
    public Optional<RegisteredTool> unregister(String name) {
        Objects.requireNonNull(name, "name");
        @Nullable RegisteredTool[] gone = new RegisteredTool[1];
        change(() -> {
            RegisteredTool tool = byName.remove(name);
            gone[0] = tool;
            if (tool != null) {
                untold.add(new Change.Removed(tool));
            }
        });
        return Optional.ofNullable(gone[0]);
    }

    /** What is wrong with a tool; nothing where it can be registered under a name that is free. */
    public static List<String> problems(RegisteredTool tool) {
        Objects.requireNonNull(tool, "tool");
        ToolSpec spec = tool.tool().spec();
        List<String> problems = new ArrayList<>();
        if (spec.description().isBlank()) {
            problems.add(spec.name() + ": it has no description, so no model knows what it is for");
        }
        schema(spec.name(), "parameters", spec.parameters(), problems);
        schema(spec.name(), "output", spec.output(), problems);
        Json parameters = spec.parameters().json();
        if (!(parameters instanceof Json.Obj object)
                || !object.string("type").orElse("object").equals("object")) {
            problems.add(spec.name() + ": its parameters are no object, but " + shortened(parameters.toString()));
        }
        return problems;
    }

    private static void schema(String name, String which, JsonSchema schema, List<String> problems) {
        try {
            schema.validate(Json.Obj.EMPTY);
            schema.shape();
        } catch (TenonException e) {
            problems.add(name + ": the schema of its " + which + " is not sound: " + e.getMessage());
        }
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private static RegisteredTool mapped(RegisteredTool tool) {
        String legal = legalName(tool.name());
        return legal.equals(tool.name())
                ? tool
                : new RegisteredTool(
                        tool.tool().with(spec -> spec.withName(legal)),
                        tool.category(),
                        tool.tags(),
                        tool.capabilities(),
                        tool.source());
    }

    // Finding

    /** The tool of this name. */
    public Optional<RegisteredTool> find(String name) {
        Objects.requireNonNull(name, "name");
        return list(tool -> tool.name().equals(name)).stream().findFirst();
    }

    /** The tools whose name matches, in which {@code *} stands for any characters; in the order they were registered, as all that are found. */
    public List<RegisteredTool> named(String glob) {
        Objects.requireNonNull(glob, "glob");
        return list(tool -> ToolCondition.matches(glob, tool.name()));
    }

    /** The tools with this tag. */
    public List<RegisteredTool> tagged(String tag) {
        Objects.requireNonNull(tag, "tag");
        return list(tool -> tool.tags().contains(tag));
    }

    /** The tools of this category. */
    public List<RegisteredTool> in(String category) {
        Objects.requireNonNull(category, "category");
        return list(tool -> tool.category().equals(category));
    }

    /** The tools that can do this, see {@link RegisteredTool#can}. */
    public List<RegisteredTool> able(String capability) {
        Objects.requireNonNull(capability, "capability");
        return list(tool -> tool.can(capability));
    }

    /** All tools. */
    public List<RegisteredTool> all() {
        return list(tool -> true);
    }

    private List<RegisteredTool> list(Predicate<RegisteredTool> wanted) {
        lock.lock();
        try {
            return byName.values().stream().filter(wanted).toList();
        } finally {
            lock.unlock();
        }
    }

    /** The tools as they are now; the same set until something changes, so that it is indexed for search once. */
    public Toolset toolset() {
        Toolset known = toolset;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            Toolset made = Toolset.of(
                    byName.values().stream().map(RegisteredTool::tool).toList());
            toolset = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    // Changes

    /**
     * Tells every change from now on, until it is closed: one at a time, in order, on the thread of one who changes. What is thrown is logged. A watcher may change the registry; that is told after
     * what it is told now.
     */
    public Registration watch(Consumer<Change> watcher) {
        Objects.requireNonNull(watcher, "watcher");
        Consumer<Change> own = change -> watcher.accept(change);
        watchers.add(own);
        return () -> watchers.remove(own);
    }

    private void change(Runnable work) {
        lock.lock();
        try {
            work.run();
            toolset = null;
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** Outside the lock. Only one thread tells; the changes of others are told by it. */
    private void tell() {
        boolean first = true;
        while (true) {
            Change next;
            lock.lock();
            try {
                if (first && telling) {
                    return;
                }
                next = untold.poll();
                telling = next != null;
            } finally {
                lock.unlock();
            }
            if (next == null) {
                return;
            }
            first = false;
            for (Consumer<Change> watcher : watchers) {
                try {
                    watcher.accept(next);
                } catch (RuntimeException e) {
                    LoggerFactory.getLogger(ToolRegistry.class)
                            .warn(
                                    "who watches the tools failed at {}",
                                    next.tool().name(),
                                    e);
                }
            }
        }
    }

    // Discovery, saving and loading

    /** As {@link #discover(ClassLoader)}, with the class loader of this thread. */
    public List<RegisteredTool> discover() {
        return discover(Thread.currentThread().getContextClassLoader());
    }

    /**
     * Registers the tools of every {@link ToolSource} that a class loader finds, all or none, and returns them. Each is saved as a reference to its source's class.
     *
     * @throws ToolRegistryException with all that is wrong, sources that cannot be made included
     */
    public List<RegisteredTool> discover(ClassLoader loader) {
        Objects.requireNonNull(loader, "loader");
        List<String> problems = new ArrayList<>();
        List<RegisteredTool> found = new ArrayList<>();
        for (ToolSource source : sources(loader, problems)) {
            String name = source.getClass().getName();
            try {
                for (RegisteredTool tool : source.tools()) {
                    found.add(tool.source(Json.object()
                            .put("class", name)
                            .put("tool", tool.name())
                            .build()));
                }
            } catch (RuntimeException e) {
                problems.add(name + ": it cannot make its tools: " + e);
            }
        }
        if (problems.isEmpty()) {
            register(found);
            return List.copyOf(found);
        }
        throw new ToolRegistryException("tools cannot be discovered", problems);
    }

    private static List<ToolSource> sources(ClassLoader loader, List<String> problems) {
        List<ToolSource> sources = new ArrayList<>();
        Iterator<ToolSource> all = ServiceLoader.load(ToolSource.class, loader).iterator();
        while (true) {
            try {
                if (!all.hasNext()) {
                    return sources;
                }
                sources.add(all.next());
            } catch (ServiceConfigurationError e) {
                problems.add("a source of tools cannot be made: " + e.getMessage());
            }
        }
    }

    /** The registrations as JSON: specs, words, and of what is code a reference. */
    public Json save() {
        return Json.object()
                .put("version", 1)
                .put("tools", all().stream().map(RegisteredTool::saved).toList())
                .build();
    }

    /** A saved registration. */
    private record Saved(ToolSpec spec, String category, Set<String> tags, Set<String> capabilities, Json source) {}

    /**
     * Registers what was saved, all or none: each tool is made again from its source by the first loader that knows it, or as a {@link ToolSource}'s, and must be what it was.
     *
     * @throws ToolRegistryException with all that is wrong: a source that nobody knows, a tool that is not what it was
     */
    public void load(Json saved, Loader... loaders) {
        Objects.requireNonNull(saved, "saved");
        Objects.requireNonNull(loaders, "loaders");
        List<String> problems = new ArrayList<>();
        List<RegisteredTool> tools = new ArrayList<>();
        if (!saved.at("/version").equals(Optional.of(Json.of(1)))) {
            throw new ToolRegistryException(
                    "tools cannot be loaded",
                    List.of("the form is not known: version is "
                            + saved.at("/version").map(Json::toString).orElse("missing") + ", wanted is 1"));
        }
        List<Loader> all = new ArrayList<>(List.of(loaders));
        all.add(source -> ofClass(source));
        List<Json> entries = saved.at("/tools")
                .filter(Json.Arr.class::isInstance)
                .map(array -> array.asArr().items())
                .orElse(List.of());
        for (int i = 0; i < entries.size(); i++) {
            try {
                Saved entry = entries.get(i).as(new TypeRef<Saved>() {});
                made(entry, all, problems)
                        .ifPresent(tool -> tools.add(new RegisteredTool(
                                tool, entry.category(), entry.tags(), entry.capabilities(), entry.source())));
            } catch (JsonException e) {
                problems.add("/tools/" + i + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new ToolRegistryException("tools cannot be loaded", problems);
        }
        register(tools);
    }

    private static Optional<Tool> made(Saved entry, List<Loader> loaders, List<String> problems) {
        String name = entry.spec().name();
        try {
            for (Loader loader : loaders) {
                Optional<Tool> tool = loader.load(entry.source());
                if (tool.isPresent()) {
                    ToolSpec now = tool.get().spec();
                    String legal = legalName(now.name());
                    if (!Json.of(now.withName(legal)).equals(Json.of(entry.spec()))) {
                        problems.add(name + ": what " + shortened(entry.source().toString())
                                + " makes now is not what was saved: " + difference(entry.spec(), now));
                        return Optional.empty();
                    }
                    return tool;
                }
            }
            problems.add(name + ": nobody knows its source "
                    + shortened(entry.source().toString()) + "; give load a loader that does");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add(name + ": loading was interrupted");
        } catch (Exception e) {
            problems.add(name + ": it cannot be made from "
                    + shortened(entry.source().toString()) + ": " + e);
        }
        return Optional.empty();
    }

    private static String difference(ToolSpec was, ToolSpec is) {
        Json.Obj before = Json.of(was).asObj();
        Json.Obj now = Json.of(is).asObj();
        List<String> changed = new ArrayList<>();
        now.members().forEach((name, value) -> {
            if (!before.get(name).equals(Optional.of(value))) {
                changed.add(name);
            }
        });
        return "another " + String.join(", ", changed);
    }

    private static Optional<Tool> ofClass(Json source) throws ReflectiveOperationException {
        Optional<String> type = source instanceof Json.Obj object ? object.string("class") : Optional.empty();
        if (type.isEmpty()) {
            return Optional.empty();
        }
        String wanted = source.asObj().string("tool").orElse("");
        List<String> problems = new ArrayList<>();
        for (ToolSource known : sources(Thread.currentThread().getContextClassLoader(), problems)) {
            // Only what is declared as a source is made: a file of registrations names no class of its choice.
            if (known.getClass().getName().equals(type.get())) {
                return known.tools().stream()
                        .map(RegisteredTool::tool)
                        .filter(tool -> tool.spec().name().equals(wanted))
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    /** Takes all tools out and closes those that are {@link AutoCloseable}. */
    @Override
    public void close() {
        List<RegisteredTool> gone = new ArrayList<>();
        change(() -> {
            gone.addAll(byName.values());
            byName.clear();
            gone.forEach(tool -> untold.add(new Change.Removed(tool)));
        });
        Set<Object> closed = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        for (RegisteredTool tool : gone) {
            if (tool.tool() instanceof AutoCloseable closeable && closed.add(closeable)) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    if (e instanceof InterruptedException) {
                        Thread.currentThread().interrupt();
                    }
                    LoggerFactory.getLogger(ToolRegistry.class).warn("tool {} could not be closed", tool.name(), e);
                }
            }
        }
    }
}
