package dev.tenon.toolbox.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A process and all that came of it. They are found as its descendants and, on Linux, by a mark in their environment, since a process whose parent has ended is nobody's descendant any more. One
 * that leaves its parent and wipes its environment is found by neither; only a box holds it.
 */
final class Tree {
    /** The mark's name; its value is another for each call. */
    static final String MARK = "TENON_PROCESS";

    private static final Path PROC = Path.of("/proc");

    /** A new round for as long as the one before found some: a process may start another while it is ended. */
    private static final int ROUNDS = 50;

    private final Process process;
    private final byte[] mark;

    Tree(Process process, String mark) {
        this.process = process;
        this.mark = (MARK + "=" + mark).getBytes(StandardCharsets.US_ASCII);
    }

    /** Ends all of them. */
    void end() {
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
