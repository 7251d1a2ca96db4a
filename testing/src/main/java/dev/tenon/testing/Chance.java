package dev.tenon.testing;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** A seeded source of choices: the same seed gives the same choices. Not thread-safe. */
public final class Chance {
    /** How deep nested values become: deep enough for every container in every other, shallow enough to be read when a test fails. */
    private static final int DEPTH = 4;

    private final SplittableRandom random;
    private int depth;

    /** The choices of this seed. */
    public Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A number from 0 to one less than the bound. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** A number from the least to the greatest, both included. */
    public long between(long least, long greatest) {
        return greatest == Long.MAX_VALUE
                ? least == Long.MIN_VALUE ? random.nextLong() : random.nextLong(least - 1, greatest) + 1
                : random.nextLong(least, greatest + 1);
    }

    /** True once in so many times. */
    public boolean oneIn(int times) {
        return below(times) == 0;
    }

    /** One of these, each as likely as the others. */
    public <T> T pick(List<T> choices) {
        Objects.requireNonNull(choices, "choices");
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("nothing to pick from");
        }
        return choices.get(below(choices.size()));
    }

    /** Makes a part of a value, one level deeper. */
    public <T> T inside(Gen<? extends T> part) {
        Objects.requireNonNull(part, "part");
        depth++;
        try {
            return part.next(this);
        } finally {
            depth--;
        }
    }

    /** Whether a value here is no part of another. */
    public boolean outermost() {
        return depth == 0;
    }

    /** Whether a value here should have no parts, or few, so that nesting ends. */
    public boolean deep() {
        return depth >= DEPTH;
    }
}
