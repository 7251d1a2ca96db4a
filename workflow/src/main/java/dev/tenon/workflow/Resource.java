package dev.tenon.workflow;

import java.time.Duration;
import java.util.Objects;

/** Something of which a run has only so much, and that steps say they need. Immutable. */
public sealed interface Resource {
    /** How much there is. */
    int size();

    /**
     * So many at once; what a step took it gives back when it ends.
     *
     * @param size at least 1
     */
    record Pool(int size) implements Resource {
        public Pool {
            if (size < 1) {
                throw new IllegalArgumentException("a pool's size < 1: " + size);
            }
        }
    }

    /**
     * So many in any period; what a step took comes back that long after it was taken.
     *
     * @param size at least 1
     */
    record Rate(int size, Duration per) implements Resource {
        public Rate {
            if (size < 1) {
                throw new IllegalArgumentException("a rate's size < 1: " + size);
            }
            Objects.requireNonNull(per, "per");
            if (per.isNegative() || per.isZero()) {
                throw new IllegalArgumentException("a rate's period must be longer than nothing, got " + per);
            }
        }
    }
}
