package dev.tenon.workflow;

import dev.tenon.error.Recovery;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A journal whose process dies at one append, before or after that is durable. */
record DyingJournal(Journal journal, int at, boolean durable, AtomicInteger appends) implements Journal {
    static final String CODE = "test.died";

    DyingJournal(Journal journal, int at, boolean durable) {
        this(journal, at, durable, new AtomicInteger());
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
                if (number < at || number == at && durable) {
                    owned.append(records);
                }
                if (number >= at) {
                    throw new JournalException(CODE, "died at append " + at, Recovery.NONE, null);
                }
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
