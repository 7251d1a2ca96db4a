package dev.tenon.gemini;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Arguments that come in pieces, each with its place ({@code partialArgs}, reference of Vertex AI, "FunctionCall", 2026). Not thread-safe.
 *
 * <p>The wire has no text of the arguments, so this makes it. Pieces come in the order of a document and are written as they come, so that a watcher
 * sees the text grow. Should one come for a place that the text has passed, the text is made of a tree from then on, and what a watcher sees of it
 * stops there.
 */
final class PartialArguments {
    /**
     * One piece.
     *
     * @param steps its place, see {@link JsonPath}
     * @param goesOn whether the value is a text of which more comes
     */
    record Piece(List<Object> steps, Json value, boolean goesOn) {}

    /** Pieces that make no document. */
    static final class Misplaced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misplaced(String what) {
            super(what);
        }
    }

    /** An object or a list that is open in the text. */
    private static final class Open {
        final Object step;
        final boolean list;
        final Set<String> names = new HashSet<>(4);
        int count;

        Open(Object step, boolean list) {
            this.step = step;
            this.list = list;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    /** The place of a text that goes on. */
    private List<Object> growing = List.of();

    private @Nullable ArgumentTree tree;

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /**
     * Takes a piece. Returns what it adds to the text.
     *
     * @throws Misplaced where no document has a value at this place
     */
    String add(Piece piece) {
        if (tree != null) {
            tree.put(piece);
            return "";
        }
        int before = text.length();
        if (!growing.isEmpty() && growing.equals(piece.steps())) {
            append(piece);
        } else if (!value(piece)) {
            ArgumentTree made = new ArgumentTree();
            pieces.forEach(made::put);
            made.put(piece);
            tree = made;
            return "";
        }
        pieces.add(piece);
        return text.substring(before);
    }

    /** The call is whole. Returns what that adds to the text. */
    String close() {
        if (tree != null) return "";
        int before = text.length();
        endText();
        closeDownTo(0);
        return text.substring(before);
    }

    /** The text; of a call that is not whole, as far as it came. */
    String text() {
        return tree == null ? text.toString() : tree.toString();
    }

    private void append(Piece piece) {
        if (piece.value() instanceof Json.Str more) text.append(inner(more));
        if (!piece.goesOn()) endText();
    }

    private void endText() {
        if (growing.isEmpty()) return;
        text.append('"');
        growing = List.of();
    }

    /** Says whether the text has not passed the place. */
    private boolean value(Piece piece) {
        List<Object> steps = piece.steps();
        endText();
        if (open.isEmpty()) begin("", steps.get(0));
        int shared = 1;
        while (shared < open.size()
                && shared < steps.size()
                && open.get(shared).step.equals(steps.get(shared - 1))) {
            shared++;
        }
        closeDownTo(shared);
        for (int depth = shared; depth <= steps.size(); depth++) {
            Object step = steps.get(depth - 1);
            if (!next(open.get(depth - 1), step)) return false;
            if (depth < steps.size()) begin(step, steps.get(depth));
        }
        write(piece);
        return true;
    }

    private void begin(Object step, Object first) {
        boolean list = first instanceof Integer;
        open.add(new Open(step, list));
        text.append(list ? '[' : '{');
    }

    private void closeDownTo(int depth) {
        while (open.size() > depth) {
            text.append(open.removeLast().list ? ']' : '}');
        }
    }

    /** Writes what stands before a value here; false where this is not the next place. */
    private boolean next(Open container, Object step) {
        boolean next = container.list
                ? step.equals(container.count)
                : step instanceof String name && container.names.add(name);
        if (!next) return false;
        if (container.count++ > 0) text.append(',');
        if (step instanceof String name) text.append(Json.of(name)).append(':');
        return true;
    }

    private void write(Piece piece) {
        if (piece.goesOn() && piece.value() instanceof Json.Str begins) {
            text.append('"').append(inner(begins));
            growing = piece.steps();
        } else {
            text.append(piece.value());
        }
    }

    /** A text as JSON, without its quotes. */
    private static String inner(Json.Str part) {
        String quoted = part.toString();
        return quoted.substring(1, quoted.length() - 1);
    }
}
