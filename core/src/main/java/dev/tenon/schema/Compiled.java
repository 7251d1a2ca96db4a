package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A schema ready for use. Thread-safe: the nodes do not change any more, and shapes are kept in a concurrent map. */
final class Compiled {
    final Node root;

    /** Whether a validation must know through which resources it came, for {@code $dynamicRef}. */
    private final boolean scoped;

    private final ConcurrentMap<Shape.Key, Shape> shapes = new ConcurrentHashMap<>();

    Compiled(Node root, boolean scoped) {
        this.root = root;
        this.scoped = scoped;
    }

    boolean accepts(Node node, Json value) {
        try {
            return node.check(value, new Run(scoped), null, null);
        } catch (Undecided e) {
            return validate(node, value).isEmpty();
        }
    }

    List<Violation> validate(Node node, Json value) {
        try {
            if (node.check(value, new Run(scoped), null, null)) {
                return List.of();
            }
        } catch (Undecided e) {
            // Said again below, at its place.
        }
        At.Report report = new At.Report();
        node.check(value, new Run(scoped), At.root(report), null);
        return List.copyOf(report.violations);
    }

    Shape shape(Shape.Key key) {
        Shape known = shapes.get(key);
        return known == null ? shapes.computeIfAbsent(key, k -> new Shape(this, k)) : known;
    }
}
