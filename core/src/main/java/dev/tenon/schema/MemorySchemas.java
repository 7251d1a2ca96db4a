package dev.tenon.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/** Schemas in memory. Each name's list is immutable and replaced as a whole. */
final class MemorySchemas implements SchemaRepository {
    private final ConcurrentSkipListMap<String, List<JsonSchema>> byName = new ConcurrentSkipListMap<>();

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
        return byName.merge(FolderSchemas.checked(name), List.of(schema), (known, added) -> {
                    if (known.getLast().equals(schema)) {
                        return known;
                    }
                    List<JsonSchema> more = new ArrayList<>(known);
                    more.addAll(added);
                    return List.copyOf(more);
                })
                .size();
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
        return byName.remove(FolderSchemas.checked(name)) != null;
    }
}
