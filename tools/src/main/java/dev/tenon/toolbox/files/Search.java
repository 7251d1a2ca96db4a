package dev.tenon.toolbox.files;

import dev.tenon.scope.Scope;
import dev.tenon.toolbox.RefusedException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Walks a tree within bounds, and looks for lines. Links are named and never followed. Used for one call; not thread-safe. */
final class Search {
    /** Characters of a line that are looked at, and shown. */
    private static final int LINE = 10_000;

    private static final int SHOWN = 400;

    private final FileLimits limits;
    private final Predicate<String> hidden;
    private final Scope scope;
    private final long end;
    private int visits;
    private long scanned;
    private boolean binary;
    private Optional<String> stopped = Optional.empty();

    Search(FileLimits limits, Predicate<String> hidden, Scope scope) {
        this.limits = limits;
        this.hidden = hidden;
        this.scope = scope;
        this.end = scope.time().nanos() + limits.time().toNanos();
    }

    /** Is told of what is found. */
    @FunctionalInterface
    interface Visitor {
        /** Takes one entry; false ends the walk. */
        boolean visit(Folder folder, String name, String path, BasicFileAttributes attributes, int depth)
                throws IOException;
    }

    /** Ends a search from within. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super(null, null, false, false);
        }
    }

    /** Why the walk ended before it was through; empty where it did not. */
    Optional<String> stopped() {
        return stopped;
    }

    void walk(Folder start, String prefix, int depth, Visitor visitor) throws IOException {
        try {
            walk(start, prefix, 1, depth, visitor);
        } catch (Stopped e) {
            // stopped says why
        }
    }

    private boolean walk(Folder folder, String prefix, int depth, int deepest, Visitor visitor) throws IOException {
        for (String name : folder.names(limits.visits() - visits + 1)) {
            check();
            String path = prefix + name;
            if (PathRules.folded(name).startsWith(PathRules.OWN) || hidden.test(path)) {
                continue;
            }
            if (++visits > limits.visits()) {
                stop("looked at " + limits.visits() + " files and folders");
            }
            Optional<BasicFileAttributes> found = folder.attributes(name);
            if (found.isEmpty()) {
                continue;
            }
            if (!visitor.visit(folder, name, path, found.get(), depth)) {
                return false;
            }
            if (found.get().isDirectory() && depth < deepest && !inside(folder, name, path, depth, deepest, visitor)) {
                return false;
            }
        }
        return true;
    }

    private boolean inside(Folder above, String name, String path, int depth, int deepest, Visitor visitor)
            throws IOException {
        Folder folder;
        try {
            folder = above.child(name);
        } catch (AccessDeniedException | RefusedException e) {
            return true; // It may not be read, or something else was put in its place: it is named, and that is all.
        }
        try (folder) {
            return walk(folder, path + "/", depth + 1, deepest, visitor);
        }
    }

    void check() {
        scope.check();
        if (scope.time().nanos() - end > 0) {
            stop("took " + limits.time().toMillis() + " ms");
        }
    }

    void stop(String why) {
        stopped = Optional.of(why);
        throw new Stopped();
    }

    /** The lines of a plain file in which the pattern is found. */
    List<String> grep(Folder folder, String name, String path, LinearRegex regex, int around, boolean hardLinks)
            throws IOException {
        List<String> out = new ArrayList<>();
        Deque<String> before = new ArrayDeque<>();
        int after = 0;
        long number = 0;
        binary = false;
        try (SeekableByteChannel file = folder.read(name, hardLinks);
                java.io.Reader reader = new java.io.BufferedReader(Channels.newReader(
                        file,
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPLACE)
                                .onUnmappableCharacter(CodingErrorAction.REPLACE),
                        1 << 16))) {
            StringBuilder line = new StringBuilder();
            while (line(reader, line)) {
                number++;
                if (binary) {
                    return List.of();
                }
                check();
                boolean found = regex.find(line, this::check);
                String shown = line.length() > SHOWN
                        ? line.substring(0, Character.isHighSurrogate(line.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN) + "…"
                        : line.toString();
                if (found) {
                    while (!before.isEmpty()) {
                        out.add(before.removeFirst());
                    }
                    out.add(path + ":" + number + ": " + shown);
                    after = around;
                } else if (after > 0) {
                    after--;
                    out.add(path + "-" + number + "- " + shown);
                } else if (around > 0) {
                    before.addLast(path + "-" + number + "- " + shown);
                    if (before.size() > around) {
                        before.removeFirst();
                    }
                }
                if (out.size() > limits.entries()) {
                    return out;
                }
            }
        } catch (RefusedException e) {
            return List.of();
        }
        return out;
    }

    private boolean line(java.io.Reader reader, StringBuilder line) throws IOException {
        line.setLength(0);
        boolean any = false;
        while (true) {
            int c = reader.read();
            if (c < 0) {
                return any;
            }
            any = true;
            if (++scanned > limits.scanBytes()) {
                stop("looked through " + limits.scanBytes() + " characters");
            }
            if (c == 0) {
                binary = true; // No text: a file of nothing but zeros may be as long as it likes.
                return true;
            }
            if (c == '\n') {
                int length = line.length();
                if (length > 0 && line.charAt(length - 1) == '\r') {
                    line.setLength(length - 1);
                }
                return true;
            }
            if (line.length() < LINE) {
                line.append((char) c);
            } else if ((scanned & 0xFFFF) == 0) {
                check();
            }
        }
    }
}
