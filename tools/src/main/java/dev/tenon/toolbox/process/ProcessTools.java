package dev.tenon.toolbox.process;

import dev.tenon.schema.Description;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.GuardedTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A tool that runs programs: a list of arguments and no shell, only programs that are allowed, an environment of its own, one working folder, bounds of time and output, and in the end the whole
 * tree of processes gone. Immutable, thread-safe.
 *
 * <p>They run in a box where a probe shows that this works here ({@link Containment}); where they do not, each result says so. A list of names holds only as far as the programs on it: one that
 * starts others by its arguments ({@code find -exec}, {@code git} with its aliases) is as good as a shell.
 */
public final class ProcessTools {
    private final List<Tool> tools;

    private ProcessTools(List<Tool> tools) {
        this.tools = List.copyOf(tools);
    }

    /** Tools that run these programs, by their plain names, and no others. */
    public static Builder allowing(Path folder, String... programs) {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(programs, "programs");
        if (programs.length == 0) {
            throw new IllegalArgumentException("name at least one program, or use ProcessTools.anyProgram");
        }
        Builder builder = new Builder(folder);
        for (String program : programs) {
            builder.allow(program);
        }
        return builder;
    }

    /** Tools that run any installed program but those that are denied; denied by default is what starts other programs, such as shells. */
    public static Builder anyProgram(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new Builder(folder);
    }

    /** The tools, for {@code Agent.builder(model).tools(…)}. */
    public List<Tool> tools() {
        return tools;
    }

    record Call(
            @Description(
                    "the program's name and its arguments, one by one; there is no shell, so no pipes, no wildcards,"
                            + " no quotes")
            List<String> command,

            @Description("text for its standard input") Optional<String> input,

            @Description("folder below the working folder to run in")
            Optional<String> folder,

            @Description("variables of its environment, where they may be set")
            Optional<Map<String, String>> environment,

            @Description("seconds it may take") Optional<Integer> seconds) {}

    record Line(
            @Description("a command line for /bin/sh") String line,
            Optional<String> input,

            @Description("folder below the working folder to run in")
            Optional<String> folder,

            @Description("seconds it may take") Optional<Integer> seconds) {}

    /** Process tools under construction. Not thread-safe. */
    public static final class Builder {
        /** Variables that change which code any program or shell runs. */
        private static final List<String> NEVER = List.of(
                "LD_",
                "DYLD_",
                "BASH_FUNC_",
                "PATH",
                "BASH_ENV",
                "BASHOPTS",
                "ENV",
                "IFS",
                "SHELLOPTS",
                "PS4",
                "PROMPT_COMMAND",
                "GCONV_PATH",
                "LOCPATH",
                "NLSPATH",
                Tree.MARK);

        /** Variables by which some program is told to run another, or to load code: the author may give them a value, the model may not. */
        private static final List<String> LEADING = List.of(
                "GIT_",
                "PYTHON",
                "PERL",
                "RUBY",
                "NODE_",
                "NPM_",
                "JAVA_",
                "_JAVA_",
                "JDK_",
                "MAVEN_",
                "GRADLE_",
                "CARGO_",
                "RUST",
                "GO",
                "PHP",
                "LUA_",
                "TCL",
                "DOTNET_",
                "COMPlus_",
                "CORECLR_",
                "SSH_",
                "MALLOC_",
                "GTK_",
                "QT_",
                "XDG_",
                "CLASSPATH",
                "HOME",
                "SHELL",
                "EDITOR",
                "VISUAL",
                "PAGER",
                "MANPAGER",
                "BROWSER",
                "LESSOPEN",
                "LESSCLOSE",
                "LESSKEY",
                "TERMINFO",
                "ZDOTDIR",
                "CDPATH",
                "FPATH",
                "MAKEFLAGS",
                "MAKEFILES",
                "CC",
                "CXX",
                "LD",
                "AR",
                "TAR_OPTIONS",
                "RSYNC_RSH",
                "CVS_RSH",
                "HOSTALIASES",
                "RES_OPTIONS",
                "OPENSSL_CONF",
                "OPENSSL_ENGINES",
                "SSLKEYLOGFILE",
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "ALL_PROXY",
                "TMPDIR");

        /** Those of them that others begin with. */
        private static final Set<String> PREFIXES = Set.of("PYTHON", "PERL", "RUBY", "RUST", "PHP");

        private final Path folder;
        private final Map<String, Set<String>> allowed = new LinkedHashMap<>();
        private final Set<String> denied = new HashSet<>();
        private final Set<String> settable = new HashSet<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Containment containment = Containment.WHERE_POSSIBLE;
        private Optional<Path> bubblewrap = Optional.empty();
        private ProcessLimits limits = ProcessLimits.DEFAULT;
        private boolean readOnly;
        private boolean shell;

        private Builder(Path folder) {
            try {
                this.folder = folder.toRealPath();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "the working folder " + folder + " cannot be opened: " + e.getMessage(), e);
            }
            if (!Files.isDirectory(this.folder)) {
                throw new IllegalArgumentException("the working folder must be a folder, got " + folder);
            }
        }

        /** One more program, and if given the only first arguments it may have: {@code allow("git", "status", "diff")}. */
        public Builder allow(String program, String... firstArguments) {
            Objects.requireNonNull(program, "program");
            Objects.requireNonNull(firstArguments, "firstArguments");
            allowed.put(program, Set.of(firstArguments));
            return this;
        }

        /** Programs that may not run, whatever else says. */
        public Builder deny(String... programs) {
            Objects.requireNonNull(programs, "programs");
            denied.addAll(List.of(programs));
            return this;
        }

        /** Variables of this process's environment that the programs see. By default none: they get PATH, HOME, TMPDIR, LANG and nothing else. */
        public Builder inherit(String... names) {
            Objects.requireNonNull(names, "names");
            for (String name : names) {
                String value = System.getenv(checked(name));
                if (value != null) {
                    environment.put(name, value);
                }
            }
            return this;
        }

        /** A variable that the programs see. */
        public Builder variable(String name, String value) {
            Objects.requireNonNull(name, "name");
            environment.put(checked(name), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Variables that the model may set; by default none. None by which a program is told to run another, such as {@code EDITOR} or {@code GIT_SSH_COMMAND}. */
        public Builder settable(String... names) {
            Objects.requireNonNull(names, "names");
            for (String name : names) {
                if (isOneOf(LEADING, checked(name))) {
                    throw new IllegalArgumentException(
                            "\"" + name + "\" may not be set by a model, since some programs run what it says");
                }
                settable.add(name);
            }
            return this;
        }

        private static boolean isOneOf(List<String> names, String name) {
            String upper = name.toUpperCase(Locale.ROOT);
            return names.stream()
                    .map(each -> each.toUpperCase(Locale.ROOT))
                    .anyMatch(each -> each.endsWith("_") || PREFIXES.contains(each)
                            ? upper.startsWith(each)
                            : upper.equals(each));
        }

        private static String checked(String name) {
            boolean never = isOneOf(NEVER, name);
            if (never || !name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new IllegalArgumentException(
                        "\"" + name + "\" may not be set: it is no name, or it changes what programs run");
            }
            return name;
        }

        /** Whether they run in a box; by default where possible. */
        public Builder containment(Containment wanted) {
            this.containment = Objects.requireNonNull(wanted, "wanted");
            return this;
        }

        /** Where bubblewrap is; by default it is looked for in the search path. */
        public Builder bubblewrap(Path program) {
            Objects.requireNonNull(program, "program");
            this.bubblewrap = Optional.of(program);
            return this;
        }

        /** How much a process may take. */
        public Builder limits(ProcessLimits most) {
            this.limits = Objects.requireNonNull(most, "most");
            return this;
        }

        /** In the box the working folder cannot be written either. */
        public Builder readOnly() {
            this.readOnly = true;
            return this;
        }

        /** Adds {@code process_shell}, which runs a whole command line by {@code /bin/sh}; no list of programs holds there. */
        public Builder shell() {
            this.shell = true;
            return this;
        }

        /** The tools. Probes now whether a box works here. */
        public ProcessTools build() {
            Set<String> all = new HashSet<>(denied);
            if (allowed.isEmpty()) {
                all.addAll(Programs.LAUNCHERS);
            }
            Programs programs = new Programs(allowed, all, Programs.searchPath(folder));
            Optional<Bubblewrap> box = containment == Containment.NONE
                    ? Optional.empty()
                    : bubblewrap.or(() -> programs.locate("bwrap")).flatMap(path -> Bubblewrap.probe(path, folder));
            Running running = new Running(folder, programs, environment, settable, box, containment, readOnly, limits);
            List<Tool> tools = new ArrayList<>();
            String boxed =
                    box.isPresent() ? " They run without network, and can write only in the working folder." : "";
            tools.add(tool("process_run", "Runs a program with arguments." + boxed, Call.class, running::run));
            if (shell) {
                tools.add(tool("process_shell", "Runs a command line in a shell." + boxed, Line.class, running::shell));
            }
            return new ProcessTools(tools);
        }

        private <A> Tool tool(String name, String description, Class<A> arguments, Tool.ContextFunction<A> function) {
            return GuardedTool.of(name, description, arguments, function)
                    .traits(Trait.DESTRUCTIVE, Trait.OPEN_WORLD)
                    .with((ToolSpec spec) -> spec.withTimeout(limits.time().plusSeconds(10)));
        }
    }
}
