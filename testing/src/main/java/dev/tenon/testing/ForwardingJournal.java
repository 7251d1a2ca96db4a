package dev.tenon.testing;

import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import java.util.List;
import java.util.Objects;

/** A journal that is another, but for what a subclass does at each append. Thread-safe where both are. */
public abstract class ForwardingJournal implements Journal {
    private final Journal journal;

    /** Forwards to this. */
    protected ForwardingJournal(Journal journal) {
        this.journal = Objects.requireNonNull(journal, "journal");
    }

    /** Called for each append: {@code own.append(records)} is what it would be without this. */
    protected abstract void append(RunJournal own, List<JournalRecord> records);

    @Override
    public RunJournal own(String run) {
        return new Own(journal.own(run));
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

    private final class Own implements RunJournal {
        private final RunJournal own;

        Own(RunJournal own) {
            this.own = own;
        }

        @Override
        public String run() {
            return own.run();
        }

        @Override
        public long token() {
            return own.token();
        }

        @Override
        public List<JournalRecord> records() {
            return own.records();
        }

        @Override
        public void append(List<JournalRecord> records) {
            ForwardingJournal.this.append(own, Objects.requireNonNull(records, "records"));
        }

        @Override
        public JournalRecord written(JournalRecord record) {
            return own.written(record);
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
