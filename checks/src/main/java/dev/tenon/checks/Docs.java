package dev.tenon.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages of {@code docs/} and the tests that hold their examples: what a page shows is compiled and run. */
public final class Docs {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```java\\R(.*?)^```");

    private Docs() {}

    /**
     * Checks that every {@code java} fence of a page stands, word by word, in the source of a test class of the module under test; white space may differ.
     * Returns how many there are.
     *
     * @param page such as {@code testing.md}
     */
    public static int examplesStandIn(String page, Class<?> test) {
        Path source = Fixtures.module()
                .resolve("src/test/java")
                .resolve(test.getName().replace('.', '/') + ".java");
        List<String> examples = examples(text(page));
        String code = spaceless(read(source));
        for (String example : examples) {
            if (!code.contains(spaceless(example))) {
                throw new AssertionError(
                        "docs/" + page + " shows what no test runs; put it into " + source + ":\n" + example);
            }
        }
        if (examples.isEmpty()) {
            throw new AssertionError("docs/" + page + " has no example");
        }
        return examples.size();
    }

    /** What a page says, so that a test can hold its tables too. */
    public static String text(String page) {
        return read(folder().resolve(page));
    }

    /** Where the pages are. */
    public static Path folder() {
        return Fixtures.root(Fixtures.module()).resolve("docs");
    }

    static List<String> examples(String page) {
        List<String> examples = new ArrayList<>();
        Matcher fences = FENCE.matcher(page);
        while (fences.find()) {
            examples.add(fences.group(1));
        }
        return examples;
    }

    static String spaceless(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be read: " + file, e);
        }
    }
}
