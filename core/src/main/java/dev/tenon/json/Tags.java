package dev.tenon.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How members of a sealed interface are told apart: member {@value #MEMBER}, its value the simple name of the class in snake
 * case without the interface's name at its end. One rule for reading, writing and schemas.
 */
public final class Tags {
    /** The name of the member that holds the tag. */
    public static final String MEMBER = "type";

    private Tags() {}

    /**
     * The concrete classes of a sealed type by tag, in the order of their declaration; nested sealed interfaces are looked through.
     *
     * @throws IllegalArgumentException where the type is not sealed, is open somewhere, or two classes have one tag
     */
    public static Map<String, Class<?>> of(Class<?> sealed) {
        Objects.requireNonNull(sealed, "sealed");
        Class<?> root = root(sealed);
        if (root == null) {
            throw new IllegalArgumentException(sealed.getName() + " is not sealed");
        }
        Map<String, Class<?>> byTag = new LinkedHashMap<>();
        for (Class<?> leaf : leaves(sealed)) {
            Class<?> twin = byTag.putIfAbsent(tag(root, leaf), leaf);
            if (twin != null && twin != leaf) {
                throw new IllegalArgumentException(
                        sealed.getName() + ": " + twin.getName() + " and " + leaf.getName() + " have the same tag");
            }
        }
        return byTag;
    }

    /**
     * The outermost sealed interface or class above a class (or that class itself), by which its tag is made; null where there is none.
     * Of several the first declared counts.
     */
    static @Nullable Class<?> root(Class<?> type) {
        // The collections of newer JDKs are sealed too, and no union of anybody's.
        if (Json.class.isAssignableFrom(type) || type.getName().startsWith("java.")) {
            return null;
        }
        Class<?> above = type.getSuperclass() == null ? null : root(type.getSuperclass());
        if (above != null) {
            return above;
        }
        for (Class<?> parent : type.getInterfaces()) {
            above = root(parent);
            if (above != null) {
                return above;
            }
        }
        return type.isSealed() ? type : null;
    }

    static String tag(Class<?> root, Class<?> leaf) {
        String name = leaf.getSimpleName();
        String suffix = root.getSimpleName();
        if (name.length() > suffix.length() && name.endsWith(suffix)) {
            name = name.substring(0, name.length() - suffix.length());
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean word = Character.isUpperCase(c)
                    && i > 0
                    && (!Character.isUpperCase(name.charAt(i - 1))
                            || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))));
            if (word) {
                out.append('_');
            }
            out.append(Character.toLowerCase(c));
        }
        return out.toString();
    }

    private static List<Class<?>> leaves(Class<?> type) {
        List<Class<?>> found = new ArrayList<>();
        if (!type.isSealed()) {
            if (type.isInterface() || java.lang.reflect.Modifier.isAbstract(type.getModifiers())) {
                throw new IllegalArgumentException(type.getName()
                        + " is open: a tagged union needs sealed interfaces and" + " final classes all the way down");
            }
            found.add(type);
            return found;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            for (Class<?> leaf : leaves(permitted)) {
                if (!found.contains(leaf)) {
                    found.add(leaf);
                }
            }
        }
        return found;
    }
}
