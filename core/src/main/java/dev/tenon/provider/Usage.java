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

    /**
     * The member of {@link #extra()} that names what the host charged for by a price that a {@link Price} does not have, as a list: searches of its own, a cache
     * that lasts longer. While it is there the cost is a lower bound.
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
