package dev.tenon.run;

import dev.tenon.error.Recovery;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A journal whose process dies at one append, before or after it is durable, and does nothing more. */
final class StoppingJournal implements Journal {
    /** What a dead process would not even throw. */
    static final String CODE = "testing.died";

    private final Journal journal;
    private final int at;
    private final boolean durable;
    private final AtomicInteger appends = new AtomicInteger();

    StoppingJournal(Journal journal, int at, boolean durable) {
        this.journal = journal;
        this.at = at;
        this.durable = durable;
    }

    int appends() {
        return appends.get();
    }

    boolean died() {
        return appends.get() >= at;
    }

    @Override
    public RunJournal own(String run) {
        RunJournal owned = journal.own(run);
        return new RunJournal() {
            @Override
            public String run() {
                return owned.run();
            }

            @Override
            public long token() {
                return owned.token();
            }

            @Override
            public List<JournalRecord> records() {
                return owned.records();
            }

            @Override
            public void append(List<JournalRecord> records) {
                int number = appends.incrementAndGet();
                if (number == at && durable) {
                    owned.append(records);
                }
                if (number >= at) {
                    throw new JournalException(CODE, "the process died at append " + at, Recovery.NONE, null);
                }
                owned.append(records);
            }

            @Override
            public JournalRecord written(JournalRecord record) {
                return owned.written(record);
            }

            @Override
            public void close() {
                owned.close();
            }
        };
    }

    @Override
    public List<JournalRecord> read(String run) {
        return journal.read(run);
    }

    @Override
    public List<String> runs() {
        return journal.runs();
    }

    @Override
    public boolean delete(String run) {
        return journal.delete(run);
    }
}
