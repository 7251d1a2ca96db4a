package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Says what is to be said of a list of numbers. Sums are exact; quotients have 34 digits. */
final class Statistics {
    private static final MathContext DIGITS = MathContext.DECIMAL128;

    private Statistics() {}

    static Json of(List<BigDecimal> numbers) {
        if (numbers.isEmpty() || numbers.size() > 100_000) {
            throw Calculator.refused("there are " + numbers.size() + " numbers, wanted are 1 to 100000");
        }
        numbers.forEach(Calculator::bounded);
        List<BigDecimal> sorted = new ArrayList<>(numbers);
        Collections.sort(sorted);
        BigDecimal count = BigDecimal.valueOf(sorted.size());
        BigDecimal sum = sorted.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal mean = sum.divide(count, DIGITS);
        BigDecimal squares = BigDecimal.ZERO;
        for (BigDecimal each : sorted) {
            BigDecimal off = each.subtract(mean);
            squares = squares.add(off.multiply(off, DIGITS), DIGITS);
        }
        Json.ObjBuilder out = Json.object()
                .put("count", sorted.size())
                .put("sum", sum)
                .put("mean", plain(mean))
                .put("median", plain(quantile(sorted, "0.5")))
                .put("min", sorted.get(0))
                .put("max", sorted.get(sorted.size() - 1))
                .put("firstQuartile", plain(quantile(sorted, "0.25")))
                .put("thirdQuartile", plain(quantile(sorted, "0.75")));
        if (sorted.size() > 1) {
            BigDecimal variance = squares.divide(count.subtract(BigDecimal.ONE), DIGITS);
            out.put("variance", plain(variance)).put("standardDeviation", plain(variance.sqrt(DIGITS)));
        }
        return out.build();
    }

    /** Between the two nearest (type 7 of Hyndman and Fan, 1996: what R and NumPy do by default). */
    private static BigDecimal quantile(List<BigDecimal> sorted, String part) {
        BigDecimal place = new BigDecimal(part).multiply(BigDecimal.valueOf(sorted.size() - 1L));
        int below = place.intValue();
        BigDecimal low = sorted.get(below);
        BigDecimal high = sorted.get(Math.min(below + 1, sorted.size() - 1));
        return low.add(high.subtract(low).multiply(place.subtract(BigDecimal.valueOf(below))));
    }

    static BigDecimal plain(BigDecimal value) {
        BigDecimal bare = value.stripTrailingZeros();
        return bare.scale() < 0 && bare.scale() > -40 ? bare.setScale(0) : bare;
    }
}
