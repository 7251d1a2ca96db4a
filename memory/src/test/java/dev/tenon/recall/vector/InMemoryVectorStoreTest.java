package dev.tenon.recall.vector;

import dev.tenon.testing.contract.VectorStoreContract;
import dev.tenon.vector.VectorStore;

class InMemoryVectorStoreTest extends VectorStoreContract {
    @Override
    protected VectorStore store() {
        return new InMemoryVectorStore();
    }
}
