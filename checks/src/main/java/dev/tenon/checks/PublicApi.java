package dev.tenon.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What users of a module can call: the public types of the packages that its {@code module-info} exports, with their
 * public and protected constructors and methods.
 */
final class PublicApi {
    private static final String PRODUCT = "dev/tenon";

    private static final Pattern EXPORT = Pattern.compile("exports ([a-z.0-9]+)\\s*;");

    private PublicApi() {}

    /** The public types, nested ones too, of the module whose folder is the current one. Sorted by name. */
    static List<Class<?>> types() {
        Set<String> exported = exports(Path.of("src/main/java/module-info.java"));
        return types(Path.of(System.getProperty("tenon.classes", "target/classes")))
                .filter(type -> exported.contains(type.getPackageName()))
                .sorted(Comparator.comparing(Class::getName))
                .toList();
    }

    /** The public types of the product that are on the class path, whichever module they are in, without {@code tests}. */
    static List<Class<?>> everything(Class<?> tests) {
        URI ofTests = URI.create(tests.getProtectionDomain().getCodeSource().getLocation() + PRODUCT + "/");
        try {
            var types = new ArrayList<Class<?>>();
            for (URL root : Collections.list(PublicApi.class.getClassLoader().getResources(PRODUCT + "/"))) {
                if (root.toURI().equals(ofTests)) continue;
                if (root.getProtocol().equals("file")) {
                    types(Path.of(root.toURI()).resolve("../..").normalize()).forEach(types::add);
                    continue;
                }
                try (FileSystem jar = FileSystems.newFileSystem(root.toURI(), Map.of())) {
                    types(jar.getPath("/")).forEach(types::add);
                }
            }
            types.removeIf(type -> type.getPackageName().equals(PublicApi.class.getPackageName()));
            types.sort(Comparator.comparing(Class::getName));
            return types;
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError("the class path could not be read", e);
        }
    }

    private static Stream<Class<?>> types(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            return files
                    .map(file -> classes.relativize(file).toString().replace('/', '.'))
                    .filter(name -> name.startsWith("dev.tenon.") && name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(name -> !name.endsWith("package-info"))
                    .<Class<?>>map(PublicApi::type)
                    .filter(PublicApi::seen)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new LinkageError(name + " could not be loaded", e);
        }
    }

    private static Set<String> exports(Path descriptor) {
        try {
            return EXPORT.matcher(Files.readString(descriptor))
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean seen(Class<?> type) {
        if (type.isAnonymousClass() || type.isLocalClass() || type.isSynthetic() || type.isAnnotation()) return false;
        for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
            if (!seen(each.getModifiers())) return false;
        }
        return true;
    }

    private static boolean seen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    /** What of {@code type} is written in its source, can be called from outside, and takes something. Sorted. */
    static List<Executable> calls(Class<?> type) {
        var calls = new ArrayList<Executable>();
        if (!Modifier.isAbstract(type.getModifiers()) && !type.isEnum()) {
            for (Constructor<?> each : type.getDeclaredConstructors()) {
                if (seen(each.getModifiers()) && !each.isSynthetic()) calls.add(each);
            }
        }
        for (Method each : type.getDeclaredMethods()) {
            boolean ofTheCompiler =
                    each.isSynthetic() || type.isEnum() && each.getName().equals("valueOf");
            boolean ofObject = each.getName().equals("equals") && each.getParameterCount() == 1;
            if (seen(each.getModifiers()) && !ofTheCompiler && !ofObject) calls.add(each);
        }
        calls.removeIf(call -> call.getParameterCount() == 0);
        calls.sort(Comparator.comparing(PublicApi::name));
        return calls;
    }

    /** {@code Type.method(String name, int size)}, with the names of the parameters. */
    static String name(Executable call) {
        String name = call instanceof Method method ? "." + method.getName() : "";
        return Arrays.stream(call.getParameters())
                .map(parameter -> parameter.getType().getSimpleName() + " " + parameter.getName())
                .collect(Collectors.joining(", ", call.getDeclaringClass().getTypeName() + name + "(", ")"));
    }

    /** Whether null is no value of it: a reference that is not {@code @Nullable}, all packages being null-marked. */
    static boolean refusesNull(Parameter parameter) {
        if (parameter.getType().isPrimitive()) return false;
        AnnotatedType type = parameter.getAnnotatedType();
        if (type.isAnnotationPresent(Nullable.class)) return false;
        return !(type instanceof AnnotatedTypeVariable variable && mayBeNull(variable));
    }

    /** {@code <T extends @Nullable Object>}. */
    private static boolean mayBeNull(AnnotatedTypeVariable type) {
        return Arrays.stream(((TypeVariable<?>) type.getType()).getAnnotatedBounds())
                .anyMatch(bound -> bound.isAnnotationPresent(Nullable.class));
    }
}
