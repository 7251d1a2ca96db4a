package dev.tenon.journal;

import java.util.List;

/**
 * Keeps the records of runs. Thread-safe.
 *
 * <p>A run has one owner at a time, who alone may append. Anybody may read. The id of a child run is the id of its parent, {@code /} and the key of the call:
 * {@code order-17/2/0}.
 */
public interface Journal {
    /**
     * Takes a run, new or not, for one owner. Close it when nothing more is to be written.
     *
     * @throws JournalException of code {@code journal.owned} where somebody else has it, {@code journal.io} where the journal cannot be read or written
     */
    RunJournal own(String run);

    /** The records of a run, in order; empty where there is no such run. Never a part of an append. */
    List<JournalRecord> read(String run);

    /** The ids of all runs, children included, in the order in which they began. */
    List<String> runs();

    /**
     * Forgets a run and its children. Says whether there was one.
     *
     * @throws JournalException of code {@code journal.owned} where somebody owns it or one of its children
     */
    boolean delete(String run);

    /** A journal in memory: it lasts as long as the object, and keeps everything. */
    static Journal inMemory() {
        return new MemoryJournal();
    }
}
