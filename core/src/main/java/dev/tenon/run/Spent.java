package dev.tenon.run;

import dev.tenon.provider.Cost;
import dev.tenon.provider.Usage;
import java.util.Objects;

/**
 * What a run has used, its children included. Immutable.
 *
 * @param steps model calls
 * @param usage tokens, those of attempts that were thrown away included
 */
public record Spent(int steps, int toolCalls, Usage usage, Cost cost) {
    /** Nothing. */
    public static final Spent NOTHING = new Spent(0, 0, Usage.ZERO, Cost.ZERO);

    public Spent {
        usage = usage == null ? Usage.ZERO : usage;
        cost = cost == null ? Cost.ZERO : cost;
    }

    /** The sum. */
    public Spent plus(Spent other) {
        Objects.requireNonNull(other, "other");
        return new Spent(
                steps + other.steps, toolCalls + other.toolCalls, usage.plus(other.usage), cost.plus(other.cost));
    }
}
