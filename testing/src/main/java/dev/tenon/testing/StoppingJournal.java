package dev.tenon.testing;

import dev.tenon.error.Recovery;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A journal whose process dies at one append, before or after that is durable, and does nothing more: every append from then on throws. Stopped at each append in turn, and gone on with by the
 * journal below it, a run shows that it loses nothing and does nothing twice. Thread-safe.
 */
public final class StoppingJournal extends ForwardingJournal {
    /** The code of what a dead process would not even throw. */
    public static final String CODE = "testing.died";

    private final int at;
    private final boolean durable;
    private final AtomicInteger appends = new AtomicInteger();

    /**
     * Dies at an append.
     *
     * @param at which, from 1; {@link Integer#MAX_VALUE} for none
     * @param durable whether what is appended then is there afterwards
     */
    public StoppingJournal(Journal journal, int at, boolean durable) {
        super(Objects.requireNonNull(journal, "journal"));
        if (at < 1) {
            throw new IllegalArgumentException("at < 1: " + at);
        }
        this.at = at;
        this.durable = durable;
    }

    /** How many appends there have been, those that threw included. */
    public int appends() {
        return appends.get();
    }

    /** Whether it has died. */
    public boolean died() {
        return appends.get() >= at;
    }

    @Override
    protected void append(RunJournal own, List<JournalRecord> records) {
        Objects.requireNonNull(records, "records");
        int number = appends.incrementAndGet();
        if (number < at || number == at && durable) {
            Objects.requireNonNull(own, "own").append(records);
        }
        if (number >= at) {
            throw new JournalException(CODE, "the process died at append " + at, Recovery.NONE, null);
        }
    }
}
