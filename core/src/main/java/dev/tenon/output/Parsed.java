package dev.tenon.output;

import java.util.List;
import java.util.Objects;

/**
 * A value, and what had to be mended to get it. Immutable.
 *
 * @param fixes what was mended, in the order of the text, then of the value; of each kind at most the first 64
 * @param cost how far the value is from what was written: 0 where the text was JSON that fits. It grows with the kinds of fixes
 *     and only slowly with their number, so that a long document may be compared with a short one
 */
public record Parsed<T>(T value, List<Fix> fixes, int cost) {
    public Parsed {
        Objects.requireNonNull(fixes, "fixes");
        Objects.requireNonNull(value, "value");
        fixes = List.copyOf(fixes);
    }

    /** Whether the text was JSON that fits, with nothing around it. */
    public boolean untouched() {
        return fixes.isEmpty();
    }
}
