package dev.tenon.schema;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Exact arithmetic on numbers of any size, without writing out the zeros of {@code 1e999999999}. */
final class Numbers {
    private Numbers() {}

    /** As {@link BigDecimal#compareTo}: doubles decide where they differ, as rounding keeps the order. */
    static int compare(Json.Num a, Json.Num b) {
        double x = a.doubleValue();
        double y = b.doubleValue();
        return x == y ? a.value().compareTo(b.value()) : Double.compare(x, y);
    }

    /** Whether a number is a whole multiple of a positive one. */
    static boolean isMultiple(BigDecimal value, BigDecimal of) {
        if (value.signum() == 0) {
            return true;
        }
        if (value.scale() == 0 && of.scale() == 0) {
            return value.unscaledValue().mod(of.unscaledValue()).signum() == 0;
        }
        BigInteger divisor = of.unscaledValue();
        long zeros = (long) of.scale() - value.scale();
        if (zeros >= 0) {
            // u·10^zeros must be 0 modulo the divisor: the power is taken modulo it, and never written out.
            BigInteger power = BigInteger.TEN.modPow(BigInteger.valueOf(zeros), divisor);
            return value.unscaledValue()
                            .mod(divisor)
                            .multiply(power)
                            .mod(divisor)
                            .signum()
                    == 0;
        }
        // The divisor gains zeros; with more of them than the value has digits it is too large to divide it.
        if (-zeros > value.precision()) {
            return false;
        }
        BigInteger scaled = divisor.multiply(BigInteger.TEN.pow((int) -zeros));
        return value.unscaledValue().mod(scaled).signum() == 0;
    }
}
