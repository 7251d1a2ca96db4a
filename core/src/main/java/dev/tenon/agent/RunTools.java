package dev.tenon.agent;

import dev.tenon.output.RecoveryParser;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSearch;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.Toolset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The tools of a run: those that can be called, and those that the model is told of. Thread-safe. */
final class RunTools {
    private final Toolset all;
    private final List<ToolSpec> told;
    private final List<String> programs;
    private final Map<String, RecoveryParser> readers = new ConcurrentHashMap<>();

    private RunTools(Toolset all, List<ToolSpec> told, List<String> programs) {
        this.all = all;
        this.told = told;
        this.programs = programs;
    }

    /**
     * The tools of a run that has these.
     *
     * @param programs names of those that are run as children
     * @param reads whether long results are kept
     */
    static RunTools of(Toolset own, List<String> programs, Optional<ToolSearch> search, boolean reads) {
        List<Tool> all = new ArrayList<>(own.tools());
        List<Tool> told = all;
        if (search.isPresent() && all.size() >= search.get().from()) {
            Tool finds = search.get().over(own);
            free(own, ToolSearch.NAME, "that finds tools; rename yours, or let the agent have no tool search");
            told = new ArrayList<>(search.get().told(own).tools());
            told.add(finds);
            all = new ArrayList<>(all);
            all.add(finds);
        }
        List<ToolSpec> specs = told.stream().map(Tool::spec).toList();
        if (reads && !all.isEmpty()) {
            free(own, LongResults.READ, "that reads long results; rename yours, or keep none with results(0)");
            all = new ArrayList<>(all);
            all.add(LongResults.TOOL);
        }
        return new RunTools(Toolset.of(all), specs, programs);
    }

    private static void free(Toolset own, String name, String what) {
        if (own.find(name).isPresent()) {
            throw new IllegalArgumentException("\"" + name + "\" is the name of the tool " + what);
        }
    }

    Toolset all() {
        return all;
    }

    /** What the model is told of from the beginning. */
    List<ToolSpec> told() {
        return told;
    }

    List<String> programs() {
        return programs;
    }

    /** Reads the arguments of a tool. */
    RecoveryParser reader(String tool) {
        return Objects.requireNonNull(readers.computeIfAbsent(
                tool,
                name -> RecoveryParser.of(all.find(name)
                        .orElseThrow(() -> new IllegalArgumentException("no tool \"" + name + "\""))
                        .spec()
                        .parameters())));
    }
}
