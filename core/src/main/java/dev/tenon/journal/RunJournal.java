package dev.tenon.journal;

import java.util.List;
import java.util.Objects;

/** The right to write the records of one run. Not thread-safe, but for {@link #close()}. */
public interface RunJournal extends AutoCloseable {
    /** The run's id. */
    String run();

    /** The fencing token: greater than that of every earlier owner of this run. A store refuses what an earlier owner still sends. */
    long token();

    /** The records as they stood when the run was taken, in order. */
    List<JournalRecord> records();

    /**
     * Adds records: all of them or none. When this returns they are as durable as the journal promises.
     *
     * @throws JournalException of code {@code journal.fenced} where the run was taken by another owner or given back, {@code journal.io} where they could not
     *     be written; none of them is there then
     */
    void append(List<JournalRecord> records);

    /**
     * A record as {@link #append} would write it: a journal that takes something out before it writes takes it out here too, so that what is given again can be held against what was written. Writes
     * nothing.
     */
    default JournalRecord written(JournalRecord record) {
        return Objects.requireNonNull(record, "record");
    }

    /** Gives the run back. Closing twice is the same as once. */
    @Override
    void close();
}
