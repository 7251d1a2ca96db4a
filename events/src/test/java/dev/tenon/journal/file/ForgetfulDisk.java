package dev.tenon.journal.file;

import dev.tenon.testing.Chance;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A disk in memory whose machine can be stopped. What was not forced by then is forgotten in parts: of each write any of its blocks, of the names all changes from
 * some point on. Thread-safe.
 */
final class ForgetfulDisk implements Disk {
    /** Bytes that are kept or forgotten together; small, because the journals of the tests are. */
    private static final int BLOCK = 16;

    private final Map<String, Content> names = new TreeMap<>();
    private final Map<String, Content> forcedNames = new TreeMap<>();
    private final List<Change> nameChanges = new ArrayList<>();
    private long stopAt = Long.MAX_VALUE;
    private long failingForces;
    private long room = Long.MAX_VALUE;
    private long steps;

    private interface Change {
        void apply(Map<String, Content> names);
    }

    /** A write, or a cut at a place. */
    private static final class Write {
        final long at;
        final byte[] bytes;
        final boolean cuts;

        Write(long at, byte[] bytes, boolean cuts) {
            this.at = at;
            this.bytes = bytes;
            this.cuts = cuts;
        }
    }

    private static final class Content {
        byte[] bytes = {};
        byte[] forced = {};
        final List<Write> since = new ArrayList<>();
    }

    /** An empty disk. */
    ForgetfulDisk() {}

    /** A disk with these files on it for good. */
    ForgetfulDisk(Map<String, byte[]> files) {
        files.forEach((name, bytes) -> {
            Content content = new Content();
            content.bytes = bytes.clone();
            content.forced = bytes.clone();
            names.put(name, content);
            forcedNames.put(name, content);
        });
    }

    /** The machine stops at the step of this number, from 1: each write, cut, force, opening and change of a name is one. */
    synchronized ForgetfulDisk stopAt(long step) {
        stopAt = step;
        return this;
    }

    /** So many forces from now on fail. */
    synchronized void failForces(long many) {
        failingForces = many;
    }

    /** So many bytes can be written from now on. */
    synchronized void room(long bytes) {
        room = bytes;
    }

    /** How many steps there were. */
    synchronized long steps() {
        return steps;
    }

    /** What the files hold now. */
    synchronized Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        names.forEach((name, content) -> files.put(name, content.bytes.clone()));
        return files;
    }

    /** What is found when the machine starts again. */
    synchronized ForgetfulDisk afterCrash(Chance chance) {
        Map<String, Content> left = new TreeMap<>(forcedNames);
        int kept = chance.below(nameChanges.size() + 1);
        for (Change change : nameChanges.subList(0, kept)) {
            change.apply(left);
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        left.forEach((name, content) -> files.put(name, remembered(content, chance)));
        return new ForgetfulDisk(files);
    }

    private static byte[] remembered(Content content, Chance chance) {
        byte[] bytes = content.forced.clone();
        int keptOf = chance.below(3);
        for (Write write : content.since) {
            if (write.cuts) {
                bytes = keptOf > 0 && chance.oneIn(2) ? Arrays.copyOf(bytes, (int) write.at) : bytes;
                continue;
            }
            for (int from = 0; from < write.bytes.length; from += BLOCK) {
                boolean kept = keptOf == 2 ? !chance.oneIn(4) : keptOf == 1 && chance.oneIn(2);
                if (kept) {
                    int length = Math.min(BLOCK, write.bytes.length - from);
                    bytes = with(bytes, (int) write.at + from, write.bytes, from, length);
                }
            }
        }
        return bytes;
    }

    private static byte[] with(byte[] bytes, int at, byte[] more, int from, int length) {
        byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, at + length));
        System.arraycopy(more, from, result, at, length);
        return result;
    }

    private void step() throws IOException {
        if (++steps >= stopAt) {
            throw new IOException("the machine stopped");
        }
    }

    private void change(Change change) throws IOException {
        nameChanges.add(change);
        change.apply(names);
        step();
    }

    private Content content(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return content;
    }

    @Override
    public synchronized List<String> names() {
        return List.copyOf(names.keySet());
    }

    @Override
    public Path path(String name) {
        return Path.of("/journal", name);
    }

    @Override
    public synchronized DiskFile open(String name) throws IOException {
        step();
        return new Handle(content(name));
    }

    @Override
    public synchronized DiskFile create(String name) throws IOException {
        Content content = new Content();
        change(all -> all.put(name, content));
        return new Handle(content);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        Content content = content(from);
        change(all -> {
            all.remove(from, content);
            all.put(to, content);
        });
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        change(all -> all.remove(name));
    }

    @Override
    public synchronized void force() throws IOException {
        step();
        forcedNames.clear();
        forcedNames.putAll(names);
        nameChanges.clear();
    }

    private final class Handle implements DiskFile {
        private final Content content;

        Handle(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            synchronized (ForgetfulDisk.this) {
                return content.bytes.length;
            }
        }

        @Override
        public void read(long at, byte[] into, int from, int length) throws IOException {
            synchronized (ForgetfulDisk.this) {
                if (at + length > content.bytes.length) {
                    throw new EOFException();
                }
                System.arraycopy(content.bytes, (int) at, into, from, length);
            }
        }

        @Override
        public void write(long at, byte[] bytes, int length) throws IOException {
            synchronized (ForgetfulDisk.this) {
                int fits = (int) Math.min(length, room);
                content.since.add(new Write(at, Arrays.copyOf(bytes, fits), false));
                content.bytes = with(content.bytes, (int) at, bytes, 0, fits);
                room -= fits;
                if (fits < length) {
                    throw new IOException("No space left on device");
                }
                step();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (ForgetfulDisk.this) {
                step();
                content.since.add(new Write(size, new byte[0], true));
                room += room == Long.MAX_VALUE ? 0 : content.bytes.length - size;
                content.bytes = Arrays.copyOf(content.bytes, (int) size);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (ForgetfulDisk.this) {
                step();
                if (failingForces > 0) {
                    failingForces--;
                    throw new IOException("Input/output error");
                }
                content.forced = content.bytes.clone();
                content.since.clear();
            }
        }

        @Override
        public void close() {}
    }
}
