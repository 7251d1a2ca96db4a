package dev.tenon.toolbox.files;

import dev.tenon.toolbox.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An open folder: everything in it is reached from its handle, by one name, without following a link ({@code openat} with {@code O_NOFOLLOW}, {@code renameat}, {@code unlinkat}). A path is
 * walked folder by folder, so whoever puts a link in its place while a call runs is refused and not followed. Not thread-safe.
 *
 * <p>The two steps that the JDK has no such form of, making a folder and counting a file's names, are done so that a change meanwhile is harmless or noticed: a folder is made directly
 * under the root by a random name and moved into place by its handles; the count of names is believed only where it is of the file that is open ({@link OpenFile}). What was a file when it was looked at and is a
 * pipe when it is opened holds up nobody ({@link Opening}).
 */
final class Folder implements AutoCloseable {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);

    private static final Set<OpenOption> OWN = Set.of(
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);

    /** A pipe opened so waits for nobody. */
    private static final Set<OpenOption> BOTH_ENDS =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final SecureDirectoryStream<Path> stream;
    private final Path path;
    private final List<String> segments;

    /** Whether a thread that was left may still hold the stream. */
    private boolean stuck;

    private Folder(SecureDirectoryStream<Path> stream, Path path, List<String> segments) {
        this.stream = stream;
        this.path = path;
        this.segments = segments;
    }

    /** The folder of a real path that the program named itself. */
    @SuppressWarnings("StreamResourceLeak") // the folder holds it, and is closed
    static Folder open(Path root) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(root);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new Folder(secure, root, List.of());
        }
        stream.close();
        throw new UnsupportedOperationException("the file system of " + root
                + " cannot open files relative to an open folder, so links that are made during a call could not be"
                + " refused; Linux and macOS can");
    }

    /** The folder of this name. */
    Folder child(String name) throws IOException {
        BasicFileAttributes found = attributes(name).orElseThrow(() -> missing(name));
        refuseLink(name, found);
        if (!found.isDirectory()) {
            throw new RefusedException(
                    "files.kind",
                    "\"" + at(name) + "\" is a file and no folder",
                    "a folder's path; files_stat tells which is which");
        }
        return inside(name);
    }

    /** The folder that was seen to have this name, if it still is one. */
    Folder inside(String name) throws IOException {
        try {
            List<String> deeper = new ArrayList<>(segments);
            deeper.add(name);
            return new Folder(
                    opened(name, () -> stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS)),
                    path.resolve(name),
                    List.copyOf(deeper));
        } catch (NoSuchFileException e) {
            throw missing(name);
        } catch (NotDirectoryException e) {
            throw changed(name);
        }
    }

    /** What is under this name, itself and not what it may link to; empty where nothing is. */
    Optional<BasicFileAttributes> attributes(String name) throws IOException {
        try {
            return Optional.of(view(name).readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private BasicFileAttributeView view(String name) {
        return Objects.requireNonNull(
                stream.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
    }

    /** The names in it, sorted. */
    List<String> names() throws IOException {
        return names(Integer.MAX_VALUE);
    }

    /** So many of the names in it, sorted. */
    List<String> names(int most) throws IOException {
        List<String> names = new ArrayList<>();
        // A stream is read once; the folder itself can be opened again by its handle.
        try (DirectoryStream<Path> entries = stream.newDirectoryStream(Path.of("."), LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : entries) {
                if (names.size() == most) {
                    break;
                }
                names.add(entry.getFileName().toString());
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    /**
     * Opens a plain file for reading: no link, no folder, no pipe, no device and, unless allowed, none that has another name elsewhere.
     */
    SeekableByteChannel read(String name, boolean hardLinks) throws IOException {
        BasicFileAttributes found = plain(name);
        if (!hardLinks) {
            refuseOtherNames(name, found);
        }
        return read(name, found, hardLinks);
    }

    /** Opens what was seen to be a plain file, if it still is that one. */
    SeekableByteChannel read(String name, BasicFileAttributes found, boolean hardLinks) throws IOException {
        SeekableByteChannel channel = open(name, READ);
        try {
            Optional<Map<String, Object>> open = opened(name, channel);
            Object key = open.isPresent()
                    ? open.get().get("fileKey")
                    : attributes(name).map(BasicFileAttributes::fileKey).orElse(null);
            if (!Objects.equals(key, found.fileKey())) {
                throw changed(name);
            }
            if (!hardLinks && open.isPresent()) {
                refuseOtherNames(name, open.get());
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** What was opened, and not what has its name now; empty where the system does not tell. */
    private Optional<Map<String, Object>> opened(String name, SeekableByteChannel channel) throws IOException {
        try {
            return OpenFile.attributes(channel);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw changed(name); // A pipe has no position.
        }
    }

    /** The attributes of a plain file. */
    BasicFileAttributes plain(String name) throws IOException {
        BasicFileAttributes found = attributes(name).orElseThrow(() -> missing(name));
        refuseLink(name, found);
        if (found.isDirectory()) {
            throw new RefusedException(
                    "files.kind",
                    "\"" + at(name) + "\" is a folder and no file",
                    "a file's path; files_list shows what is in a folder");
        }
        if (!found.isRegularFile()) {
            throw new RefusedException(
                    "files.special", "\"" + at(name) + "\" is a pipe, a socket or a device", "plain files and folders");
        }
        return found;
    }

    /** Makes a new file and opens it for writing. */
    SeekableByteChannel create(String name) throws IOException {
        return open(name, CREATE);
    }

    /** Opens a file of our own for reading and writing, made where it is not there. */
    SeekableByteChannel own(String name) throws IOException {
        SeekableByteChannel channel = open(name, OWN);
        try {
            opened(name, channel);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private SeekableByteChannel open(String name, Set<OpenOption> how) throws IOException {
        try {
            return opened(name, () -> stream.newByteChannel(Path.of(name), how));
        } catch (NoSuchFileException e) {
            throw missing(name);
        }
    }

    /** Opens what has this name now, within a time: it may be a pipe, whatever it was when it was looked at. */
    private <T extends Closeable> T opened(String name, Opening.How<T> how) throws IOException {
        try {
            return Opening.open(how, () -> stream.newByteChannel(Path.of(name), BOTH_ENDS));
        } catch (Opening.Stuck e) {
            stuck = true;
            throw changed(name);
        }
    }

    /** Moves what is under a name to a name in another folder, in one step; a file there is replaced. */
    void move(String name, Folder to, String newName) throws IOException {
        stream.move(Path.of(name), to.stream, Path.of(newName));
    }

    /** Makes a folder; the root is where it is made before it is moved here. */
    void make(String name, Folder root) throws IOException {
        String before = PathRules.OWN + "new-" + java.util.UUID.randomUUID();
        Files.createDirectory(root.path.resolve(before));
        try {
            root.move(before, this, name);
        } catch (IOException e) {
            root.stream.deleteDirectory(Path.of(before));
            throw e;
        }
    }

    void deleteFile(String name) throws IOException {
        stream.deleteFile(Path.of(name));
    }

    void deleteEmptyFolder(String name) throws IOException {
        stream.deleteDirectory(Path.of(name));
    }

    /** Deletes a folder with everything in it. Links in it are deleted, not followed. */
    void deleteAll(String name) throws IOException {
        Optional<BasicFileAttributes> found = attributes(name);
        if (found.isEmpty()) {
            return;
        }
        if (!found.get().isDirectory()) {
            deleteFile(name);
            return;
        }
        try (Folder inside = child(name)) {
            for (String each : inside.names()) {
                inside.deleteAll(each);
            }
        }
        deleteEmptyFolder(name);
    }

    /** Who may do what with a file; empty where the file system does not say. */
    Optional<Set<PosixFilePermission>> permissions(String name) throws IOException {
        PosixFileAttributeView posix =
                stream.getFileAttributeView(Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        return posix == null
                ? Optional.empty()
                : Optional.of(posix.readAttributes().permissions());
    }

    void permit(String name, Set<PosixFilePermission> permissions) throws IOException {
        PosixFileAttributeView posix =
                stream.getFileAttributeView(Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (posix != null) {
            // The JDK opens the file for it.
            Opening.How<Closeable> permitted = () -> {
                posix.setPermissions(permissions);
                return () -> {};
            };
            opened(name, permitted).close();
        }
    }

    private void refuseLink(String name, BasicFileAttributes found) {
        if (found.isSymbolicLink()) {
            throw new RefusedException(
                    "files.link",
                    "\"" + at(name) + "\" is a symbolic link, and links are not followed",
                    "plain files and folders under the root, by their own paths");
        }
    }

    private void refuseOtherNames(String name, BasicFileAttributes found) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        Map<String, Object> counted;
        try {
            counted = Files.readAttributes(path.resolve(name), "unix:nlink,fileKey", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw changed(name);
        }
        if (!Objects.equals(counted.get("fileKey"), found.fileKey())) {
            throw changed(name);
        }
        refuseOtherNames(name, counted);
    }

    private void refuseOtherNames(String name, Map<String, Object> counted) {
        if (counted.get("nlink") instanceof Integer links && links > 1) {
            throw new RefusedException(
                    "files.hard_link",
                    "\"" + at(name) + "\" is one of " + links
                            + " names of a file, and the others may lie outside the root",
                    "files with one name");
        }
    }

    private RefusedException changed(String name) {
        return new RefusedException(
                "files.changed",
                "\"" + at(name) + "\" was put in another's place while it was opened",
                "to try once more");
    }

    RefusedException missing(String name) {
        return new RefusedException(
                "files.missing", "there is no \"" + at(name) + "\"", "what files_list and files_glob show");
    }

    /** The path from the root of a name in this folder. */
    String at(String name) {
        return RefusedException.shown(segments.isEmpty() ? name : String.join("/", segments) + "/" + name);
    }

    List<String> segments() {
        return segments;
    }

    @Override
    public void close() throws IOException {
        if (!stuck) {
            stream.close();
            return;
        }
        Opening.aside(() -> {
            try {
                stream.close();
            } catch (IOException e) {
                // It was read only.
            }
        });
    }
}
