package dev.tenon.provider;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * What calls cost. Immutable.
 *
 * @param usd US$, exact, of the calls whose price and usage are known
 * @param unknown how many calls had no known price or reported no usage; while this is not 0, {@code usd} is a lower bound
 */
public record Cost(BigDecimal usd, int unknown) {
    /** No call at all. */
    public static final Cost ZERO = new Cost(BigDecimal.ZERO, 0);

    /** One call of unknown cost. */
    public static final Cost UNKNOWN = new Cost(BigDecimal.ZERO, 1);

    public Cost {
        Objects.requireNonNull(usd, "usd");
    }

    /** The sum. */
    @SuppressWarnings(
            "ReferenceEquality") // A short way for the most frequent case; another nothing takes the long one to the
    // same sum.
    public Cost plus(Cost other) {
        Objects.requireNonNull(other, "other");
        if (other.unknown == 0 && other.usd.signum() == 0) {
            return this;
        }
        if (unknown == 0 && usd.signum() == 0) {
            return other;
        }
        return new Cost(usd.add(other.usd), unknown + other.unknown);
    }

    /** Whether every call's cost is known. */
    public boolean known() {
        return unknown == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cost cost && cost.unknown == unknown && cost.usd.compareTo(usd) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * unknown + usd.stripTrailingZeros().hashCode();
    }

    /** {@code US$ 0.0012}, or {@code unknown}, or {@code at least US$ 0.0012}. */
    @Override
    public String toString() {
        String sum = "US$ " + usd.stripTrailingZeros().toPlainString();
        return known() ? sum : usd.signum() == 0 ? "unknown" : "at least " + sum;
    }
}
