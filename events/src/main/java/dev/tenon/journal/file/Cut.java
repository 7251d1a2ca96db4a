package dev.tenon.journal.file;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What was cut off the end of a journal when it was opened: the rest of a write that was going on when the process or the machine stopped. Immutable.
 *
 * @param segment the file
 * @param offset where it ends now, in bytes
 * @param bytes how many were behind that
 * @param flaw why they could not be read
 */
public record Cut(Path segment, long offset, long bytes, String flaw) {
    public Cut {
        Objects.requireNonNull(segment, "segment");
        Objects.requireNonNull(flaw, "flaw");
    }
}
