package dev.tenon.toolbox.foreign;

import dev.tenon.scope.TimeSource;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Tools that a process of your own offers, in whatever language: it is told calls and tells results as lines of JSON on its standard input and output. Thread-safe; calls run side by side.
 *
 * <p>The process is started now, to hear which tools it has, and kept. Where it ends, or does not keep to the protocol, the calls that it had are failures that say so, and the next call starts it again; the
 * pause before that doubles with each failure in a row. {@link #close()} ends it, as does closing any of its tools, so an agent that has them ends it with itself.
 *
 * <p>The process is code that you chose, and is not contained: it may do what this process may. It sees of the environment only PATH, HOME, LANG and TMPDIR and what it is given here.
 */
public final class LineTools implements AutoCloseable {
    private final LineProcess process;
    private final List<Tool> tools;

    private LineTools(LineProcess process, List<ToolSpec> specs) {
        this.process = process;
        this.tools = specs.stream()
                .<Tool>map(spec -> new LineTool(spec, process, this))
                .toList();
    }

    /** Tools of the process with this command line, which no shell reads: {@code LineTools.of("python3", "tools.py").start()}. */
    public static Builder of(String... command) {
        Objects.requireNonNull(command, "command");
        if (command.length == 0) {
            throw new IllegalArgumentException("a command line begins with a program, got none");
        }
        return new Builder(List.of(command));
    }

    /** The tools, for {@code Agent.builder(model).tools(…)}. */
    public List<Tool> tools() {
        return tools;
    }

    /** The process as it runs now; empty where it does not. */
    public Optional<ProcessHandle> process() {
        return process.handle();
    }

    /** Ends the process: it is told by the end of its input, then by force. */
    @Override
    public void close() {
        process.close();
    }

    /** Tools under construction. Not thread-safe. */
    public static final class Builder {
        private final List<String> command;
        private Optional<Path> folder = Optional.empty();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private LineLimits limits = LineLimits.DEFAULT;
        private TimeSource time = TimeSource.SYSTEM;

        private Builder(List<String> command) {
            this.command = command;
        }

        /** The folder it runs in; by default that of this process. */
        public Builder folder(Path where) {
            Objects.requireNonNull(where, "where");
            this.folder = Optional.of(where);
            return this;
        }

        /** A variable of its environment. */
        public Builder variable(String name, String value) {
            environment.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** What it may take. */
        public Builder limits(LineLimits most) {
            this.limits = Objects.requireNonNull(most, "most");
            return this;
        }

        /** By which the pauses between restarts are told; by default the system's. */
        public Builder time(TimeSource source) {
            this.time = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Starts the process and hears which tools it has.
         *
         * @throws IOException where it cannot be started, ends, or does not say within {@link LineLimits#hello()}
         */
        public LineTools start() throws IOException {
            LineProcess process = new LineProcess(command, folder, Map.copyOf(environment), limits, time);
            List<ToolSpec> specs;
            try {
                specs = process.hello();
            } catch (IOException | RuntimeException e) {
                process.close();
                throw e;
            }
            return new LineTools(process, new ArrayList<>(specs));
        }
    }

    /** How long what is told to end is waited for. */
    static final Duration GRACE = Duration.ofSeconds(1);
}
