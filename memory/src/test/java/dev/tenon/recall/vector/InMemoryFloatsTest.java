package dev.tenon.recall.vector;

class InMemoryFloatsTest extends VectorStoreContract {
    @Override
    VectorStore store() {
        return new InMemoryVectorStore(Precision.FLOAT);
    }
}
