package dev.tenon.recall.store;

import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.SessionInfo;
import dev.tenon.memory.StoredSession;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each session in a file of its own, one line an append. Thread-safe, and safe for several processes on one machine that share the folder.
 *
 * <p>A line is whole or it is not there: it holds its length and a checksum, and what a crash left of an unfinished one is overwritten by the next append. An append returns when the disk has it. A file is
 * named by a hash of its session, so any name will do; the name itself stands in the file. Files are plain JSON: {@link EncryptedMemoryStore} seals them.
 *
 * <p>Appending takes time for what is appended, once a session was read by this object; the list of sessions reads the first and the last line of each file.
 */
public final class FileMemoryStore implements MemoryStore {
    /** Of so many sessions it is known where the next line goes. */
    private static final int KNOWN = 1_024;

    private static final int STRIPES = 256;
    private static final String SUFFIX = ".session";

    /** Of a session's file, which is named by a hash. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.");

    /** Of this process: a file lock belongs to the process and not to a thread. */
    private static final Map<Path, ReentrantLock[]> LOCKS = new ConcurrentHashMap<>();

    private final Path folder;
    private final FileChannel locks;
    private final ReentrantLock[] stripes;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, in the order of last use.
    private final LinkedHashMap<String, SessionFile> known = new LinkedHashMap<>(16, 0.75f, true);

    private FileMemoryStore(Path folder, FileChannel locks) {
        this.folder = folder;
        this.locks = locks;
        this.stripes = LOCKS.computeIfAbsent(folder, first -> {
            ReentrantLock[] all = new ReentrantLock[STRIPES];
            java.util.Arrays.setAll(all, i -> new ReentrantLock());
            return all;
        });
    }

    /**
     * The store in a folder, which is made where it is not there.
     *
     * @throws MemoryException where it cannot be
     */
    public static FileMemoryStore at(Path folder) {
        Objects.requireNonNull(folder, "folder");
        try {
            Files.createDirectories(folder);
            Path real = folder.toRealPath();
            FileMemoryStore store = new FileMemoryStore(
                    real, FileChannel.open(real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
            store.sweep();
            return store;
        } catch (IOException e) {
            throw MemoryException.failed("to open folder " + folder, e);
        }
    }

    /** Deletes what crashes left of sessions that were about to begin: nobody lists them, and so nobody who is to be forgotten would be. */
    private void sweep() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX + SessionFile.BESIDE)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (NAME.matcher(name).lookingAt()) {
                    // Whoever is beginning it at this moment is waited for.
                    aloneWith(
                            name.substring(0, name.indexOf('.')), "to tidy up", session -> Files.deleteIfExists(file));
                }
            }
        }
    }

    private interface Work<T> {
        T with(SessionFile file) throws IOException;
    }

    /** Does something with a session while nobody else does, in this process or another. */
    private <T> T alone(String session, String what, Work<T> work) {
        return aloneWith(Appends.hash(Objects.requireNonNull(session, "session")), what, work);
    }

    private <T> T aloneWith(String name, String what, Work<T> work) {
        int stripe = Integer.parseInt(name.substring(0, 2), 16);
        stripes[stripe].lock();
        try (FileLock held = locks.lock(stripe, 1, false)) {
            return work.with(known(name, held));
        } catch (IOException e) {
            throw MemoryException.failed(what, e);
        } finally {
            stripes[stripe].unlock();
        }
    }

    private SessionFile known(String name, FileLock held) {
        if (!held.isValid()) {
            throw new IllegalStateException("the lock of " + folder + " was lost");
        }
        lock.lock();
        try {
            SessionFile file = known.computeIfAbsent(name, first -> new SessionFile(folder.resolve(name + SUFFIX)));
            if (known.size() > KNOWN) {
                known.pollFirstEntry();
            }
            return file;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public StoredSession read(String session, long after) {
        return alone(session, "to read a session", file -> {
            List<SessionEntry> entries = new ArrayList<>();
            file.read(after, entries);
            return new StoredSession(file.info(session), entries);
        });
    }

    @Override
    public long append(String session, String user, long expected, List<SessionEntry> entries) {
        Objects.requireNonNull(entries, "entries");
        List<SessionEntry> checked = Appends.checked(session, user, entries);
        return alone(session, "to append to a session", file -> {
            file.read(Long.MAX_VALUE, new ArrayList<>());
            List<SessionEntry> fresh =
                    Appends.fresh(session, user, expected, checked, file.keys(), file.version(), file.user());
            if (!fresh.isEmpty()) {
                file.append(session, user, fresh);
            }
            return file.version();
        });
    }

    @Override
    public List<SessionInfo> sessions() {
        List<SessionInfo> infos = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                @Nullable SessionInfo info = info(file);
                if (info != null) {
                    infos.add(info);
                }
            }
        } catch (IOException e) {
            throw MemoryException.failed("to list sessions", e);
        }
        infos.sort(Comparator.comparing(SessionInfo::updated).reversed());
        return infos;
    }

    private static @Nullable SessionInfo info(Path file) throws IOException {
        try {
            return SessionFile.peek(file);
        } catch (NoSuchFileException e) {
            // It was deleted meanwhile.
            return null;
        }
    }

    @Override
    public boolean delete(String session) {
        return alone(session, "to delete a session", SessionFile::delete);
    }

    /** Closes the file by which processes take turns; a closed store fails. */
    @Override
    public void close() {
        try {
            locks.close();
        } catch (IOException e) {
            throw MemoryException.failed("to close folder " + folder, e);
        }
    }

    /** The JSON of a line. */
    static Json line(long version, String user, List<SessionEntry> entries) {
        return Json.object()
                .put("version", version)
                .put("user", user)
                .put("at", entries.getLast().at().toEpochMilli())
                .put("entries", entries.stream().map(Json::of).toList())
                .build();
    }

    @Override
    public String toString() {
        return "FileMemoryStore[" + folder + "]";
    }
}
