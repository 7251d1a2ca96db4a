package dev.tenon.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** Schemas in memory. Each name's list is immutable and replaced as a whole. */
final class MemorySchemas implements SchemaRepository {
    private final ConcurrentSkipListMap<String, List<JsonSchema>> byName = new ConcurrentSkipListMap<>();
    private final ReentrantLock writing = new ReentrantLock();

    @Override
    public Optional<JsonSchema> get(String name) {
        Objects.requireNonNull(name, "name");
        List<JsonSchema> versions = byName.get(FolderSchemas.checked(name));
        return versions == null ? Optional.empty() : Optional.of(versions.getLast());
    }

    @Override
    public Optional<JsonSchema> get(String name, int version) {
        Objects.requireNonNull(name, "name");
        List<JsonSchema> versions = byName.getOrDefault(FolderSchemas.checked(name), List.of());
        return version < 1 || version > versions.size() ? Optional.empty() : Optional.of(versions.get(version - 1));
    }

    @Override
    public int put(String name, JsonSchema schema) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(schema, "schema");
        FolderSchemas.checked(name);
        writing.lock();
        try {
            List<JsonSchema> known = byName.get(name);
            if (known == null) {
                FolderSchemas.checkedBeside(name, byName.keySet());
                known = List.of();
            }
            if (!known.isEmpty() && known.getLast().equals(schema)) {
                return known.size();
            }
            List<JsonSchema> more = new ArrayList<>(known);
            more.add(schema);
            byName.put(name, List.copyOf(more));
            return more.size();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public List<String> list() {
        return List.copyOf(byName.keySet());
    }

    @Override
    public List<Integer> versions(String name) {
        Objects.requireNonNull(name, "name");
        int size = byName.getOrDefault(FolderSchemas.checked(name), List.of()).size();
        return IntStream.rangeClosed(1, size).boxed().toList();
    }

    @Override
    public boolean delete(String name) {
        Objects.requireNonNull(name, "name");
        FolderSchemas.checked(name);
        writing.lock();
        try {
            return byName.remove(name) != null;
        } finally {
            writing.unlock();
        }
    }
}
