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
        long plain = Math.max(0, usage.input() - usage.cacheRead() - usage.cacheWrite());
        BigDecimal sum = input.multiply(BigDecimal.valueOf(plain));
        sum = plus(sum, cacheRead, usage.cacheRead());
        sum = plus(sum, cacheWrite, usage.cacheWrite());
        return plus(sum, output, usage.output()).movePointLeft(6);
    }

    private static BigDecimal plus(BigDecimal sum, BigDecimal price, long tokens) {
        return tokens == 0 ? sum : sum.add(price.multiply(BigDecimal.valueOf(tokens)));
    }
}
