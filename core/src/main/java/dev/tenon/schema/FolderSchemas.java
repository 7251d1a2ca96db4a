package dev.tenon.schema;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Schemas as files.
 *
 * <p>A version is claimed by a hard link from the finished file beside it, which fails where the number is taken already, by another
 * process too; a move would replace what is there. Where the file system knows no links, the claim is the creation of the file.
 */
final class FolderSchemas implements SchemaRepository {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern VERSION = Pattern.compile("([1-9][0-9]{0,8})\\.json");

    private final Path folder;
    private final ReentrantLock writing = new ReentrantLock();

    FolderSchemas(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Devices of Windows, whatever stands behind a dot (Microsoft, "Naming Files, Paths, and Namespaces", 2024). */
    private static final Pattern DEVICE = Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a schema's name must be 1 to 100 letters, digits, '.', '_' or '-', the first a"
                            + " letter or digit, got " + Places.quoted(name));
        }
        if (!valid(name)) {
            throw new IllegalArgumentException("Windows has no folder " + Places.quoted(name)
                    + "; give the schema a name that is no device and does not end with a dot");
        }
        return name;
    }

    private static boolean valid(String name) {
        return NAME.matcher(name).matches()
                && !name.endsWith(".")
                && !DEVICE.matcher(name).matches();
    }

    /** Refuses a name that is one of these but for its capitals: some file systems take them for one. */
    static void checkedBeside(String name, Collection<String> names) {
        for (String other : names) {
            if (other.equalsIgnoreCase(name) && !other.equals(name)) {
                throw new IllegalArgumentException("there is a schema " + Places.quoted(other) + " already, and "
                        + Places.quoted(name) + " differs from it in capitals alone; use that name or another");
            }
        }
    }

    private Path home(String name) {
        return folder.resolve(checked(name));
    }

    /** Whether there is a folder of this very name, capitals and all. */
    private boolean named(String name) {
        Path home = home(name);
        try {
            return Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)
                    && home.toRealPath(LinkOption.NOFOLLOW_LINKS).endsWith(name);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw failed("cannot be read", home, e);
        }
    }

    @Override
    public Optional<JsonSchema> get(String name) {
        Objects.requireNonNull(name, "name");
        List<Integer> versions = versions(name);
        return versions.isEmpty() ? Optional.empty() : get(name, versions.getLast());
    }

    @Override
    public Optional<JsonSchema> get(String name, int version) {
        Objects.requireNonNull(name, "name");
        Path file = home(name).resolve(version + ".json");
        if (version < 1 || !named(name) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonSchema.of(Json.parse(Files.readAllBytes(file))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("cannot be read", file, e);
        } catch (JsonException | SchemaException e) {
            throw failed("holds no schema: " + e.getMessage(), file, e);
        }
    }

    @Override
    public int put(String name, JsonSchema schema) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(schema, "schema");
        Path home = home(name);
        writing.lock();
        try {
            while (true) {
                List<Integer> versions = versions(name);
                int newest = versions.isEmpty() ? 0 : versions.getLast();
                if (newest == 0) {
                    checkedBeside(name, names(other -> other.equalsIgnoreCase(name)));
                }
                if (newest > 0 && get(name, newest).equals(Optional.of(schema))) {
                    return newest;
                }
                if (claim(home, newest + 1, schema)) {
                    return newest + 1;
                }
            }
        } catch (IOException e) {
            throw failed("cannot be written", home, e);
        } finally {
            writing.unlock();
        }
    }

    /** Whether the version is now this schema; false where somebody else took the number, or deleted the name meanwhile. */
    private static boolean claim(Path home, int version, JsonSchema schema) throws IOException {
        Files.createDirectories(home);
        Path finished;
        try {
            finished = Files.createTempFile(home, ".new-", ".tmp");
        } catch (NoSuchFileException e) {
            return false;
        }
        try {
            byte[] bytes = schema.json().toString().getBytes(StandardCharsets.UTF_8);
            Files.write(finished, bytes);
            Path place = home.resolve(version + ".json");
            try {
                Files.createLink(place, finished);
            } catch (UnsupportedOperationException e) {
                Files.createFile(place);
                Files.move(finished, place, StandardCopyOption.REPLACE_EXISTING);
            }
            return true;
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            return false;
        } finally {
            Files.deleteIfExists(finished);
        }
    }

    @Override
    public List<String> list() {
        return names(name -> true);
    }

    private List<String> names(Predicate<String> wanted) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (Path home : children(folder)) {
            String name = String.valueOf(home.getFileName());
            if (wanted.test(name) && valid(name) && !versions(name).isEmpty()) {
                names.add(name);
            }
        }
        return names.stream().sorted().toList();
    }

    @Override
    public List<Integer> versions(String name) {
        Objects.requireNonNull(name, "name");
        Path home = home(name);
        if (!named(name)) {
            return List.of();
        }
        List<Integer> versions = new ArrayList<>();
        for (Path file : children(home)) {
            Matcher version = VERSION.matcher(String.valueOf(file.getFileName()));
            if (version.matches()) {
                versions.add(Integer.valueOf(version.group(1)));
            }
        }
        return versions.stream().sorted().toList();
    }

    @Override
    public boolean delete(String name) {
        Objects.requireNonNull(name, "name");
        Path home = home(name);
        writing.lock();
        try {
            if (!named(name)) {
                return false;
            }
            boolean there = !versions(name).isEmpty();
            for (Path file : children(home)) {
                String own = String.valueOf(file.getFileName());
                if (VERSION.matcher(own).matches() || own.startsWith(".new-")) {
                    Files.deleteIfExists(file);
                }
            }
            try {
                Files.deleteIfExists(home);
            } catch (DirectoryNotEmptyException e) {
                // Somebody keeps files of their own there, or puts a version at this moment.
                return there;
            }
            return there;
        } catch (IOException e) {
            throw failed("cannot be deleted", home, e);
        } finally {
            writing.unlock();
        }
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw failed("cannot be read", folder, e);
        }
    }

    private static SchemaException failed(String what, Path path, Exception cause) {
        return new SchemaException(
                "schema.repository",
                path + " " + what + (cause instanceof IOException ? ": " + cause.getMessage() : ""),
                Map.of("path", path.toString()),
                cause);
    }
}
