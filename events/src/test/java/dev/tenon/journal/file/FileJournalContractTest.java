package dev.tenon.journal.file;

import dev.tenon.journal.Journal;
import dev.tenon.testing.contract.JournalContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** A journal in files is a journal, whatever it promises and however small its files are. */
class FileJournalContractTest {
    abstract static class Files extends JournalContract {
        @TempDir
        Path folder;

        private final Fsync fsync;
        private final long segmentBytes;
        private @Nullable FileJournal journal;

        Files(Fsync fsync, long segmentBytes) {
            this.fsync = fsync;
            this.segmentBytes = segmentBytes;
        }

        @Override
        protected synchronized Journal journal() {
            if (journal == null) {
                journal = FileJournal.builder(folder.resolve("journal"))
                        .fsync(fsync)
                        .segmentBytes(segmentBytes)
                        .open();
            }
            return journal;
        }

        @Override
        protected boolean durable() {
            return true;
        }

        @Override
        protected Journal reopened() {
            close();
            return journal();
        }

        @AfterEach
        void close() {
            if (journal != null) {
                journal.close();
                journal = null;
            }
        }
    }

    @Nested
    class Always extends Files {
        Always() {
            super(Fsync.ALWAYS, FileJournal.SEGMENT_BYTES);
        }
    }

    @Nested
    class Batched extends Files {
        Batched() {
            super(Fsync.BATCHED, FileJournal.SEGMENT_BYTES);
        }
    }

    @Nested
    class NotForced extends Files {
        NotForced() {
            super(Fsync.NONE, FileJournal.SEGMENT_BYTES);
        }
    }

    /** Almost every append begins a new file. */
    @Nested
    class InSmallFiles extends Files {
        InSmallFiles() {
            super(Fsync.NONE, 1_000);
        }
    }

    /** What is deleted is dropped and small files are merged, again and again, each time the journal is closed. */
    @Nested
    class Compacted extends Files {
        Compacted() {
            super(Fsync.NONE, 2_000);
        }

        @Override
        protected Journal reopened() {
            ((FileJournal) journal()).compact();
            return super.reopened();
        }
    }
}
