package dev.tenon.toolbox.files;

import java.time.Duration;
import java.util.Objects;

/**
 * How much one call of a file tool may read, write and look at. Immutable.
 *
 * @param readBytes of one result; a file may be longer and is then read in ranges
 * @param writeBytes of one file that is written, and of all that one call copies
 * @param scanBytes that one call may look through to find lines or matches
 * @param entries of one result: names, matches, lines of context counted as one match
 * @param visits files and folders that one call may look at
 * @param time of one search
 */
public record FileLimits(long readBytes, long writeBytes, long scanBytes, int entries, int visits, Duration time) {
    /**
     * 128 KiB a result (about 30,000 tokens), 8 MiB a written file, 256 MiB and 10 s a search, 1,000 entries, 100,000 visits: a large source tree is searched, and no result fills a model's
     * window.
     */
    public static final FileLimits DEFAULT =
            new FileLimits(128 << 10, 8 << 20, 256 << 20, 1000, 100_000, Duration.ofSeconds(10));

    public FileLimits {
        check("readBytes", readBytes);
        check("writeBytes", writeBytes);
        check("scanBytes", scanBytes);
        check("entries", entries);
        check("visits", visits);
        if (readBytes > 1 << 30 || writeBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "readBytes and writeBytes may be 1 GiB at most, got " + readBytes + " and " + writeBytes);
        }
        Objects.requireNonNull(time, "time");
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time <= 0: " + time);
        }
    }

    private static void check(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " < 1: " + value);
        }
    }

    /** A copy with another most of a result, in bytes. */
    public FileLimits withReadBytes(long most) {
        return new FileLimits(most, writeBytes, scanBytes, entries, visits, time);
    }

    /** A copy with another most of a written file, in bytes. */
    public FileLimits withWriteBytes(long most) {
        return new FileLimits(readBytes, most, scanBytes, entries, visits, time);
    }

    /** A copy with another most of entries in a result. */
    public FileLimits withEntries(int most) {
        return new FileLimits(readBytes, writeBytes, scanBytes, most, visits, time);
    }

    /** A copy with another time for a search. */
    public FileLimits withTime(Duration most) {
        Objects.requireNonNull(most, "most");
        return new FileLimits(readBytes, writeBytes, scanBytes, entries, visits, most);
    }
}
