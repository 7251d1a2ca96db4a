package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One validation under way: its bounds, and for {@code $dynamicRef} the resources it came through. Not thread-safe. */
final class Run {
    /** Schemas within schemas that the stack of any thread has room for: some 300 KB. */
    static final int SHALLOW = 600;

    /**
     * Schemas within schemas on a stack of its own. A value is at most {@link Json#MAX_DEPTH} deep, which leaves twenty schemas a
     * level; what is deeper is a loop of {@code $dynamicRef}s, or meant to fill the stack.
     */
    static final int DEEP = 20 * Json.MAX_DEPTH;

    /** Schemas applied, in all: some seconds. */
    private static final long MAX_STEPS = 50_000_000;

    /** After so many, answers are kept: recursive choices would otherwise be worked out again on every level, 2^depth times. */
    private static final long CROWDED = 20_000;

    /** Steps that all patterns together may take beyond what is usual; {@link Regex} counts them. */
    long spareSteps = 20_000_000;

    private final boolean scoped;
    private final int limit;
    private final List<Resource> scope;

    /** By identity: the same value met twice, not two equal ones, which would take longer to tell than the answer. */
    private @Nullable Map<Node, Map<Json, Boolean>> answers;

    private long steps;
    private int depth;

    Run(boolean scoped, int limit) {
        this.scoped = scoped;
        this.limit = limit;
        this.scope = scoped ? new ArrayList<>() : List.of();
    }

    /** Notes that a schema begins. Whether its resource was entered, which {@link #leave} wants to know. */
    boolean enter(Node node) {
        if (++steps > MAX_STEPS) {
            throw new Undecided("the schema took more than " + MAX_STEPS + " steps on this value", null);
        }
        if (++depth > limit) {
            if (limit < DEEP) {
                throw new TooDeep();
            }
            throw new Undecided("the schema recurses more than " + DEEP + " times on this value", null);
        }
        if (!scoped || !scope.isEmpty() && scope.getLast() == node.resource) {
            return false;
        }
        scope.add(node.resource);
        return true;
    }

    void leave(boolean entered) {
        depth--;
        if (entered) {
            scope.removeLast();
        }
    }

    /** How deep it is; for {@link #backTo}. */
    long mark() {
        return (long) scope.size() << 32 | depth;
    }

    /** Goes back to where it was, after a check that was given up half way. */
    void backTo(long mark) {
        depth = (int) mark;
        int size = (int) (mark >>> 32);
        while (scope.size() > size) {
            scope.removeLast();
        }
    }

    /** Whether answers are kept by now. */
    boolean crowded() {
        return steps > CROWDED && !scoped;
    }

    @Nullable
    Boolean answer(Node node, Json value) {
        Map<Json, Boolean> known = answers == null ? null : answers.get(node);
        return known == null ? null : known.get(value);
    }

    void keep(Node node, Json value, boolean answer) {
        if (answers == null) {
            answers = new HashMap<>();
        }
        answers.computeIfAbsent(node, any -> new IdentityHashMap<>()).put(value, answer);
    }

    /** The schema that a dynamic anchor means here: of the outermost resource that has it. */
    @Nullable
    Node dynamic(String anchor) {
        for (Resource resource : scope) {
            Node node = resource.dynamicNodes.get(anchor);
            if (node != null) {
                return node;
            }
        }
        return null;
    }

    /** A larger stack is needed. */
    static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooDeep() {
            super(null, null, false, false);
        }
    }
}
