package dev.tenon.schema;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Schemas by name, each with its versions. A version is a whole number from 1 that counts up and is never given twice while the
 * name exists; what is kept under it does not change. Thread-safe.
 *
 * <p>Names are 1 to 100 letters, digits, {@code .}, {@code _} and {@code -}, the first of them a letter or digit, so that no name
 * leaves a folder or hides in it; the last is no dot, and it is no device of Windows such as {@code nul}. Other names are an {@link IllegalArgumentException}, and so is a new one that differs from one that
 * is there in capitals alone: a repository means the same on every file system.
 */
public interface SchemaRepository {
    /** The newest version; empty where there is no such name. */
    Optional<JsonSchema> get(String name);

    /** One version; empty where there is none. */
    Optional<JsonSchema> get(String name, int version);

    /** Keeps a schema as the newest version, unless the newest is equal to it. The number of the version that holds it. */
    int put(String name, JsonSchema schema);

    /** The names, sorted. */
    List<String> list();

    /** The numbers of the versions, oldest first; none where there is no such name. */
    List<Integer> versions(String name);

    /** Forgets a name with all its versions. Whether there was one. */
    boolean delete(String name);

    /** A repository that is gone when the program is. */
    static SchemaRepository inMemory() {
        return new MemorySchemas();
    }

    /**
     * A repository in a folder, which is made where it is missing: {@code <name>/<version>.json}, the document as it is. A version is
     * written beside and moved to its place, so that a reader sees all of it or nothing; several processes may share the folder.
     *
     * @throws SchemaException from its methods where the folder cannot be read or written, or a file in it holds no schema
     */
    static SchemaRepository inFolder(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return new FolderSchemas(folder);
    }
}
