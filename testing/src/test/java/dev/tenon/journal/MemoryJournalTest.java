package dev.tenon.journal;

import dev.tenon.testing.contract.JournalContract;

class MemoryJournalTest extends JournalContract {
    private final Journal journal = Journal.inMemory();

    @Override
    protected Journal journal() {
        return journal;
    }
}
