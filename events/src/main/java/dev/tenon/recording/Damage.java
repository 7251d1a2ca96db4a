package dev.tenon.recording;

import java.util.Objects;

/**
 * A line of a recording that holds no event. Immutable.
 *
 * @param file the file's name
 * @param line the number of the line, from 1
 * @param cut whether it is the half-written last line that a crash leaves behind, which is no event yet, rather than one that was spoiled
 * @param what what is wrong, for people
 */
public record Damage(String file, long line, boolean cut, String what) {
    public Damage {
        Objects.requireNonNull(file, "file");
        what = what == null ? "" : what;
    }

    @Override
    public String toString() {
        return file + ":" + line + ": " + what;
    }
}
