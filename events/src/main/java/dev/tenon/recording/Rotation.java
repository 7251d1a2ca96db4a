package dev.tenon.recording;

/**
 * When a recording begins a new file, and what becomes of the old ones. Immutable.
 *
 * @param bytes what a file holds at most, but for a single event that is longer
 * @param gzip whether files that are full are compressed, which is done on a thread of its own
 * @param files how many full files are kept beside the one that is written; 0 for all
 */
public record Rotation(long bytes, boolean gzip, int files) {
    /** Files of 64 MiB, compressed, all kept. JSON of events shrinks to about a tenth. */
    public static final Rotation DEFAULT = new Rotation(64L << 20, true, 0);

    public Rotation {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes < 1: " + bytes);
        }
        if (files < 0) {
            throw new IllegalArgumentException("files < 0: " + files + "; 0 keeps all");
        }
    }

    /** A copy with files of another size. */
    public Rotation withBytes(long other) {
        return new Rotation(other, gzip, files);
    }

    /** A copy that compresses, or does not. */
    public Rotation withGzip(boolean other) {
        return new Rotation(bytes, other, files);
    }

    /** A copy that keeps so many full files. */
    public Rotation withFiles(int other) {
        return new Rotation(bytes, gzip, other);
    }
}
