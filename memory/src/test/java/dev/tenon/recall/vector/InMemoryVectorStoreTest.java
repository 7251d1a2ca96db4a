package dev.tenon.recall.vector;

class InMemoryVectorStoreTest extends VectorStoreContract {
    @Override
    VectorStore store() {
        return new InMemoryVectorStore();
    }
}
