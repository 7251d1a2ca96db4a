package dev.tenon.recall.store;

import dev.tenon.memory.MemoryStore;
import dev.tenon.testing.contract.MemoryStoreContract;

class InMemoryStoreTest extends MemoryStoreContract {
    private final InMemoryStore store = new InMemoryStore();

    @Override
    protected MemoryStore store() {
        return store;
    }
}
