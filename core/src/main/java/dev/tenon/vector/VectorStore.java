package dev.tenon.vector;

import dev.tenon.provider.Embedding;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Vectors with their texts, found by nearness. Implementations must be thread-safe: searches run side by side, and each sees a change whole or not at all.
 *
 * <p><b>The search is exact.</b> Every vector is looked at, and the nearest by {@link Embedding#cosine} are what is found, however the store holds them. So a search takes time in
 * proportion to the store: it is meant for up to some hundred thousand vectors. {@code VectorStoreContract} of tenon-testing says all this of a store of your own.
 *
 * <p>All vectors of a store have one length: that of the first, until it is empty again.
 */
public interface VectorStore extends AutoCloseable {
    /**
     * Adds entries, all or none. Blocks.
     *
     * @throws IllegalArgumentException where an id is there already or twice among them, or a vector is of another length than the rest
     * @throws dev.tenon.memory.MemoryException where they cannot be written
     */
    void add(List<VectorEntry> entries);

    /** Adds entries, all or none; of an id that is there the new entry takes the place of the old. Blocks. Otherwise as {@link #add}. */
    void upsert(List<VectorEntry> entries);

    /** Deletes entries, all or none, and gives how many there were; unknown ids are ignored. Blocks. */
    int delete(Collection<String> ids);

    /** Deletes all entries whose metadata is so, and gives how many there were. Blocks. */
    int delete(Where where);

    /**
     * The entries nearest to a vector, the nearest first; of equals that with the smaller id.
     *
     * @param most how many at most, at least 1
     * @param where what their metadata must be like; it is asked only of those that are near enough
     * @throws IllegalArgumentException where the vector is of another length than those of the store
     */
    List<VectorMatch> search(Embedding query, int most, Where where);

    /** The entries nearest to a vector, whatever their metadata. */
    default List<VectorMatch> search(Embedding query, int most) {
        Objects.requireNonNull(query, "query");
        return search(query, most, Where.ANY);
    }

    /** The entry of an id. */
    Optional<VectorEntry> get(String id);

    /** Hands over every entry whose metadata is so, in no order. A change waits for it; the consumer must not touch the store. */
    void forEach(Where where, Consumer<? super VectorEntry> consumer);

    /** How many entries there are. */
    int size();

    /**
     * Leaves nothing of what was deleted or replaced, where a store keeps such for a while: to be forgotten is a right. Blocks, and may take time for the whole store.
     *
     * @throws dev.tenon.memory.MemoryException where it cannot be written
     */
    default void compact() {}

    /** Lets go of what it holds open. Closing again does nothing. */
    @Override
    default void close() {}
}
