package dev.tenon.checks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A module and its tests once more, with some sources changed: what is compiled of them takes the place of the classes
 * as built, and nothing on the disk is touched.
 */
public final class ChangedClasses extends ClassLoader {
    private final String ours;
    private final Map<String, byte[]> changed;

    private ChangedClasses(String ours, Map<String, byte[]> changed) {
        super(ChangedClasses.class.getClassLoader());
        this.ours = ours;
        this.changed = changed;
    }

    /**
     * The classes whose names begin with {@code ours}.
     *
     * @param sources by the names of their files
     * @throws IllegalStateException where the sources do not compile
     */
    public static ChangedClasses of(String ours, Map<String, String> sources) throws IOException {
        return new ChangedClasses(ours, compiled(sources));
    }

    private static Map<String, byte[]> compiled(Map<String, String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> made = new HashMap<>();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                JavaFileManager memory = new ForwardingJavaFileManager<JavaFileManager>(standard) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location, String type, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
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
            if (!compiler.getTask(said, memory, null, options, null, texts).call()) {
                throw new IllegalStateException("the changed sources do not compile:\n" + said);
            }
        }
        Map<String, byte[]> all = new HashMap<>();
        made.forEach((name, bytes) -> all.put(name, bytes.toByteArray()));
        return all;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(ours)) {
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

    private static byte[] built(String name, @Nullable URL place) throws ClassNotFoundException {
        if (place == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = place.openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static URL folder(URL place, String file) {
        String all = place.toString();
        try {
            return URI.create(all.substring(0, all.length() - file.length())).toURL();
        } catch (IOException e) {
            throw new IllegalStateException(all, e);
        }
    }
}
