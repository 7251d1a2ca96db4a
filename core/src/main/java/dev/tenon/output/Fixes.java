package dev.tenon.output;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The fixes of one reading: all are counted, the first of each kind are kept. Not thread-safe. */
final class Fixes {
    /** The sixty-fifth pair of single quotes says what the first did. */
    static final int KEPT = 64;

    /** Three slips of one kind are as bad as three hundred: one habit of the writer. */
    private static final int COUNTED = 3;

    // Most readings have nothing to mend.
    private Map<Fix.Kind, Integer> counts = Map.of();
    private final List<Fix> kept = new ArrayList<>(0);

    /** Counts one; whether the next of this kind would still be kept, so that its words need not be made in vain. */
    boolean count(Fix.Kind kind) {
        begin();
        return counts.merge(kind, 1, Integer::sum) <= KEPT;
    }

    private void begin() {
        if (counts.isEmpty()) {
            counts = new EnumMap<>(Fix.Kind.class);
        }
    }

    void keep(Fix fix) {
        kept.add(fix);
    }

    void add(Fix fix) {
        if (count(fix.kind())) {
            keep(fix);
        }
    }

    void addAll(Fixes other) {
        if (other.counts.isEmpty()) {
            return;
        }
        begin();
        other.counts.forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
        kept.addAll(other.kept);
    }

    /** Whether a level was closed for which there was no bracket. */
    boolean bracketMissing() {
        return counts.containsKey(Fix.Kind.BRACKET) || counts.containsKey(Fix.Kind.CUT_OFF);
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    int cost() {
        int cost = 0;
        for (Map.Entry<Fix.Kind, Integer> count : counts.entrySet()) {
            cost += count.getKey().cost() * Math.min(count.getValue(), COUNTED);
        }
        return cost;
    }

    List<Fix> list() {
        return List.copyOf(kept);
    }
}
