package dev.tenon.recall.vector;

import dev.tenon.error.Recovery;
import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.provider.Embedding;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorMatch;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store of vectors in a file. Thread-safe; one process, and in it one object, has the file open at a time.
 *
 * <p>Held in memory are ids, metadata and what is scanned: one byte a number, or four in {@link Precision#FLOAT}. Texts, and vectors as they were given, stay on the disk.
 *
 * <p><b>A crash leaves the store as before a change or as after it.</b> A change is appended and returns when the disk has it. What a crash left of an unfinished one is cut off when the file is opened next, which is logged
 * and told by {@link #cut()}. A file that is damaged before its end is not opened, and the place is named.
 *
 * <p>What was replaced or deleted stays in the file until more than half of it is such; then it is written anew beside its place and put there whole. {@link #compact} does so at any time.
 */
public final class FileVectorStore implements VectorStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileVectorStore.class);

    /** Below so many bytes a file is not written anew by itself. */
    private static final long SMALL = 1024 * 1024;

    /** Of this process: a lock on a file belongs to the process, and goes when any channel of the file is closed. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    // Guarded by the lock.
    private final VectorIndex index;
    private final Map<String, Integer> sizes = new HashMap<>();
    private VectorLog log;
    private long live;
    private long cut;
    private boolean open = true;
    private boolean broken;

    private FileVectorStore(Path path, FileChannel lockFile, VectorIndex index, VectorLog log) {
        this.path = path;
        this.lockFile = lockFile;
        this.index = index;
        this.log = log;
    }

    /** The store in a file, which is made where it is not there; scanned in bytes. */
    public static FileVectorStore open(Path path) {
        return open(path, Precision.INT8);
    }

    /**
     * The store in a file, which is made where it is not there. Reads all of it.
     *
     * @throws MemoryException where it is open elsewhere, damaged, no file of vectors, or cannot be read
     */
    public static FileVectorStore open(Path path, Precision precision) {
        Objects.requireNonNull(precision, "precision");
        Path real = real(Objects.requireNonNull(path, "path"));
        if (!OPEN.add(real)) {
            throw elsewhere(real);
        }
        try {
            return opened(real, precision);
        } catch (IOException e) {
            OPEN.remove(real);
            throw failed("to open " + real, e);
        } catch (RuntimeException e) {
            OPEN.remove(real);
            throw e;
        }
    }

    private static Path real(Path path) {
        try {
            Path whole = path.toAbsolutePath().normalize();
            Path folder = whole.getParent();
            if (folder == null || whole.getFileName() == null) {
                throw new IllegalArgumentException("a file of vectors has a name, got " + path);
            }
            Files.createDirectories(folder);
            Path real = folder.toRealPath().resolve(whole.getFileName());
            return Files.exists(real) ? real.toRealPath() : real;
        } catch (IOException e) {
            throw failed("to open " + path, e);
        }
    }

    private static FileVectorStore opened(Path path, Precision precision) throws IOException {
        FileChannel lockFile =
                FileChannel.open(beside(path, ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        VectorLog log = null;
        try {
            if (!isLocked(lockFile)) {
                throw elsewhere(path);
            }
            Files.deleteIfExists(beside(path, ".new"));
            if (!Files.exists(path)) {
                begin(path);
            }
            log = VectorLog.open(path);
            FileVectorStore store = new FileVectorStore(path, lockFile, new VectorIndex(precision), log);
            store.read();
            return store;
        } catch (IOException | RuntimeException e) {
            if (log != null) {
                log.close();
            }
            lockFile.close();
            throw e;
        }
    }

    /** The lock goes when its channel is closed. */
    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** A file is written beside its place and put there whole. */
    private static void begin(Path path) throws IOException {
        Path fresh = beside(path, ".new");
        try (VectorLog log = VectorLog.create(fresh)) {
            log.force();
        }
        move(fresh, path);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = Objects.requireNonNull(to.getParent(), "folder");
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Where folders cannot be opened, the system does it by itself.
            LOG.debug("folder {} could not be forced", folder, e);
        }
    }

    private static Path beside(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    private static MemoryException elsewhere(Path path) {
        return new MemoryException(
                "memory.open",
                path + " is open elsewhere; a file of vectors is open once at a time, so share the store, or close it"
                        + " first",
                Recovery.NONE,
                null);
    }

    static MemoryException failed(String what, IOException cause) {
        return new MemoryException(
                "memory.store",
                "the file of vectors failed " + what + ": " + cause.getMessage(),
                Recovery.BACK_OFF,
                cause);
    }

    private void read() throws IOException {
        cut = log.read(new VectorLog.Reader() {
            @Override
            public void put(String id, Embedding vector, Json.Obj metadata, VectorLog.OnDisk kept, int bytes) {
                taken(id, vector, metadata, kept, bytes);
            }

            @Override
            public void delete(String id) {
                if (index.has(id)) {
                    gone(id);
                }
            }
        });
        if (cut > 0) {
            LOG.warn("{} ended in a change that was not finished; its {} bytes were cut off", path, cut);
        }
    }

    private void taken(String id, Embedding vector, Json.Obj metadata, VectorLog.OnDisk kept, int bytes) {
        index.put(id, vector, metadata, kept);
        Integer before = sizes.put(id, bytes);
        live += bytes - (before == null ? 0 : before);
    }

    private void gone(String id) {
        index.remove(id);
        live -= Objects.requireNonNull(sizes.remove(id), id);
    }

    /** How many bytes of an unfinished change were cut off when it was opened. */
    public long cut() {
        return cut;
    }

    /** Where it is. */
    public Path path() {
        return path;
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
        write(() -> {
            List<VectorEntry> checked = index.checked(entries, mayReplace);
            if (checked.isEmpty()) {
                return 0;
            }
            List<VectorLog.OnDisk> kept = new ArrayList<>(checked.size());
            int[] bytes = new int[checked.size()];
            change(change -> {
                for (VectorEntry entry : checked) {
                    byte[] payload = VectorLog.payload(entry);
                    bytes[kept.size()] = VectorLog.frameBytes(payload);
                    kept.add(change.put(payload));
                }
            });
            for (int i = 0; i < bytes.length; i++) {
                VectorEntry entry = checked.get(i);
                taken(entry.id(), entry.vector(), entry.metadata(), kept.get(i), bytes[i]);
            }
            return bytes.length;
        });
    }

    @Override
    public int delete(Collection<String> ids) {
        Objects.requireNonNull(ids, "ids");
        return write(() -> delete(index.known(ids)));
    }

    @Override
    public int delete(Where where) {
        Objects.requireNonNull(where, "where");
        return write(() -> delete(index.matching(where)));
    }

    private int delete(Set<String> known) {
        if (!known.isEmpty()) {
            change(change -> {
                for (String id : known) {
                    change.delete(id);
                }
            });
            known.forEach(this::gone);
        }
        return known.size();
    }

    private interface Writing {
        void to(VectorLog.Change change) throws IOException;
    }

    /** Writes a change whole, or leaves the file as it was. */
    private void change(Writing writing) {
        try {
            VectorLog.Change change = log.new Change();
            writing.to(change);
            change.close();
        } catch (IOException | RuntimeException e) {
            try {
                log.undo();
            } catch (IOException undone) {
                // What follows would stand behind what never happened.
                broken = true;
                e.addSuppressed(undone);
            }
            if (e instanceof IOException failure) {
                throw failed("to write " + path, failure);
            }
            throw (RuntimeException) e;
        }
    }

    private <T> T write(Supplier<T> work) {
        return VectorIndex.alone(lock, () -> {
            if (broken) {
                throw new MemoryException(
                        "memory.store",
                        "a change of " + path
                                + " failed and could not be taken back; close the store and open it again",
                        Recovery.NONE,
                        null);
            }
            T result = opened(work);
            if (log.end() > SMALL && live < log.end() / 2) {
                rewriteIfPossible();
            }
            return result;
        });
    }

    private <T> T read(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return opened(work);
        } finally {
            lock.readLock().unlock();
        }
    }

    private <T> T opened(Supplier<T> work) {
        if (!open) {
            throw new IllegalStateException("the store of " + path + " is closed");
        }
        return work.get();
    }

    /** Writes the file anew, without what was replaced or deleted. Searches wait for it. */
    @Override
    public void compact() {
        write(() -> {
            rewrite();
            return true;
        });
    }

    /** The change that came before it is done either way. */
    private void rewriteIfPossible() {
        try {
            rewrite();
        } catch (MemoryException e) {
            LOG.warn("{} could not be written anew, and stays as long as it is", path, e);
        }
    }

    private void rewrite() {
        Path fresh = beside(path, ".new");
        VectorLog before = log;
        try {
            VectorLog after = VectorLog.create(fresh);
            Map<String, VectorLog.OnDisk> moved = new HashMap<>();
            try {
                VectorLog.Change change = after.new Change();
                index.keeping((id, kept) -> {
                    moved.put(id, change.put(before.payload(((VectorLog.OnDisk) kept).at())));
                });
                change.close();
                move(fresh, path);
            } catch (IOException | RuntimeException e) {
                after.close();
                throw e;
            }
            log = after;
            index.keep(moved);
        } catch (IOException e) {
            throw failed("to write " + path + " anew", e);
        }
        try {
            before.close();
        } catch (IOException e) {
            LOG.warn("the file that was {} could not be closed", path, e);
        }
    }

    @Override
    public List<VectorMatch> search(Embedding query, int most, Where where) {
        return read(() -> index.search(query, most, where));
    }

    @Override
    public Optional<VectorEntry> get(String id) {
        return read(() -> index.get(id));
    }

    @Override
    public void forEach(Where where, Consumer<? super VectorEntry> consumer) {
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(consumer, "consumer");
        read(() -> {
            index.forEach(where, consumer);
            return true;
        });
    }

    @Override
    public int size() {
        return read(index::size);
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!open) {
                return;
            }
            open = false;
            index.clear();
            try (lockFile) {
                log.close();
            } catch (IOException e) {
                throw failed("to close " + path, e);
            } finally {
                OPEN.remove(path);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "FileVectorStore[" + path + "]";
    }
}
