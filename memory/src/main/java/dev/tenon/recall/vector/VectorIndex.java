package dev.tenon.recall.vector;

import dev.tenon.json.Json;
import dev.tenon.provider.Embedding;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorMatch;
import dev.tenon.vector.Where;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a store of vectors holds in memory, and the search in it. Thread-safe for reading; whoever changes it keeps others out.
 *
 * <p>A search goes twice. First a {@link Block} gives for each row a cosine and a bound on its error. A row of which even the best case is below the worst case of {@code most} others is not among the nearest. The few
 * that are left are compared as they are, in doubles, those that may be nearest first, until no other can be as near as the last of the found. So what is found is what comparing all of them so would find.
 */
final class VectorIndex {
    /** Where what is not searched in is kept. */
    interface Kept {
        /** The vector as it was given. */
        Embedding vector();

        String text();
    }

    /** In memory. The vector is null where the block has it as it was. */
    record Held(@Nullable Embedding whole, String text) implements Kept {
        @Override
        public Embedding vector() {
            return Objects.requireNonNull(whole, "whole");
        }
    }

    private record Row(String id, Json.Obj metadata, Kept kept) {}

    private final Precision precision;
    private final List<Row> rows = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private int dimensions;

    VectorIndex(Precision precision) {
        this.precision = Objects.requireNonNull(precision, "precision");
    }

    /** Changes an index while nobody looks at it. A thread that looks at it would wait for itself. */
    static <T> T alone(ReentrantReadWriteLock lock, Supplier<T> change) {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException(
                    "a store cannot be changed from within forEach; collect what to change, and change it after");
        }
        lock.writeLock().lock();
        try {
            return change.get();
        } finally {
            lock.writeLock().unlock();
        }
    }

    int size() {
        return rows.size();
    }

    boolean has(String id) {
        return places.containsKey(id);
    }

    /** The entries of a batch, checked against each other and what is there. */
    List<VectorEntry> checked(List<VectorEntry> entries, boolean mayReplace) {
        List<VectorEntry> all = List.copyOf(entries);
        Set<String> ids = new HashSet<>();
        int wanted = dimensions;
        for (VectorEntry entry : all) {
            if (!ids.add(entry.id())) {
                throw new IllegalArgumentException(
                        "two entries of one batch have the id " + shown(entry.id()) + "; nothing was added");
            }
            if (!mayReplace && has(entry.id())) {
                throw new IllegalArgumentException("there is an entry with the id " + shown(entry.id())
                        + " already; use upsert to replace it. Nothing was added");
            }
            int given = entry.vector().dimensions();
            wanted = wanted == 0 ? given : wanted;
            if (given != wanted) {
                throw new IllegalArgumentException("the vector of " + shown(entry.id()) + " has " + given
                        + " numbers, and the others have " + wanted
                        + "; embed all texts of a store with one model. Nothing was added");
            }
        }
        return all;
    }

    /** The ids of a deletion that are there, each once. */
    Set<String> known(Collection<String> ids) {
        Set<String> known = new LinkedHashSet<>();
        for (String id : ids) {
            if (has(Objects.requireNonNull(id, "id"))) {
                known.add(id);
            }
        }
        return known;
    }

    Set<String> matching(Where where) {
        Set<String> ids = new LinkedHashSet<>();
        for (Row row : rows) {
            if (where.matches(row.metadata())) {
                ids.add(row.id());
            }
        }
        return ids;
    }

    private static String shown(String id) {
        String plain = id.replaceAll("\\p{Cntrl}", "?");
        return "\"" + (plain.length() <= 100 ? plain : plain.substring(0, 100) + "…") + "\"";
    }

    /** Puts a checked entry in its place. */
    void put(String id, Embedding vector, Json.Obj metadata, Kept kept) {
        dimensions = vector.dimensions();
        Integer known = places.get(id);
        int place = known == null ? rows.size() : known;
        Row row = new Row(id, metadata, kept);
        if (known == null) {
            rows.add(row);
            places.put(id, place);
        } else {
            rows.set(place, row);
        }
        room(place).set(place % Block.ROWS, vector.toArray());
    }

    /** What is kept of a vector beside the blocks, in memory. */
    Kept held(VectorEntry entry) {
        boolean inBlock = precision == Precision.FLOAT
                && Block.Floats.isUsual(entry.vector().toArray());
        return new Held(inBlock ? null : entry.vector(), entry.text());
    }

    private Block room(int place) {
        int at = place / Block.ROWS;
        if (at == blocks.size()) {
            blocks.add(Block.of(precision, dimensions));
        }
        while (place % Block.ROWS >= blocks.get(at).rows) {
            blocks.set(at, blocks.get(at).grown());
        }
        return blocks.get(at);
    }

    /** Takes an entry away; the last takes its place. */
    void remove(String id) {
        int place = Objects.requireNonNull(places.remove(id), id);
        int last = rows.size() - 1;
        Row moved = rows.remove(last);
        if (place < last) {
            rows.set(place, moved);
            places.put(moved.id(), place);
            block(place).copy(place % Block.ROWS, block(last), last % Block.ROWS);
        }
        if (last % Block.ROWS == 0) {
            blocks.removeLast();
        }
        if (rows.isEmpty()) {
            dimensions = 0;
        }
    }

    private Block block(int place) {
        return blocks.get(place / Block.ROWS);
    }

    private Embedding vector(int place) {
        Embedding whole = block(place).vector(place % Block.ROWS);
        return whole == null ? rows.get(place).kept().vector() : whole;
    }

    private VectorEntry entry(int place) {
        Row row = rows.get(place);
        return new VectorEntry(row.id(), vector(place), row.kept().text(), row.metadata());
    }

    Optional<VectorEntry> get(String id) {
        Integer place = places.get(Objects.requireNonNull(id, "id"));
        return place == null ? Optional.empty() : Optional.of(entry(place));
    }

    void forEach(Where where, Consumer<? super VectorEntry> consumer) {
        for (int place = 0; place < rows.size(); place++) {
            if (where.matches(rows.get(place).metadata())) {
                consumer.accept(entry(place));
            }
        }
    }

    // Search

    /** A row that may be among the nearest. */
    private record Candidate(int place, float best) {}

    private record Near(Row row, double score) {
        static final Comparator<Near> NEAREST_FIRST = Comparator.comparingDouble(Near::score)
                .reversed()
                .thenComparing(near -> near.row().id());
    }

    List<VectorMatch> search(Embedding query, int most, Where where) {
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(where, "where");
        if (most < 1) {
            throw new IllegalArgumentException("most < 1: " + most);
        }
        if (rows.isEmpty()) {
            return List.of();
        }
        if (query.dimensions() != dimensions) {
            throw new IllegalArgumentException("the vector that was asked for has " + query.dimensions()
                    + " numbers, and those of the store have " + dimensions
                    + "; embed the question with the model that the texts were embedded with");
        }
        List<Candidate> candidates = candidates(query, Math.min(most, rows.size()), where);
        candidates.sort(Comparator.comparingDouble(Candidate::best).reversed());
        PriorityQueue<Near> nearest = new PriorityQueue<>(Near.NEAREST_FIRST.reversed());
        for (Candidate candidate : candidates) {
            Near farthest = nearest.size() < most ? null : nearest.peek();
            if (farthest != null && candidate.best() < farthest.score()) {
                break;
            }
            Near near = new Near(rows.get(candidate.place()), query.cosine(vector(candidate.place())));
            if (farthest == null || Near.NEAREST_FIRST.compare(near, farthest) < 0) {
                if (farthest != null) {
                    nearest.poll();
                }
                nearest.add(near);
            }
        }
        return nearest.stream()
                .sorted(Near.NEAREST_FIRST)
                .map(near -> new VectorMatch(
                        near.row().id(),
                        near.score(),
                        near.row().kept().text(),
                        near.row().metadata()))
                .toList();
    }

    /** The rows that may be among the nearest: all of which the best case is not below the worst cases of so many others. */
    private List<Candidate> candidates(Embedding query, int most, Where where) {
        float[] unit = unit(query);
        Floor floor = new Floor(most);
        List<Candidate> candidates = new ArrayList<>();
        int enough = 1_024 + 4 * Math.min(most, 1 << 20);
        float[] sums = new float[0];
        for (int at = 0; at < blocks.size(); at++) {
            Block block = blocks.get(at);
            sums = sums.length == block.rows ? sums : new float[block.rows];
            block.sums(unit, sums);
            int from = at * Block.ROWS;
            int until = Math.min(block.rows, rows.size() - from);
            for (int row = 0; row < until; row++) {
                float cosine = sums[row] * block.factor[row];
                float best = cosine + block.bound[row];
                if (best >= floor.least && where.matches(rows.get(from + row).metadata())) {
                    candidates.add(new Candidate(from + row, best));
                    floor.add(cosine - block.bound[row]);
                }
            }
            if (candidates.size() > enough) {
                candidates.removeIf(candidate -> candidate.best() < floor.least);
                enough = Math.max(enough, 2 * candidates.size());
            }
        }
        candidates.removeIf(candidate -> candidate.best() < floor.least);
        return candidates;
    }

    private static float[] unit(Embedding query) {
        float[] unit = query.toArray();
        double length = Math.sqrt(query.dot(query));
        for (int i = 0; i < unit.length; i++) {
            unit[i] = length == 0 ? 0 : (float) (unit[i] / length);
        }
        return unit;
    }

    /** The least of the greatest numbers that were added. */
    private static final class Floor {
        private final float[] heap;
        private int size;
        float least = Float.NEGATIVE_INFINITY;

        Floor(int most) {
            heap = new float[most];
        }

        void add(float value) {
            if (size < heap.length) {
                heap[size++] = value;
                up(size - 1);
            } else if (value > heap[0]) {
                heap[0] = value;
                down();
            }
            least = size < heap.length ? Float.NEGATIVE_INFINITY : heap[0];
        }

        private void up(int from) {
            int at = from;
            while (at > 0 && heap[at] < heap[(at - 1) / 2]) {
                swap(at, (at - 1) / 2);
                at = (at - 1) / 2;
            }
        }

        private void down() {
            int at = 0;
            while (2 * at + 1 < size) {
                int child = 2 * at + 1;
                child += child + 1 < size && heap[child + 1] < heap[child] ? 1 : 0;
                if (heap[at] <= heap[child]) {
                    return;
                }
                swap(at, child);
                at = child;
            }
        }

        private void swap(int one, int other) {
            float kept = heap[one];
            heap[one] = heap[other];
            heap[other] = kept;
        }
    }

    /** Is told what is kept of each entry. */
    interface KeepsReader {
        void kept(String id, Kept kept) throws IOException;
    }

    void keeping(KeepsReader reader) throws IOException {
        for (Row row : rows) {
            reader.kept(row.id(), row.kept());
        }
    }

    /** From now on what is searched for is kept here. */
    void keep(Map<String, ? extends Kept> moved) {
        rows.replaceAll(
                row -> new Row(row.id(), row.metadata(), Objects.requireNonNull(moved.get(row.id()), row.id())));
    }

    void clear() {
        rows.clear();
        blocks.clear();
        places.clear();
        dimensions = 0;
    }
}
