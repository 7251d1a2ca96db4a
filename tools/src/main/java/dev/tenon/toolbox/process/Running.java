package dev.tenon.toolbox.process;

import dev.tenon.scope.Registration;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.toolbox.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Runs programs. Immutable. */
final class Running {
    /** The pipes of an ended process are read to their end for as long. */
    private static final long DRAIN_MILLIS = 2000;

    private final Path root;
    private final Programs programs;
    private final Map<String, String> environment;
    private final Set<String> settable;
    private final Optional<Bubblewrap> box;
    private final Containment containment;
    private final boolean readOnly;
    private final ProcessLimits limits;

    Running(
            Path root,
            Programs programs,
            Map<String, String> environment,
            Set<String> settable,
            Optional<Bubblewrap> box,
            Containment containment,
            boolean readOnly,
            ProcessLimits limits) {
        this.root = root;
        this.programs = programs;
        this.environment = Map.copyOf(environment);
        this.settable = Set.copyOf(settable);
        this.box = box;
        this.containment = containment;
        this.readOnly = readOnly;
        this.limits = limits;
    }

    ToolOutput run(ProcessTools.Call call, ToolContext context) throws Exception {
        Path program = programs.find(call.command());
        checkArguments(call.command());
        return run(
                program,
                call.command().subList(1, call.command().size()),
                call.input().orElse(""),
                folder(call.folder()),
                environment(call.environment().orElse(Map.of())),
                seconds(call.seconds()),
                context);
    }

    ToolOutput shell(ProcessTools.Line call, ToolContext context) throws Exception {
        checkArguments(List.of(call.line()));
        return run(
                Path.of("/bin/sh"),
                List.of("-c", call.line()),
                call.input().orElse(""),
                folder(call.folder()),
                environment(Map.of()),
                seconds(call.seconds()),
                context);
    }

    private void checkArguments(List<String> command) {
        long characters = 0;
        for (String argument : command) {
            characters += argument.length() + 1L;
            if (argument.indexOf(0) >= 0) {
                throw new RefusedException(
                        "process.arguments", "an argument has a zero byte", "arguments of plain text");
            }
        }
        if (characters > limits.arguments()) {
            throw new RefusedException(
                    "process.arguments",
                    "the arguments have " + characters + " characters",
                    "at most " + limits.arguments() + " characters; more can be given as input");
        }
    }

    private Duration seconds(Optional<Integer> asked) {
        if (asked.isEmpty()) {
            return limits.time();
        }
        if (asked.get() < 1 || Duration.ofSeconds(asked.get()).compareTo(limits.time()) > 0) {
            throw new RefusedException(
                    "process.time",
                    "seconds is " + asked.get(),
                    "1 to " + Math.max(1, limits.time().toSeconds()) + " seconds");
        }
        return Duration.ofSeconds(asked.get());
    }

    private Path folder(Optional<String> asked) {
        if (asked.isEmpty() || asked.get().isEmpty() || asked.get().equals(".")) {
            return root;
        }
        String shown = RefusedException.shown(asked.get());
        RefusedException outside = new RefusedException(
                "process.folder",
                "\"" + shown + "\" is no folder below the working folder",
                "a relative path of a folder below it, without '..'");
        if (asked.get().indexOf(0) >= 0
                || asked.get().startsWith("/")
                || List.of(asked.get().split("/")).contains("..")) {
            throw outside;
        }
        try {
            Path real = root.resolve(asked.get()).toRealPath();
            if (!real.startsWith(root) || !Files.isDirectory(real)) {
                throw outside;
            }
            return real;
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw outside;
        }
    }

    private Map<String, String> environment(Map<String, String> asked) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(
                "PATH",
                String.join(":", programs.folders().stream().map(Path::toString).toList()));
        all.put("HOME", root.toString());
        all.put("TMPDIR", "/tmp");
        all.put("LANG", "C.UTF-8");
        all.putAll(environment);
        asked.forEach((name, value) -> {
            if (!settable.contains(name) || value.indexOf(0) >= 0) {
                throw new RefusedException(
                        "process.environment",
                        "the variable \"" + RefusedException.shown(name) + "\" may not be set",
                        settable.isEmpty()
                                ? "the environment as it is"
                                : "setting "
                                        + String.join(
                                                ", ", settable.stream().sorted().toList()));
            }
            all.put(name, value);
        });
        return all;
    }

    private ToolOutput run(
            Path program,
            List<String> arguments,
            String input,
            Path folder,
            Map<String, String> variables,
            Duration time,
            ToolContext context)
            throws IOException, InterruptedException {
        if (containment == Containment.REQUIRED && box.isEmpty()) {
            throw new RefusedException(
                    "process.containment",
                    "no process may run here without a box, and bubblewrap is not installed or does not work here",
                    "other tools");
        }
        byte[] in = input.getBytes(StandardCharsets.UTF_8);
        if (in.length > limits.inputBytes()) {
            throw new RefusedException(
                    "process.input",
                    "the input has " + in.length + " bytes",
                    "at most " + limits.inputBytes() + " bytes");
        }
        context.check();
        String mark = UUID.randomUUID().toString();
        Map<String, String> marked = new LinkedHashMap<>(variables);
        marked.put(Tree.MARK, mark);
        Optional<Path> leader = box.isPresent() ? Optional.empty() : programs.locate("setsid");
        List<String> command = new ArrayList<>();
        leader.ifPresent(setsid -> command.add(setsid.toString()));
        command.add(program.toString());
        command.addAll(arguments);
        List<String> whole = box.map(wrap -> wrap.around(command, program, root, folder, readOnly, marked))
                .orElse(command);
        ProcessBuilder builder = new ProcessBuilder(whole).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(marked);
        return watch(builder, mark, leader.isPresent(), in, time, context);
    }

    @SuppressWarnings("try") // closed at the end of the call, and that is all
    private ToolOutput watch(
            ProcessBuilder builder, String mark, boolean leads, byte[] in, Duration time, ToolContext context)
            throws IOException, InterruptedException {
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new RefusedException(
                    "process.start", "the program could not be started", "programs that can be executed here");
        }
        Tree tree = new Tree(process, mark, leads);
        AtomicBoolean flooded = new AtomicBoolean();
        AtomicLong all = new AtomicLong();
        Runnable flood = () -> {
            flooded.set(true);
            tree.end();
        };
        Output out = new Output(limits.shownBytes(), all, limits.outputBytes(), flood);
        Output err = new Output(limits.shownBytes(), all, limits.outputBytes(), flood);
        // Not virtual threads: to wait for a pipe holds on to their carrier, and a few silent programs would hold up
        // all others.
        List<Thread> helpers = List.of(
                Thread.ofPlatform().daemon().start(() -> out.read(process.getInputStream())),
                Thread.ofPlatform().daemon().start(() -> err.read(process.getErrorStream())),
                Thread.ofPlatform().daemon().start(() -> feed(process, in)));
        boolean ended;
        try (Registration stop =
                context.onStop(() -> Thread.ofPlatform().daemon().start(tree::end))) {
            ended = process.waitFor(TimeUnit.NANOSECONDS.convert(time), TimeUnit.NANOSECONDS);
        } finally {
            tree.end();
            drain(process, helpers);
        }
        context.check();
        return told(process, ended, flooded.get(), time, out.text(), err.text());
    }

    private static void feed(Process process, byte[] in) {
        try (OutputStream to = process.getOutputStream()) {
            to.write(in);
        } catch (IOException e) {
            // It did not read its input, which is its own affair.
        }
    }

    private static void drain(Process process, List<Thread> helpers) {
        boolean interrupted = false;
        for (Thread helper : helpers) {
            try {
                helper.join(DRAIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        close(process.getInputStream());
        close(process.getErrorStream());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(java.io.Closeable stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // Nothing is lost: it was read.
        }
    }

    private ToolOutput told(Process process, boolean ended, boolean flooded, Duration time, String out, String err) {
        StringBuilder text = new StringBuilder();
        boolean failed = true;
        if (flooded) {
            text.append("ended, since it wrote more than ")
                    .append(limits.outputBytes())
                    .append(" bytes. Allowed: less output, for example only the lines that are needed\n");
        } else if (!ended) {
            text.append("ended, since it took longer than ")
                    .append(time.toMillis())
                    .append(" ms. Allowed: work that takes less time\n");
        } else {
            failed = process.exitValue() != 0;
            text.append("exit ").append(process.exitValue()).append('\n');
        }
        text.append(out);
        if (!err.isEmpty()) {
            text.append(out.isEmpty() || out.endsWith("\n") ? "" : "\n")
                    .append("[standard error]\n")
                    .append(err);
        }
        if (box.isEmpty()) {
            text.append(text.charAt(text.length() - 1) == '\n' ? "" : "\n").append(NOT_CONTAINED);
        }
        return new ToolOutput(List.of(dev.tenon.message.Content.text(text.toString())), failed);
    }

    /** What every result of a process without a box ends with. */
    static final String NOT_CONTAINED =
            "[not contained: this process had the network and the files of the user who runs this program]";
}
