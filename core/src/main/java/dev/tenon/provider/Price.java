package dev.tenon.provider;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a model costs, in US$ per million tokens. Immutable.
 *
 * @param input input that is neither read from nor written to the cache
 * @param cacheWrite input that is written to the cache for as long as the host keeps it by default
 * @param others what else the host charges for, by its name in {@link Usage#charged()}, in US$ per million of it: tokens and searches alike, so a search at $10 a
 *     thousand is 10,000. {@link Usage#CACHE_WRITE_HOUR} takes the place of {@code cacheWrite} for the tokens it counts; all others come on top
 */
public record Price(
        BigDecimal input,
        BigDecimal output,
        BigDecimal cacheRead,
        BigDecimal cacheWrite,
        Map<String, BigDecimal> others) {
    public Price {
        check(input, "input");
        check(output, "output");
        check(cacheRead, "cacheRead");
        check(cacheWrite, "cacheWrite");
        others = others == null || others.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(others));
        others.forEach((name, price) -> check(price, name));
    }

    /** One of tokens alone. */
    public Price(BigDecimal input, BigDecimal output, BigDecimal cacheRead, BigDecimal cacheWrite) {
        this(input, output, cacheRead, cacheWrite, Map.of());
    }

    private static void check(BigDecimal price, String name) {
        if (Objects.requireNonNull(price, name).signum() < 0) {
            throw new IllegalArgumentException("price < 0: " + name + " " + price);
        }
    }

    private static BigDecimal usd(String text, String name) {
        try {
            return new BigDecimal(Objects.requireNonNull(text, name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    name + ": expected US$ as a number such as 0.25, got \"" + text + "\"", e);
        }
    }

    /** A price without one of its own for the cache: cached input costs as any other. */
    public static Price perMillion(String input, String output) {
        Objects.requireNonNull(output, "output");
        BigDecimal in = usd(input, "input");
        return new Price(in, usd(output, "output"), in, in);
    }

    /** A copy with a price of its own for this, in US$ per million of it, see {@link #others()}. */
    public Price with(String charged, String usdPerMillion) {
        Map<String, BigDecimal> more = new LinkedHashMap<>(others);
        more.put(Objects.requireNonNull(charged, "charged"), usd(usdPerMillion, "usdPerMillion"));
        return new Price(input, output, cacheRead, cacheWrite, more);
    }

    /** What this usage costs in US$, exact; without what {@link #covers} says has no price here. */
    public BigDecimal of(Usage usage) {
        Objects.requireNonNull(usage, "usage");
        Map<String, Long> charged = usage.charged();
        long hour = others.containsKey(Usage.CACHE_WRITE_HOUR)
                ? Math.min(usage.cacheWrite(), charged.getOrDefault(Usage.CACHE_WRITE_HOUR, 0L))
                : 0;
        BigDecimal sum = tokens(usage, hour);
        for (Map.Entry<String, Long> one : charged.entrySet()) {
            BigDecimal price = others.getOrDefault(one.getKey(), BigDecimal.ZERO);
            sum = plus(sum, price, one.getKey().equals(Usage.CACHE_WRITE_HOUR) ? hour : one.getValue());
        }
        return sum.movePointLeft(6);
    }

    private BigDecimal tokens(Usage usage, long hour) {
        if (usage.extra().get(Usage.BILLED) instanceof Json.Obj billed) {
            BigDecimal paid = input.multiply(BigDecimal.valueOf(number(billed, "input_tokens")));
            return plus(paid, output, number(billed, "output_tokens"));
        }
        long plain = Math.max(0, usage.input() - usage.cacheRead() - usage.cacheWrite());
        BigDecimal sum = input.multiply(BigDecimal.valueOf(plain));
        sum = plus(sum, cacheRead, usage.cacheRead());
        sum = plus(sum, cacheWrite, usage.cacheWrite() - hour);
        return plus(sum, output, usage.output());
    }

    private static long number(Json.Obj billed, String name) {
        return billed.get(name).orElse(Json.NULL) instanceof Json.Num number && number.whole() ? number.longValue() : 0;
    }

    /** Whether all that was charged has a price here; where not, {@link #of} is a lower bound. */
    public boolean covers(Usage usage) {
        Objects.requireNonNull(usage, "usage");
        return !usage.extra().containsKey(Usage.UNPRICED)
                && others.keySet().containsAll(usage.charged().keySet());
    }

    private static BigDecimal plus(BigDecimal sum, BigDecimal price, long number) {
        return number == 0 ? sum : sum.add(price.multiply(BigDecimal.valueOf(number)));
    }
}
