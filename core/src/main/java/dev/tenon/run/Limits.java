package dev.tenon.run;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;

/**
 * How much a run and its children may use together. Immutable. 0 means: no limit.
 *
 * <p>Tokens and money are reserved before a model call and settled after it, so that children in parallel cannot overspend together: what is spent
 * passes a limit by no more than the error of the input's estimate, see {@link #inputTokens()}. Money counts where the price is known.
 *
 * @param steps model calls
 * @param toolCalls tool calls that run
 * @param inputTokens tokens of the requests. Before a call they are estimated from above, a token for every three bytes of UTF-8;
 *     text in which a token is shorter than that may pass the limit by the difference, in the calls that run at once
 * @param outputTokens tokens of the replies. The model is told to write no more than what is left. Runs in parallel wait for one another where one may need all
 *     that is left: give {@code max_output_tokens} to have them run at once
 * @param usd US$
 * @param wallTime while it runs; rest does not count
 */
public record Limits(int steps, int toolCalls, long inputTokens, long outputTokens, BigDecimal usd, Duration wallTime) {
    /** No limit at all. */
    public static final Limits NONE = new Limits(0, 0, 0, 0, BigDecimal.ZERO, Duration.ZERO);

    /** Fifty model calls: more than a useful turn takes, few enough that a loop is noticed by its bill. */
    public static final Limits DEFAULT = new Limits(50, 0, 0, 0, BigDecimal.ZERO, Duration.ZERO);

    /** Which limit. */
    public enum Kind {
        STEPS,
        TOOL_CALLS,
        INPUT_TOKENS,
        OUTPUT_TOKENS,
        USD,
        WALL_TIME,
        /** The same tool call with the same result again and again; how many is the agent's to say, not a component of this record. */
        SAME_CALLS
    }

    /**
     * A limit that ends a run. Immutable.
     *
     * @param used what had been used
     * @param allowed the limit
     */
    public record Reached(Kind limit, String used, String allowed) {

        public Reached {
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(used, "used");
            Objects.requireNonNull(allowed, "allowed");
        }

        /** For people: {@code limit of 50 steps reached: 50 used}. */
        public String message() {
            String unit = switch (limit) {
                case STEPS -> " steps";
                case TOOL_CALLS -> " tool calls";
                case INPUT_TOKENS -> " input tokens";
                case OUTPUT_TOKENS -> " output tokens";
                case USD -> " US$";
                case WALL_TIME -> " of wall time";
                case SAME_CALLS -> " same calls";
            };
            return "limit of " + allowed + unit + " reached: " + used + " used";
        }
    }

    public Limits {
        if (steps < 0 || toolCalls < 0 || inputTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException("a limit < 0: steps " + steps + ", toolCalls " + toolCalls
                    + ", inputTokens " + inputTokens + ", outputTokens " + outputTokens + "; 0 means no limit");
        }
        usd = usd == null ? BigDecimal.ZERO : usd;
        if (usd.signum() < 0) {
            throw new IllegalArgumentException("usd < 0: " + usd + "; 0 means no limit");
        }
        wallTime = wallTime == null ? Duration.ZERO : wallTime;
        if (wallTime.isNegative()) {
            throw new IllegalArgumentException("wallTime < 0: " + wallTime + "; 0 means no limit");
        }
    }

    /** A copy with this many model calls. */
    public Limits withSteps(int most) {
        return new Limits(most, toolCalls, inputTokens, outputTokens, usd, wallTime);
    }

    /** A copy with this many tool calls. */
    public Limits withToolCalls(int most) {
        return new Limits(steps, most, inputTokens, outputTokens, usd, wallTime);
    }

    /** A copy with this many tokens of requests. */
    public Limits withInputTokens(long most) {
        return new Limits(steps, toolCalls, most, outputTokens, usd, wallTime);
    }

    /** A copy with this many tokens of replies. */
    public Limits withOutputTokens(long most) {
        return new Limits(steps, toolCalls, inputTokens, most, usd, wallTime);
    }

    /** A copy with this much money, such as {@code "0.50"}. */
    public Limits withUsd(String most) {
        Objects.requireNonNull(most, "most");
        try {
            return new Limits(steps, toolCalls, inputTokens, outputTokens, new BigDecimal(most), wallTime);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("most: expected US$ as a number such as 0.25, got \"" + most + "\"", e);
        }
    }

    /** A copy with this much time. */
    public Limits withWallTime(Duration most) {
        Objects.requireNonNull(most, "most");
        return new Limits(steps, toolCalls, inputTokens, outputTokens, usd, most);
    }

    /** Whether tokens or money have to be reserved before a call. */
    boolean reserves() {
        return inputTokens > 0 || outputTokens > 0 || usd.signum() > 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Limits limits
                && limits.steps == steps
                && limits.toolCalls == toolCalls
                && limits.inputTokens == inputTokens
                && limits.outputTokens == outputTokens
                && limits.usd.compareTo(usd) == 0
                && limits.wallTime.equals(wallTime);
    }

    @Override
    public int hashCode() {
        return Objects.hash(steps, toolCalls, inputTokens, outputTokens, usd.stripTrailingZeros(), wallTime);
    }
}
