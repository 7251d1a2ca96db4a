package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.schema.Description;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.GuardedTool;
import dev.tenon.toolbox.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Tools that tell of this machine. Environment variables and processes are off by default, since both hold secrets. Immutable, thread-safe. */
public final class SystemTools {
    private static final int MOST_PROCESSES = 200;

    private final Set<String> variables;
    private final boolean processes;

    private SystemTools(Set<String> variables, boolean processes) {
        this.variables = Set.copyOf(variables);
        this.processes = processes;
    }

    /** Only what kind of system this is: its name, Java, processors, memory. */
    public static SystemTools basic() {
        return new SystemTools(Set.of(), false);
    }

    /** And these environment variables. */
    public SystemTools environment(String... names) {
        Objects.requireNonNull(names, "names");
        return new SystemTools(Set.of(names), processes);
    }

    /** And which processes run: numbers, programs and times, without their arguments. */
    public SystemTools processes() {
        return new SystemTools(variables, true);
    }

    record Nothing() {}

    record Variable(@Description("its name") String name) {}

    /** The tools. */
    public List<Tool> tools() {
        List<Tool> tools = new ArrayList<>();
        tools.add(GuardedTool.of("system_info", "What kind of machine this is", Nothing.class, (a, c) -> info())
                .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
        if (!variables.isEmpty()) {
            tools.add(GuardedTool.of(
                            "system_variable", "An environment variable", Variable.class, (a, c) -> variable(a.name()))
                    .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
        }
        if (processes) {
            tools.add(GuardedTool.of("system_processes", "Which processes run", Nothing.class, (a, c) -> running())
                    .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
        }
        return tools;
    }

    private static Json info() {
        Runtime runtime = Runtime.getRuntime();
        return Json.object()
                .put("system", System.getProperty("os.name"))
                .put("architecture", System.getProperty("os.arch"))
                .put("java", Runtime.version().toString())
                .put("processors", runtime.availableProcessors())
                .put("memoryUsedBytes", runtime.totalMemory() - runtime.freeMemory())
                .put("memoryMostBytes", runtime.maxMemory())
                .build();
    }

    private Object variable(String name) {
        if (!variables.contains(name)) {
            throw new RefusedException(
                    "system.variable", "that variable may not be seen", String.join(", ", new TreeSet<>(variables)));
        }
        String value = System.getenv(name);
        return value == null ? Json.NULL : new Json.Str(value);
    }

    private static Json running() {
        List<Json> all = ProcessHandle.allProcesses()
                .limit(MOST_PROCESSES)
                .<Json>map(each -> Json.object()
                        .put("pid", each.pid())
                        .put(
                                "program",
                                each.info()
                                        .command()
                                        .map(path -> path.replaceFirst(".*[/\\\\]", ""))
                                        .orElse(""))
                        .put(
                                "started",
                                each.info().startInstant().map(Object::toString).orElse(""))
                        .build())
                .toList();
        return Json.Arr.of(all);
    }
}
