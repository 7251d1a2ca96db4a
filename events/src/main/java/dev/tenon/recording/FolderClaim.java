package dev.tenon.recording;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write the recording in a folder: a lock of the operating system, which ends with the process however that ends. Within the process folders are
 * counted first: POSIX gives up a process's lock when any handle on the file is closed.
 */
final class FolderClaim implements AutoCloseable {
    private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final RandomAccessFile file;

    private FolderClaim(Path folder, RandomAccessFile file) {
        this.folder = folder;
        this.file = file;
    }

    /** @throws TenonException of code {@code recording.locked} where somebody else has it */
    static FolderClaim of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!CLAIMED.add(real)) {
            throw locked(folder, "this process");
        }
        FolderClaim made = null;
        try {
            made = lock(folder, real);
            return made;
        } finally {
            if (made == null) {
                CLAIMED.remove(real);
            }
        }
    }

    private static FolderClaim lock(Path folder, Path real) throws IOException {
        RandomAccessFile file =
                new RandomAccessFile(folder.resolve("events.lock").toFile(), "rw");
        FileLock lock = null;
        try {
            lock = file.getChannel().tryLock();
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        if (lock == null) {
            throw locked(folder, "another process");
        }
        return new FolderClaim(real, file);
    }

    private static TenonException locked(Path folder, String by) {
        return new TenonException(
                "recording.locked",
                "the recording in " + folder + " is being written by " + by
                        + "; close it there, take another folder, or use FileRecording.read to read beside it",
                Recovery.BACK_OFF,
                Map.of("folder", folder.toString()),
                null);
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            CLAIMED.remove(folder);
        }
    }
}
