package dev.tenon.recall.vector;

import dev.tenon.provider.Embedding;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorMatch;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/** A store of vectors in this process only. Thread-safe. */
public final class InMemoryVectorStore implements VectorStore {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    // Guarded by the lock.
    private final VectorIndex index;

    /** An empty store, scanned in bytes. */
    public InMemoryVectorStore() {
        this(Precision.INT8);
    }

    /** An empty store. */
    public InMemoryVectorStore(Precision precision) {
        this.index = new VectorIndex(precision);
    }

    @Override
    public void add(List<VectorEntry> entries) {
        put(entries, false);
    }

    @Override
    public void upsert(List<VectorEntry> entries) {
        put(entries, true);
    }

    private void put(List<VectorEntry> entries, boolean mayReplace) {
        Objects.requireNonNull(entries, "entries");
        VectorIndex.alone(lock, () -> {
            for (VectorEntry entry : index.checked(entries, mayReplace)) {
                index.put(entry.id(), entry.vector(), entry.metadata(), index.held(entry));
            }
            return 0;
        });
    }

    @Override
    public int delete(Collection<String> ids) {
        Objects.requireNonNull(ids, "ids");
        return VectorIndex.alone(lock, () -> delete(index.known(ids)));
    }

    @Override
    public int delete(Where where) {
        Objects.requireNonNull(where, "where");
        return VectorIndex.alone(lock, () -> delete(index.matching(where)));
    }

    private int delete(Set<String> known) {
        known.forEach(index::remove);
        return known.size();
    }

    @Override
    public List<VectorMatch> search(Embedding query, int most, Where where) {
        lock.readLock().lock();
        try {
            return index.search(query, most, where);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public Optional<VectorEntry> get(String id) {
        lock.readLock().lock();
        try {
            return index.get(id);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void forEach(Where where, Consumer<? super VectorEntry> consumer) {
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(consumer, "consumer");
        lock.readLock().lock();
        try {
            index.forEach(where, consumer);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public int size() {
        lock.readLock().lock();
        try {
            return index.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "InMemoryVectorStore[" + size() + " vectors]";
    }
}
