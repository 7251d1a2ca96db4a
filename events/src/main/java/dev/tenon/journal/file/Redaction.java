package dev.tenon.journal.file;

import dev.tenon.journal.JournalRecord;
import java.util.List;
import java.util.Objects;

/**
 * Takes out of a record what must not be written. It is asked once for each record, before anything is written, on the thread that appends; what it takes out is
 * nowhere in the journal's files. Implementations are thread-safe.
 *
 * <p>A run that goes on later sees what was written: do not take out what it needs for that, such as the arguments of a call that waits for approval. It must give
 * the same for the same record: the input with which a run is asked for again is redacted, too, and held against the one that was.
 */
@FunctionalInterface
public interface Redaction {
    /** What stands where something was taken out. */
    String MARK = JournalRecord.REDACTED;

    /** Takes nothing out. */
    Redaction NONE = (run, record) -> record;

    /**
     * The record to write. Where this throws, nothing of the append is written.
     *
     * @param run the id of the run, which is written as it is
     */
    JournalRecord redact(String run, JournalRecord record);

    /**
     * Takes out the values at some places of the records' JSON form and leaves {@value #MARK} there.
     *
     * <p>A pattern is a JSON Pointer (RFC 6901) in which {@code *} stands for one member or item, and {@code **} for any number of steps:
     * <code>/input/password</code>, <code>/outcome/**&#47;token</code>, <code>/**&#47;cards/*</code>. It looks into what a program said and was told ({@code definition},
     * {@code input}, {@code outcome}, {@code payload}, {@code reserved}, {@code stop}, {@code end} and members unknown to this version), never at what the journal
     * itself needs.
     *
     * @throws IllegalArgumentException where a pattern is no pointer, or asks for what the journal needs
     */
    static Redaction of(String... patterns) {
        Objects.requireNonNull(patterns, "patterns");
        return new PatternRedaction(List.of(patterns));
    }

    /** This one, then another. */
    default Redaction then(Redaction other) {
        Objects.requireNonNull(other, "other");
        return (run, record) -> other.redact(run, redact(run, record));
    }
}
