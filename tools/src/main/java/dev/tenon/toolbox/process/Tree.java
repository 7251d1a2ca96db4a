package dev.tenon.toolbox.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process and all that came of it. It leads a group of its own where there is {@code setsid}: the system ends a group at once, also one whose members start each other faster than they could be
 * looked for. Who left the group is found as a descendant and, on Linux, by a mark in the environment, since a process whose parent has ended is nobody's descendant any more. One that leaves the
 * group and its parent and wipes its environment is found by none of these; only a box holds it.
 */
final class Tree {
    /** The mark's name; its value is another for each call. */
    static final String MARK = "TENON_PROCESS";

    private static final Path PROC = Path.of("/proc");

    /** A new round for as long as the one before found some: a process may start another while it is ended. */
    private static final int ROUNDS = 50;

    private static final long SIGNAL_SECONDS = 5;

    private final Process process;
    private final byte[] mark;
    private final boolean group;

    /** @param group whether the process leads a group of its own */
    Tree(Process process, String mark, boolean group) {
        this.process = process;
        this.group = group;
        this.mark = (MARK + "=" + mark).getBytes(StandardCharsets.US_ASCII);
    }

    /** Ends all of them. */
    void end() {
        if (group) {
            endGroup();
        }
        for (int round = 0; round < ROUNDS; round++) {
            Set<ProcessHandle> found = new HashSet<>();
            process.descendants().forEach(found::add);
            if (process.isAlive()) {
                found.add(process.toHandle());
            }
            marked(found);
            if (found.isEmpty()) {
                return;
            }
            found.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** The group's number is not given to another as long as it has a member; and where it has none, numbers go round once before one comes again. */
    private void endGroup() {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -s KILL -- -" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            // Without a shell there are only those that are found.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void marked(Set<ProcessHandle> found) {
        if (!Files.isDirectory(PROC)) {
            return;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path each : processes) {
                if (holds(each.resolve("environ"))) {
                    Optional<ProcessHandle> handle =
                            ProcessHandle.of(Long.parseLong(each.getFileName().toString()));
                    handle.filter(ProcessHandle::isAlive).ifPresent(found::add);
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // Without /proc there are only the descendants.
        }
    }

    private boolean holds(Path environ) {
        byte[] all;
        try {
            all = Files.readAllBytes(environ);
        } catch (IOException e) {
            return false; // somebody else's, or gone
        }
        outer:
        for (int i = 0; i + mark.length <= all.length; i++) {
            for (int j = 0; j < mark.length; j++) {
                if (all[i + j] != mark[j]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }
}
