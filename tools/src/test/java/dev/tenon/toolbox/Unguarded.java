package dev.tenon.toolbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The tools and their tests once more, with one source file changed: what is compiled of it takes the place of the classes as built, and nothing on the disk is touched. */
final class Unguarded extends ClassLoader {
    private static final String OURS = "dev.tenon.toolbox.";

    private final Map<String, byte[]> changed;

    private Unguarded(Map<String, byte[]> changed) {
        super(Unguarded.class.getClassLoader());
        this.changed = changed;
    }

    static Unguarded of(Guard guard) throws IOException {
        return new Unguarded(compiled(guard.file(), guard.source()));
    }

    private static Map<String, byte[]> compiled(String file, String source) throws IOException {
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
            JavaFileObject text =
                    new SimpleJavaFileObject(URI.create("memory:///" + file), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return source;
                        }
                    };
            List<String> options =
                    List.of("--release", "21", "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
            if (!compiler.getTask(said, memory, null, options, null, List.of(text))
                    .call()) {
                throw new IllegalStateException(file + " without its guard is not compiled:\n" + said);
            }
        }
        Map<String, byte[]> all = new HashMap<>();
        made.forEach((name, bytes) -> all.put(name, bytes.toByteArray()));
        return all;
    }

    /** A test class, in this world, and its method of this name. */
    Method test(String place) throws ClassNotFoundException {
        String[] parts = place.split("#", 2);
        Class<?> type = loadClass(OURS + parts[0]);
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(parts[1]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no test " + place));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            return found == null ? made(name) : found;
        }
    }

    private Class<?> made(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        URL place = getParent().getResource(file);
        byte[] bytes = changed.get(name);
        if (bytes == null) {
            bytes = built(name, place);
        }
        ProtectionDomain domain = place == null
                ? null
                : new ProtectionDomain(new CodeSource(folder(place, file), (Certificate[]) null), null, this, null);
        return defineClass(name, bytes, 0, bytes.length, domain);
    }

    private static byte[] built(String name, @org.jspecify.annotations.Nullable URL place)
            throws ClassNotFoundException {
        if (place == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = place.openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }

    private static URL folder(URL place, String file) {
        String all = place.toString();
        try {
            return URI.create(all.substring(0, all.length() - file.length())).toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a class was changed; a change that compiles to the same is none. */
    Optional<String> any() {
        return changed.keySet().stream().findFirst();
    }
}
