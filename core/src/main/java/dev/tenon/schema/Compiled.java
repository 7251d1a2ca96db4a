package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** A schema ready for use. Thread-safe: the nodes do not change any more, and shapes are kept in a concurrent map. */
final class Compiled {
    /** In bytes: for {@link Run#DEEP} schemas one within the other at about 500 each, three times over. */
    private static final long LARGE_STACK = 16 << 20;

    final Node root;

    /** Whether a validation must know through which resources it came, for {@code $dynamicRef}. */
    private final boolean scoped;

    private final ConcurrentMap<Shape.Key, Shape> shapes = new ConcurrentHashMap<>();
    private final ConcurrentMap<List<Node>, Checkpoint> checkpoints = new ConcurrentHashMap<>();
    private final ConcurrentMap<StrictProfile, StrictSchema> strict = new ConcurrentHashMap<>();

    Compiled(Node root, boolean scoped) {
        this.root = root;
        this.scoped = scoped;
    }

    boolean accepts(Node node, Json value) {
        try {
            return node.check(value, new Run(scoped, Run.SHALLOW), null, null);
        } catch (Undecided | Run.TooDeep e) {
            return validate(node, value).isEmpty();
        }
    }

    List<Violation> validate(Node node, Json value) {
        try {
            return validate(node, value, Run.SHALLOW);
        } catch (Run.TooDeep e) {
            return onLargeStack(() -> validate(node, value, Run.DEEP));
        }
    }

    private List<Violation> validate(Node node, Json value, int limit) {
        try {
            if (node.check(value, new Run(scoped, limit), null, null)) {
                return List.of();
            }
        } catch (Undecided e) {
            // Said again below, at its place.
        }
        At.Report report = new At.Report();
        node.check(value, new Run(scoped, limit), At.root(report), null);
        return List.copyOf(report.violations);
    }

    /** Waits for a thread that lives as long as this call; an interrupt waits too, as the work is short and blocks on nothing. */
    private static List<Violation> onLargeStack(Supplier<List<Violation>> work) {
        FutureTask<List<Violation>> task = new FutureTask<>(work::get);
        Thread thread = new Thread(null, task, "tenon-schema", LARGE_STACK);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("a validation failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The strict form under a profile, written once. */
    StrictSchema strict(StrictProfile profile, JsonSchema schema) {
        StrictSchema known = strict.get(profile);
        if (known == null) {
            known = new StrictWriter(profile).write(schema);
            strict.put(profile, known);
        }
        return known;
    }

    /** The place that such schemas, all of them, describe. */
    Checkpoint checkpoint(List<Node> nodes) {
        Checkpoint known = checkpoints.get(nodes);
        if (known == null) {
            known = new Checkpoint(this, List.copyOf(nodes), false);
            checkpoints.put(List.copyOf(nodes), known);
        }
        return known;
    }

    /** The place of the whole value. Through a {@code $dynamicRef} it matters how one came, so nothing is checked apart. */
    Checkpoint checkpoint() {
        return scoped ? new Checkpoint(this, List.of(root), true) : checkpoint(List.of(root));
    }

    Shape shape(Shape.Key key) {
        Shape known = shapes.get(key);
        return known == null ? shapes.computeIfAbsent(key, k -> new Shape(this, k)) : known;
    }
}
