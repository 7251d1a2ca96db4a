package dev.tenon.toolbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The box: bubblewrap ({@code bwrap}), a small program that starts another in new Linux namespaces. Immutable.
 *
 * <p>What is in the box: the folders of programs and libraries, read-only; {@code /etc} without its password file; an empty {@code /tmp}; the working folder. Not in it: home folders,
 * {@code /run} and its sockets, other processes, any network.
 *
 * @param program the path of bwrap
 */
record Bubblewrap(Path program) {
    private static final List<String> SYSTEM =
            List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt");
    private static final List<String> MASKED = List.of("/etc/shadow", "/etc/gshadow", "/etc/sudoers");
    private static final long PROBE_SECONDS = 10;

    /** The one at this path, where it runs a program in a box and that program finds neither network nor a place to write. */
    static Optional<Bubblewrap> probe(Path program, Path folder) {
        Bubblewrap found = new Bubblewrap(program);
        List<String> command = found.around(
                List.of(
                        "/bin/sh",
                        "-c",
                        "test $(wc -l < /proc/net/dev) -le 3 && ! touch /usr/tenon-probe 2>/dev/null && echo"
                                + " contained"),
                Path.of("/bin/sh"),
                folder,
                folder,
                true,
                Map.of("PATH", "/usr/bin:/bin"));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                    return Optional.empty();
                }
                String said =
                        new String(process.getInputStream().readNBytes(1000), java.nio.charset.StandardCharsets.UTF_8);
                return process.exitValue() == 0 && said.strip().equals("contained")
                        ? Optional.of(found)
                        : Optional.empty();
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The command that runs another in the box. */
    List<String> around(
            List<String> command,
            Path resolved,
            Path root,
            Path folder,
            boolean readOnly,
            Map<String, String> environment) {
        List<String> all = new ArrayList<>(List.of(
                program.toString(),
                "--unshare-all",
                "--die-with-parent",
                "--new-session",
                "--cap-drop",
                "ALL",
                "--clearenv"));
        for (String path : SYSTEM) {
            add(all, "--ro-bind-try", path, path);
        }
        for (String path : MASKED) {
            if (Files.exists(Path.of(path))) {
                add(all, "--ro-bind", "/dev/null", path);
            }
        }
        add(all, "--proc", "/proc");
        add(all, "--dev", "/dev");
        add(all, "--tmpfs", "/tmp");
        Path home = resolved.getParent();
        if (home != null && SYSTEM.stream().noneMatch(path -> home.startsWith(path)) && !home.startsWith(root)) {
            add(all, "--ro-bind", home.toString(), home.toString());
        }
        add(all, readOnly ? "--ro-bind" : "--bind", root.toString(), root.toString());
        add(all, "--chdir", folder.toString());
        environment.forEach((name, value) -> add(all, "--setenv", name, value));
        all.add("--");
        all.addAll(command);
        return all;
    }

    private static void add(List<String> all, String... more) {
        all.addAll(List.of(more));
    }
}
