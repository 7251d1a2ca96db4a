package dev.tenon.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * The recorded data that lies beside the project, in {@code ../shared}.
 *
 * <p>Without that folder every method skips the calling test and counts it; with it, a file that cannot be read fails
 * the test. The last line of a test run says how many distinct cases were read or how many tests were skipped, so call
 * these methods from within a test (or its factory or argument source), not from a static initialiser.
 *
 * <p>Thread-safe.
 */
public final class Fixtures {
    /** Names this Maven run, so that counts of an earlier one are not added to it. */
    static final String RUN = System.getProperty("tenon.run", "ide");

    static final String COUNTS = "fixtures-read";

    private static final Pattern LEADING_ID = Pattern.compile("\\{\\s*\"id\"\\s*:\\s*\"([^\"\\\\]+)\"");

    private Fixtures() {}

    /**
     * The lines of {@code ../shared/fixtures/}<i>name</i>, each counted as a case read. Blank lines are left out.
     *
     * @param name a JSONL file, such as {@code sse/cases.jsonl}
     */
    public static List<String> cases(String name) {
        return cases(name, line -> true);
    }

    /**
     * The lines of {@code ../shared/fixtures/}<i>name</i> that are wanted, each counted as a case read.
     *
     * @param name a JSONL file, such as {@code providers/INDEX.jsonl}
     * @param wanted sees a whole line; what it refuses is neither returned nor counted
     */
    public static List<String> cases(String name, Predicate<String> wanted) {
        List<String> all = text(name).lines().toList();
        List<String> cases = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String line = all.get(i);
            if (line.isBlank() || !wanted.test(line)) continue;
            cases.add(line);
            ids.add(id(line, i + 1));
        }
        if (cases.isEmpty()) throw new AssertionError("no case wanted in " + find("fixtures", name));
        count(ids.stream().map(id -> "read " + name + " " + id).toList());
        return List.copyOf(cases);
    }

    /**
     * Counts a case that a program under test read by itself, given its {@link #path}. A case counts once a run, however
     * often and from whichever module it is read.
     *
     * @param name the JSONL file the case is from
     * @param id the case's {@code id}
     */
    public static void countRead(String name, String id) {
        count(List.of("read " + name + " " + id));
    }

    /** The text, in UTF-8, of {@code ../shared/fixtures/}<i>name</i>. Not counted. */
    public static String text(String name) {
        try {
            return Files.readString(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException("fixture cannot be read: " + name, e);
        }
    }

    /** The bytes of {@code ../shared/fixtures/}<i>name</i>. Not counted. */
    public static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException("fixture cannot be read: " + name, e);
        }
    }

    /** The existing file or folder {@code ../shared/fixtures/}<i>name</i>; the empty name is the folder itself. Not counted. */
    public static Path path(String name) {
        return find("fixtures", name);
    }

    /** The existing file or folder {@code ../shared/specs/}<i>name</i>. Not counted. */
    public static Path spec(String name) {
        return find("specs", name);
    }

    private static Path find(String folder, String name) {
        Path shared = root(module()).resolveSibling("shared");
        try {
            return find(shared, folder, name);
        } catch (TestAbortedException e) {
            count(List.of("skipped"));
            throw e;
        }
    }

    static Path find(Path shared, String folder, String name) {
        if (!Files.isDirectory(shared)) throw new TestAbortedException("no folder ../shared beside the project");
        Path path = shared.resolve(folder).resolve(name);
        if (!Files.isReadable(path)) throw new AssertionError("../shared is there, but cannot be read: " + path);
        return path;
    }

    static String id(String line, int number) {
        Matcher id = LEADING_ID.matcher(line);
        return id.lookingAt() ? id.group(1) : "line " + number;
    }

    private static synchronized void count(List<String> lines) {
        Path file = module().resolve("target").resolve(COUNTS).resolve(RUN);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot count fixtures in " + file, e);
        }
    }

    /** The folder of the module under test: Surefire names it, an IDE starts in it. */
    static Path module() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize();
    }

    /** The topmost of the folders above that holds a {@code pom.xml}: the project's own. */
    static Path root(Path module) {
        @Nullable Path root = null;
        for (Path at = module; at != null && Files.exists(at.resolve("pom.xml")); at = at.getParent()) root = at;
        if (root == null) throw new AssertionError("not started in a module of the project: " + module);
        return root;
    }
}
