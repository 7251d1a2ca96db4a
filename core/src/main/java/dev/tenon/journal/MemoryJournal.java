package dev.tenon.journal;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Records in lists. */
final class MemoryJournal implements Journal {
    // Guarded by this.
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private long tokens;

    /** Records are only added, so that whoever has read some keeps a view of these and nothing is copied. */
    private static final class Run {
        private JournalRecord[] records = new JournalRecord[4];
        private int size;
        long owner;

        List<JournalRecord> records() {
            return Collections.unmodifiableList(Arrays.asList(records).subList(0, size));
        }

        boolean isEmpty() {
            return size == 0;
        }

        void append(List<JournalRecord> more) {
            if (size + more.size() > records.length) {
                records = Arrays.copyOf(records, Math.max(size + more.size(), records.length * 2));
            }
            for (JournalRecord record : more) {
                records[size++] = record;
            }
        }
    }

    @Override
    public synchronized RunJournal own(String id) {
        Objects.requireNonNull(id, "run");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a run needs an id, got \"\"");
        }
        Run run = runs.computeIfAbsent(id, unknown -> new Run());
        if (run.owner != 0) {
            throw JournalException.owned(id);
        }
        run.owner = ++tokens;
        return new Owned(id, run, run.owner, run.records());
    }

    @Override
    public synchronized List<JournalRecord> read(String id) {
        Run run = runs.get(Objects.requireNonNull(id, "run"));
        return run == null ? List.of() : run.records();
    }

    @Override
    public synchronized List<String> runs() {
        return runs.entrySet().stream()
                .filter(run -> !run.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public synchronized boolean delete(String id) {
        Objects.requireNonNull(id, "run");
        List<String> doomed = runs.keySet().stream()
                .filter(other -> other.equals(id) || other.startsWith(id + "/"))
                .toList();
        for (String one : doomed) {
            Run run = runs.get(one);
            if (run != null && run.owner != 0) {
                throw JournalException.owned(one);
            }
        }
        boolean there = !read(id).isEmpty();
        doomed.forEach(runs::remove);
        return there;
    }

    private synchronized void append(Owned owner, List<JournalRecord> more) {
        if (owner.of.owner != owner.token) {
            throw JournalException.fenced(owner.run);
        }
        if (owner.of.isEmpty() && !more.isEmpty()) {
            // It begins now, which may be later than it was taken.
            runs.remove(owner.run);
            runs.put(owner.run, owner.of);
        }
        owner.of.append(more);
    }

    private synchronized void release(Owned owner) {
        if (owner.of.owner == owner.token) {
            owner.of.owner = 0;
            if (owner.of.isEmpty()) {
                runs.remove(owner.run);
            }
        }
    }

    /** The right to write one run. */
    private final class Owned implements RunJournal {
        private final String run;
        private final Run of;
        private final long token;
        private final List<JournalRecord> found;

        Owned(String run, Run of, long token, List<JournalRecord> found) {
            this.run = run;
            this.of = of;
            this.token = token;
            this.found = found;
        }

        @Override
        public String run() {
            return run;
        }

        @Override
        public long token() {
            return token;
        }

        @Override
        public List<JournalRecord> records() {
            return found;
        }

        @Override
        public void append(List<JournalRecord> records) {
            MemoryJournal.this.append(this, List.copyOf(records));
        }

        @Override
        public void close() {
            release(this);
        }
    }
}
