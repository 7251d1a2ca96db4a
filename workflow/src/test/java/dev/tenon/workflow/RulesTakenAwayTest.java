package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
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

    private static Map<String, byte[]> compiled(Map<String, String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> made = new HashMap<>();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                JavaFileManager memory = new ForwardingJavaFileManager<JavaFileManager>(standard) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
                        return new SimpleJavaFileObject(URI.create("memory:///" + type.replace('.', '/')), kind) {
                            @Override
                            public OutputStream openOutputStream() {
                                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                                made.put(type, bytes);
                                return bytes;
                            }
                        };
                    }
                }) {
            List<JavaFileObject> texts = new ArrayList<>();
            sources.forEach((name, text) ->
                    texts.add(new SimpleJavaFileObject(URI.create("memory:///" + name), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return text;
                        }
                    }));
            List<String> options =
                    List.of("--release", "21", "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(said, memory, null, options, null, texts)
                            .call())
                    .as(said.toString())
                    .isTrue();
        }
        Map<String, byte[]> all = new HashMap<>();
        made.forEach((name, bytes) -> all.put(name, bytes.toByteArray()));
        return all;
    }

    /** The module and its tests once more, with some classes in another form. */
    private static final class Again extends ClassLoader {
        private final Map<String, byte[]> changed;

        Again(Map<String, byte[]> changed) {
            super(RulesTakenAwayTest.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.tenon.workflow.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> found = findLoadedClass(name);
                if (found != null) {
                    return found;
                }
                byte[] bytes = changed.containsKey(name) ? changed.get(name) : built(name);
                return defineClass(name, bytes, 0, bytes.length);
            }
        }

        private byte[] built(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        void silent(int place) throws ReflectiveOperationException {
            for (String of : List.of("dev.tenon.workflow.Silence", "dev.tenon.workflow.document.Silence")) {
                loadClass(of).getField("silent").setInt(null, place);
            }
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
        Again again = new Again(compiled(sources()));
        Method test = again.loadClass("dev.tenon.workflow.BadDefinitionsTest").getDeclaredMethod("wholeTable");
        test.setAccessible(true);
        assertThat(red(test)).as("all is well as long as nothing is silent").isFalse();
        List<String> green = new ArrayList<>();
        for (int place = 0; place < places.size(); place++) {
            again.silent(place);
            if (!red(test)) {
                green.add(places.get(place));
            }
        }
        assertThat(places).hasSizeGreaterThan(50);
        assertThat(green).as("nobody would notice if these said nothing").isEmpty();
    }
}
