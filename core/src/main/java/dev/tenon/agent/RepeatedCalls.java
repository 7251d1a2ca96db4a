package dev.tenon.agent;

import java.util.List;
import java.util.Objects;

/**
 * What becomes of the same tool call with the same arguments that gives the same result again and again within a turn: it is noticed ({@code tool.call.repeated}) and the model is given a hint, then
 * it is not run any more, then the run ends. Immutable. 0 means: never.
 *
 * @param hint when a call gave the same result so often in a row, the next one is told to the model as a repetition
 * @param refuse when so often, the next one is not run
 * @param end when so many calls were not run, the next one ends the run {@link dev.tenon.run.RunEnd.Limited}
 * @param except names of tools that are meant to be called until something changes; {@code *} stands for any characters
 */
public record RepeatedCalls(int hint, int refuse, int end, List<String> except) {
    /** Hint after three, refuse after five, end after five refusals. A model that read two hints and five refusals does not read the next. */
    public static final RepeatedCalls DEFAULT = new RepeatedCalls(3, 5, 5, List.of());

    /** Nothing is noticed. */
    public static final RepeatedCalls NONE = new RepeatedCalls(0, 0, 0, List.of());

    public RepeatedCalls {
        Objects.requireNonNull(except, "except");
        if (hint < 0 || refuse < 0 || end < 0) {
            throw new IllegalArgumentException(
                    "a number < 0: hint " + hint + ", refuse " + refuse + ", end " + end + "; 0 means never");
        }
        except = List.copyOf(except);
    }

    /** A copy that leaves these tools alone. */
    public RepeatedCalls except(String... names) {
        Objects.requireNonNull(names, "names");
        return new RepeatedCalls(hint, refuse, end, List.of(names));
    }
}
