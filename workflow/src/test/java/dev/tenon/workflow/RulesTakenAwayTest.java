package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.ChangedClasses;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Takes away, one at a time, each place of the sources where something is said to be wrong with a definition, and sees that {@link BadDefinitionsTest} turns red. For that the sources are compiled once
 * more, in memory, so that each such place can be made silent.
 */
@Timeout(100)
class RulesTakenAwayTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern PLACE = Pattern.compile("\\b(problems|reading)\\.(wrong(?:At|Name)?\\()");

    /** What is said of documents that are too large for the table: each has a test of its own there. */
    private static final Pattern LARGE = Pattern.compile("\\s*Flaw\\.Rule\\.(ENCODING|SIGN|MANY|DEEP),");

    /** One for each of the two packages: gives what is told where it is heard, or, where a place is silent, where nobody hears it. */
    private static final String SILENCE = """
        package %s;
        public final class Silence {
            public static int silent = -1;
            private Silence() {}
            static %s at(int place, %s heard) {
                return place == silent ? new %s : heard;
            }
        }
        """;

    private final List<String> places = new ArrayList<>();

    private String numbered(Path file) throws IOException {
        String source = Files.readString(file);
        StringBuilder out = new StringBuilder();
        Matcher matcher = PLACE.matcher(source);
        while (matcher.find()) {
            if (LARGE.matcher(source).region(matcher.end(), source.length()).lookingAt()) {
                continue;
            }
            long line = source.substring(0, matcher.start()).lines().count();
            String silence = "Silence.at(" + places.size() + ", " + matcher.group(1) + ").";
            places.add(file.getFileName() + ":" + line);
            matcher.appendReplacement(out, Matcher.quoteReplacement(silence + matcher.group(2)));
        }
        return matcher.appendTail(out).toString();
    }

    private Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                if (PLACE.matcher(Files.readString(file)).find()) {
                    sources.put(SOURCES.relativize(file).toString(), numbered(file));
                }
            }
        }
        String at = "dev/tenon/workflow/";
        sources.put(at + "Silence.java", SILENCE.formatted("dev.tenon.workflow", "Problems", "Problems", "Problems()"));
        sources.put(
                at + "document/Silence.java",
                SILENCE.formatted("dev.tenon.workflow.document", "Reading", "Reading", "Reading(\"\", \"\")"));
        return sources;
    }

    private static void silence(ClassLoader again, int place) throws ReflectiveOperationException {
        for (String of : List.of("dev.tenon.workflow.Silence", "dev.tenon.workflow.document.Silence")) {
            again.loadClass(of).getField("silent").setInt(null, place);
        }
    }

    private static boolean red(Method test) throws ReflectiveOperationException {
        try {
            test.invoke(null);
            return false;
        } catch (InvocationTargetException e) {
            return true;
        }
    }

    @Test
    void withoutAnyOfThemATestIsRed() throws Exception {
        ChangedClasses again = ChangedClasses.of("dev.tenon.workflow.", sources());
        Method test = again.loadClass("dev.tenon.workflow.BadDefinitionsTest").getDeclaredMethod("wholeTable");
        test.setAccessible(true);
        assertThat(red(test)).as("all is well as long as nothing is silent").isFalse();
        List<String> green = new ArrayList<>();
        for (int place = 0; place < places.size(); place++) {
            silence(again, place);
            if (!red(test)) {
                green.add(places.get(place));
            }
        }
        assertThat(places).hasSizeGreaterThan(50);
        assertThat(green).as("nobody would notice if these said nothing").isEmpty();
    }
}
