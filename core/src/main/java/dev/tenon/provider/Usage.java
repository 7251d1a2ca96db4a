package dev.tenon.provider;

import dev.tenon.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The tokens of one or more calls. Immutable. All numbers are tokens, none is negative.
 *
 * <p>The normalised numbers mean the same for every provider: input includes what was read from and written to the cache, output includes reasoning.
 * The numbers as the provider reported them are beside, with nothing added up.
 *
 * @param input all tokens of the requests, cached ones included
 * @param output all tokens of the replies, reasoning included
 * @param cacheRead the part of input that was read from the provider's cache
 * @param cacheWrite the part of input that was written to the provider's cache
 * @param reasoning the part of output that is reasoning
 * @param unreported how many calls reported no usage, so that their tokens are missing here
 * @param reported the provider's own numbers under common names: input_tokens, output_tokens, total_tokens, cache_read_tokens, cache_write_tokens,
 *     reasoning_tokens, tool_prompt_tokens; of a sum of several calls empty
 */
public record Usage(
        long input,
        long output,
        long cacheRead,
        long cacheWrite,
        long reasoning,
        int unreported,
        Map<String, Long> reported,
        Map<String, Json> extra) {
    /** No call at all. */
    public static final Usage ZERO = new Usage(0, 0, 0, 0, 0, 0, Map.of(), Map.of());

    /** One call that reported no usage. */
    public static final Usage UNREPORTED = new Usage(0, 0, 0, 0, 0, 1, Map.of(), Map.of());

    /** The member of {@link #extra()} that {@link #charged()} reads: an object of numbers. */
    public static final String CHARGED = "charged";

    /** Of what is {@link #charged()}: the part of {@link #cacheWrite()} that the cache keeps for an hour, in tokens. */
    public static final String CACHE_WRITE_HOUR = "cache_write_1h";

    /**
     * The member of {@link #extra()} that has the tokens to be paid, where the host charges for fewer than it counts: {@code input_tokens} and
     * {@code output_tokens}, at the price of plain input and output.
     */
    public static final String BILLED = "billed";

    /**
     * The member of {@link #extra()} that names what the host charges for in a way that no {@link Price} can have, as a list: another service tier, a container by
     * the hour. While it is there the cost is a lower bound.
     */
    public static final String UNPRICED = "unpriced";

    public Usage {
        if (input < 0 || output < 0 || cacheRead < 0 || cacheWrite < 0 || reasoning < 0 || unreported < 0) {
            throw new IllegalArgumentException("a number of tokens < 0 in usage: input " + input + ", output " + output
                    + ", cacheRead " + cacheRead + ", cacheWrite " + cacheWrite + ", reasoning " + reasoning);
        }
        reported = reported == null || reported.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(reported));
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** Input and output of one call. */
    public static Usage of(long input, long output) {
        return new Usage(input, output, 0, 0, 0, 0, Map.of(), Map.of());
    }

    /**
     * What has a price of its own beside the tokens or among them, by the host's name for it: searches, and {@link #CACHE_WRITE_HOUR}. Only what was charged for, so
     * no number is 0. Of a sum of several calls empty.
     */
    public Map<String, Long> charged() {
        if (!(extra.get(CHARGED) instanceof Json.Obj counted)) return Map.of();
        Map<String, Long> charged = new LinkedHashMap<>();
        counted.forEach((name, number) -> {
            if (number instanceof Json.Num num && num.whole() && num.longValue() > 0)
                charged.put(name, num.longValue());
        });
        return Collections.unmodifiableMap(charged);
    }

    private boolean isNothing() {
        return input == 0
                && output == 0
                && cacheRead == 0
                && cacheWrite == 0
                && reasoning == 0
                && unreported == 0
                && bare();
    }

    private boolean bare() {
        return reported.isEmpty() && extra.isEmpty();
    }

    /** Input and output. */
    public long total() {
        return input + output;
    }

    /** The sum, without the reported numbers. */
    @SuppressWarnings(
            "ReferenceEquality") // A short way for the most frequent case; another nothing takes the long one to the
    // same sum.
    public Usage plus(Usage other) {
        Objects.requireNonNull(other, "other");
        if (bare() && other.isNothing()) {
            return this;
        }
        if (isNothing() && other.bare()) {
            return other;
        }
        return new Usage(
                input + other.input,
                output + other.output,
                cacheRead + other.cacheRead,
                cacheWrite + other.cacheWrite,
                reasoning + other.reasoning,
                unreported + other.unreported,
                Map.of(),
                Map.of());
    }
}
