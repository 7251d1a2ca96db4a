package dev.tenon.provider;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * What a model costs, in US$ per million tokens. Immutable.
 *
 * @param input input that is neither read from nor written to the cache
 */
public record Price(BigDecimal input, BigDecimal output, BigDecimal cacheRead, BigDecimal cacheWrite) {
    public Price {
        for (BigDecimal price : new BigDecimal[] {input, output, cacheRead, cacheWrite}) {
            if (Objects.requireNonNull(price, "price").signum() < 0) {
                throw new IllegalArgumentException("price < 0: " + price);
            }
        }
    }

    /** A price without one of its own for the cache: cached input costs as any other. */
    public static Price perMillion(String input, String output) {
        BigDecimal in = new BigDecimal(input);
        return new Price(in, new BigDecimal(output), in, in);
    }

    /** What this usage costs in US$, exact. */
    public BigDecimal of(Usage usage) {
        BigDecimal plain = BigDecimal.valueOf(Math.max(0, usage.input() - usage.cacheRead() - usage.cacheWrite()));
        return input.multiply(plain)
                .add(cacheRead.multiply(BigDecimal.valueOf(usage.cacheRead())))
                .add(cacheWrite.multiply(BigDecimal.valueOf(usage.cacheWrite())))
                .add(output.multiply(BigDecimal.valueOf(usage.output())))
                .movePointLeft(6);
    }
}
