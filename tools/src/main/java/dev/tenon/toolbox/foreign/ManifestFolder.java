package dev.tenon.toolbox.foreign;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.scope.Registration;
import dev.tenon.tool.RegisteredTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolRegistryException;
import dev.tenon.toolbox.RefusedException;
import dev.tenon.toolbox.data.YamlText;
import dev.tenon.toolbox.process.ProcessTools;
import dev.tenon.toolbox.web.WebTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Tools that files describe: each {@code *.json}, {@code *.yaml} and {@code *.yml} of a folder is one tool, which is an HTTP call, a command line or a script with the arguments in it. Thread-safe.
 *
 * <p>A file says what is to be done, and has no rights of its own: a call goes through the web tools and process tools that are given here, so that only their hosts, programs and bounds hold. Arguments are
 * written so that they stay arguments: encoded in a URL, whose host no argument can change; one argument of a command line, never an option; a value of JSON.
 */
public final class ManifestFolder {
    /** A larger file is no manifest. */
    private static final long LARGEST = 1 << 20;

    private static final Pattern MANIFEST = Pattern.compile(".*\\.(json|yaml|yml)", Pattern.DOTALL);

    /** Files that are written at the same time are read together. */
    private static final long SETTLED_MILLIS = 50;

    private final Path folder;
    private final Map<String, Tool> guarded;

    private ManifestFolder(Path folder, Map<String, Tool> guarded) {
        this.folder = folder;
        this.guarded = guarded;
    }

    /** The tools that the files of this folder describe. */
    public static Builder at(Path folder) {
        return new Builder(folder);
    }

    /** A folder under construction. Not thread-safe. */
    public static final class Builder {
        private final Path folder;
        private final Map<String, Tool> guarded = new LinkedHashMap<>();

        private Builder(Path folder) {
            this.folder = Objects.requireNonNull(folder, "folder");
        }

        /** By which HTTP calls are made. Without, a file that wants one is refused. */
        public Builder web(WebTools tools) {
            Objects.requireNonNull(tools, "tools");
            tools.tools().forEach(tool -> guarded.put(tool.spec().name(), tool));
            return this;
        }

        /** By which programs and scripts are run. Without, a file that wants one is refused. */
        public Builder processes(ProcessTools tools) {
            Objects.requireNonNull(tools, "tools");
            tools.tools().forEach(tool -> guarded.put(tool.spec().name(), tool));
            return this;
        }

        /** The folder. Nothing is read yet. */
        public ManifestFolder build() {
            return new ManifestFolder(folder, Map.copyOf(guarded));
        }
    }

    /** What is wrong with the files of a folder. */
    public static final class ManifestException extends TenonException {
        private static final long serialVersionUID = 1L;

        private final transient List<String> problems;

        ManifestException(List<String> problems) {
            super(
                    "tool.bad_manifest",
                    "tools cannot be read:\n" + String.join("\n", problems),
                    Recovery.NONE,
                    Map.of(),
                    null);
            this.problems = List.copyOf(problems);
        }

        /** What is wrong, each with the name of its file. */
        public List<String> problems() {
            return problems;
        }
    }

    /**
     * The tools as the files say now, in the order of the files' names.
     *
     * @throws ManifestException with all that is wrong with all files
     */
    public List<RegisteredTool> tools() {
        List<String> problems = new ArrayList<>();
        Map<String, RegisteredTool> tools = read(problems);
        if (!problems.isEmpty()) {
            throw new ManifestException(problems);
        }
        return List.copyOf(tools.values());
    }

    /** Makes the tools of saved registrations again: {@code registry.load(saved, folder.loader())}. A saved tool holds what its file said then. */
    public ToolRegistry.Loader loader() {
        return source -> {
            Optional<Json> said = source instanceof Json.Obj object ? object.get("manifest") : Optional.empty();
            if (said.isEmpty()) {
                return Optional.empty();
            }
            List<String> problems = new ArrayList<>();
            Optional<RegisteredTool> tool = Manifest.read(said.get(), guarded, problems);
            if (tool.isEmpty()) {
                throw new ManifestException(problems);
            }
            return tool.map(RegisteredTool::tool);
        };
    }

    /** As {@link #watch(ToolRegistry, Consumer)}; problems are logged. */
    public Registration watch(ToolRegistry registry) {
        return watch(
                registry,
                problems -> LoggerFactory.getLogger(ManifestFolder.class)
                        .warn("tools of {} cannot be read:\n{}", folder, String.join("\n", problems)));
    }

    /**
     * Registers the tools now, and follows the files until it is closed: what is added is registered, what is changed replaced, what is gone unregistered. A file that is wrong leaves the tool that it said before.
     *
     * @param problems is told all that is wrong, each time the folder was read and something was
     */
    public Registration watch(ToolRegistry registry, Consumer<List<String>> problems) {
        Objects.requireNonNull(registry, "registry");
        Following following = new Following(registry, Objects.requireNonNull(problems, "problems"));
        following.start();
        return following;
    }

    private Map<String, RegisteredTool> read(List<String> problems) {
        Map<String, RegisteredTool> tools = new TreeMap<>();
        Map<String, String> files = new LinkedHashMap<>();
        for (Path file : files()) {
            String name = file.getFileName().toString();
            List<String> wrong = new ArrayList<>();
            try {
                if (Files.size(file) > LARGEST) {
                    wrong.add("it has more than " + LARGEST + " bytes");
                } else {
                    Manifest.read(said(file), guarded, wrong).ifPresent(tool -> {
                        String other = files.putIfAbsent(tool.name(), name);
                        if (other == null) {
                            tools.put(name, tool);
                        } else {
                            wrong.add("the tool \"" + tool.name() + "\" is that of " + other);
                        }
                    });
                }
            } catch (JsonException e) {
                wrong.add("it is no JSON: " + e.getMessage());
            } catch (RefusedException e) {
                wrong.add("it is no YAML that can be read: " + e.getMessage());
            } catch (IOException e) {
                wrong.add("it cannot be read: " + e.getClass().getSimpleName());
            }
            wrong.forEach(what -> problems.add(name + ": " + what));
        }
        return tools;
    }

    private static Json said(Path file) throws IOException {
        String text = Files.readString(file);
        return file.getFileName().toString().endsWith(".json") ? Json.parse(text) : YamlText.read(text);
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file ->
                            MANIFEST.matcher(file.getFileName().toString()).matches() && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Follows the files. */
    private final class Following implements Registration {
        private final ToolRegistry registry;
        private final Consumer<List<String>> problems;
        private final WatchService watch;
        private final ReentrantLock lock = new ReentrantLock();

        // Guarded by lock: what was registered from which file.
        private final Map<String, RegisteredTool> known = new TreeMap<>();
        private boolean closed;

        Following(ToolRegistry registry, Consumer<List<String>> problems) {
            this.registry = registry;
            this.problems = problems;
            try {
                watch = folder.getFileSystem().newWatchService();
                folder.register(
                        watch,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            } catch (IOException e) {
                throw new UncheckedIOException("the folder " + folder + " cannot be watched: " + e.getMessage(), e);
            }
        }

        void start() {
            refresh();
            Thread.ofPlatform().daemon().name("tenon-manifests").start(this::follow);
        }

        private void follow() {
            try {
                while (true) {
                    WatchKey key = watch.take();
                    // A file is told of when it is made and when it is written: both are waited for, as far as they
                    // come at once.
                    for (WatchKey more = key; more != null; more = watch.poll(SETTLED_MILLIS, TimeUnit.MILLISECONDS)) {
                        more.pollEvents();
                        more.reset();
                    }
                    refresh();
                }
            } catch (ClosedWatchServiceException e) {
                return; // It was closed.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(ManifestFolder.class).warn("the folder {} is not watched any more", folder, e);
            }
        }

        private void refresh() {
            List<String> wrong = new ArrayList<>();
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                Map<String, RegisteredTool> now = read(wrong);
                List<String> files = files().stream()
                        .map(file -> file.getFileName().toString())
                        .toList();
                known.entrySet().removeIf(entry -> gone(entry.getKey(), entry.getValue(), now, files));
                now.forEach((file, tool) -> changed(file, tool, wrong));
            } finally {
                lock.unlock();
            }
            if (!wrong.isEmpty()) {
                problems.accept(List.copyOf(wrong));
            }
        }

        /** A file that is there and wrong keeps its tool; one that is gone, or says another name, does not. */
        private boolean gone(String file, RegisteredTool was, Map<String, RegisteredTool> now, List<String> files) {
            RegisteredTool is = now.get(file);
            boolean gone = is == null ? !files.contains(file) : !is.name().equals(was.name());
            if (gone) {
                registry.unregister(was.name());
            }
            return gone;
        }

        private void changed(String file, RegisteredTool tool, List<String> wrong) {
            RegisteredTool was = known.get(file);
            if (was != null && was.source().equals(tool.source())) {
                return;
            }
            try {
                if (was == null) {
                    registry.register(tool);
                } else {
                    registry.replace(tool);
                }
                known.put(file, tool);
            } catch (ToolRegistryException e) {
                e.problems().forEach(problem -> wrong.add(file + ": " + problem));
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                known.values().forEach(tool -> registry.unregister(tool.name()));
                known.clear();
            } finally {
                lock.unlock();
            }
            try {
                watch.close();
            } catch (IOException e) {
                LoggerFactory.getLogger(ManifestFolder.class).debug("a watch could not be closed", e);
            }
        }
    }
}
