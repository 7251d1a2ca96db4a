package dev.tenon.toolbox.process;

import java.time.Duration;
import java.util.Objects;

/**
 * How much a process may take. Immutable.
 *
 * @param time from its start to its end
 * @param shownBytes of each of its two outputs that a result shows; the middle of more is left out
 * @param outputBytes of both outputs together, after which it is ended
 * @param inputBytes that it may be given
 * @param arguments of one call, all together, in characters
 */
public record ProcessLimits(Duration time, int shownBytes, long outputBytes, int inputBytes, int arguments) {
    /** A minute, 32 KiB shown, 64 MiB written, 1 MiB read, 128 KiB of arguments (Linux takes that much in one). */
    public static final ProcessLimits DEFAULT =
            new ProcessLimits(Duration.ofMinutes(1), 32 << 10, 64L << 20, 1 << 20, 128 << 10);

    public ProcessLimits {
        Objects.requireNonNull(time, "time");
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time <= 0: " + time);
        }
        if (shownBytes < 100 || outputBytes < 1 || inputBytes < 0 || arguments < 1) {
            throw new IllegalArgumentException("limits of a process must be positive, and 100 bytes shown at least: "
                    + shownBytes + ", " + outputBytes + ", " + inputBytes + ", " + arguments);
        }
    }

    /** A copy with another time. */
    public ProcessLimits withTime(Duration most) {
        Objects.requireNonNull(most, "most");
        return new ProcessLimits(most, shownBytes, outputBytes, inputBytes, arguments);
    }

    /** A copy with other bounds of the output, in bytes. */
    public ProcessLimits withOutput(int shown, long most) {
        return new ProcessLimits(time, shown, most, inputBytes, arguments);
    }
}
