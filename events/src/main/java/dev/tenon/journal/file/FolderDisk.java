package dev.tenon.journal.file;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A folder of the file system.
 *
 * <p>{@code RandomAccessFile} and no channel: a channel is closed for everybody when one thread that uses it is interrupted, and threads of runs are interrupted
 * when a run is stopped.
 */
final class FolderDisk implements Disk {
    private final Path folder;
    private final boolean writable;

    FolderDisk(Path folder, boolean writable) {
        this.folder = folder;
        this.writable = writable;
    }

    @Override
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                names.add(String.valueOf(file.getFileName()));
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public Path path(String name) {
        return folder.resolve(name);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            // To open for writing would make it.
            throw new java.nio.file.NoSuchFileException(file.toString());
        }
        return new Handle(file, writable ? "rw" : "r");
    }

    @Override
    public DiskFile create(String name) throws IOException {
        delete(name);
        return new Handle(folder.resolve(name), "rw");
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                folder.resolve(from),
                folder.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void force() throws IOException {
        force(folder);
    }

    /** Forces the names in a folder. Windows has no way to ask for it: there the file system's own journal must do. */
    static void force(Path folder) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        uninterrupted(() -> {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        });
    }

    /** Work on a channel of its own, done again where an interrupt closed the channel; the interrupt is kept for the caller. */
    static void uninterrupted(Work work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    work.run();
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Something that reads or writes. */
    interface Work {
        void run() throws IOException;
    }

    private static final class Handle implements DiskFile {
        private final ReentrantLock lock = new ReentrantLock();
        private final RandomAccessFile file;
        // Guarded by the lock. Where the file stands, so that writing at the end needs no seek.
        private long place;

        Handle(Path path, String mode) throws IOException {
            this.file = new RandomAccessFile(path.toFile(), mode);
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void read(long at, byte[] into, int from, int length) throws IOException {
            lock.lock();
            try {
                seek(at);
                place = -1;
                file.readFully(into, from, length);
                place = at + length;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void write(long at, byte[] bytes, int length) throws IOException {
            lock.lock();
            try {
                seek(at);
                place = -1;
                file.write(bytes, 0, length);
                place = at + length;
            } finally {
                lock.unlock();
            }
        }

        private void seek(long at) throws IOException {
            if (place != at) {
                file.seek(at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            lock.lock();
            try {
                place = -1;
                file.setLength(size);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
