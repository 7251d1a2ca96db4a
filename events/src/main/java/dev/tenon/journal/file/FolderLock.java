package dev.tenon.journal.file;

import dev.tenon.error.Recovery;
import dev.tenon.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to a folder: a lock of the operating system on a file in it, which ends with the process however that ends. The file itself stays. Thread-safe.
 *
 * <p>Within this process folders are counted before the file is opened: POSIX gives up all of a process's locks on a file when any handle on it is closed, so a
 * second opening must not get as far.
 */
final class FolderLock implements AutoCloseable {
    private static final String NAME = "journal.lock";

    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws JournalException of code {@code journal.locked} where somebody else has it
     */
    static FolderLock take(Path folder) throws IOException {
        Path real = folder.toRealPath();
        Path file = folder.resolve(NAME);
        if (!TAKEN.add(real)) {
            throw locked(file, "this process");
        }
        FileChannel channel = null;
        try {
            channel = lock(file);
            return new FolderLock(real, channel);
        } finally {
            if (channel == null) {
                TAKEN.remove(real);
            }
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                try {
                    FileLock lock = channel.tryLock();
                    if (lock == null) {
                        throw locked(file, "process " + holder(channel));
                    }
                    byte[] holder = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
                    channel.truncate(0);
                    channel.write(ByteBuffer.wrap(holder), 0);
                    return channel;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                } catch (IOException | RuntimeException e) {
                    try (channel) {
                        throw e;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
        return text.matches("[0-9]+") ? text : "(unknown)";
    }

    private static JournalException locked(Path file, String holder) {
        return new JournalException(
                "journal.locked",
                "the journal in " + file.getParent() + " is being written by " + holder + ", which holds " + file
                        + "; close it there, or use FileJournal.readOnly to read beside it",
                Recovery.BACK_OFF,
                null);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            TAKEN.remove(folder);
        }
    }

    /** Makes a folder and its parents where they are missing, on the disk for good. */
    static void make(Path folder) throws IOException {
        @Nullable Path there = folder.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null || there.equals(folder.toAbsolutePath())) {
            return;
        }
        Files.createDirectories(folder);
        for (Path made = folder.toAbsolutePath(); !there.equals(made); made = parent(made)) {
            FolderDisk.force(parent(made));
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
