package dev.tenon.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Prints the last line of a test run: how many distinct fixture cases its tests read, or how many tests found none. */
public final class FixtureTotals {
    private FixtureTotals() {}

    /** Takes the project's folder and the name of the Maven run. */
    public static void main(String... args) throws IOException {
        System.out.println(line(Path.of(args[0]), args[1]));
    }

    static String line(Path root, String run) throws IOException {
        Set<String> read = new HashSet<>();
        long skipped = 0;
        for (Path counts : counts(root, run)) {
            for (String line : Files.readAllLines(counts)) {
                if (line.equals("skipped")) skipped++;
                else read.add(line);
            }
        }
        return skipped > 0 ? "fixtures absent: " + skipped + " tests skipped" : "fixtures: " + read.size() + " read";
    }

    /** Modules lie at most two folders deep, as in {@code examples/quickstart}. */
    private static List<Path> counts(Path root, String run) throws IOException {
        Path inModule = Path.of("target", Fixtures.COUNTS, run);
        try (Stream<Path> folders = Files.walk(root, 2)) {
            return folders.map(folder -> folder.resolve(inModule))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }
}
