package dev.tenon.recall.store;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.SessionInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of one session. Used by one thread of one process at a time.
 *
 * <p>Each line is {@code length checksum JSON}: eight hexadecimal digits each, of the bytes of the JSON. The first says whose the file is, each other is one append. A last line that is not whole is what a
 * crash left; a whole one whose checksum is wrong is damage, and told.
 */
final class SessionFile {
    /** Behind the name of a file that is not yet in its place. */
    static final String BESIDE = ".new";

    private static final int FORM = 1;

    /** Two times eight digits, each with a blank behind it. */
    private static final int PREFIX = 18;

    private static final int MOST_LINE = 1 << 30;

    private final Path path;
    private String id = "";
    private String user = "";
    private long version;
    private long end;
    private Instant created = Instant.EPOCH;
    private Instant updated = Instant.EPOCH;
    private final Set<String> keys = new HashSet<>();

    SessionFile(Path path) {
        this.path = path;
    }

    Set<String> keys() {
        return keys;
    }

    long version() {
        return version;
    }

    String user() {
        return user;
    }

    SessionInfo info(String session) {
        return version == 0 ? SessionInfo.none(session) : new SessionInfo(session, user, id, version, created, updated);
    }

    private void forget() {
        id = "";
        user = "";
        version = 0;
        end = 0;
        created = Instant.EPOCH;
        updated = Instant.EPOCH;
        keys.clear();
    }

    /** Takes what others wrote since, and gives the entries after a version. */
    void read(long after, List<SessionEntry> to) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Line head = line(channel, 0, path);
            if (head == null) {
                // It is put in its place whole: what has no first line was not written here.
                throw MemoryException.damaged(path.toString(), "its first line is not whole");
            }
            String now = head.json().string("id").orElse("");
            if (!now.equals(id)) {
                forget();
                head(head, now);
            }
            // What is known need not be read, unless it is asked for.
            long at = after >= version ? end : head.next();
            long counted = after >= version ? version : 0;
            for (Line line = line(channel, at, path); line != null; line = line(channel, line.next(), path)) {
                counted = entries(line, counted, after, to);
            }
        } catch (NoSuchFileException e) {
            forget();
        }
    }

    private void head(Line head, String now) {
        long form = head.json().get("form").map(Json::asLong).orElse(0L);
        if (form > FORM) {
            throw MemoryException.newer(path.toString(), form, FORM);
        }
        id = now;
        created = Instant.ofEpochMilli(
                head.json().get("created").map(Json::asLong).orElse(0L));
        end = head.next();
    }

    private long entries(Line line, long before, long after, List<SessionEntry> to) {
        long counted = before;
        boolean isNew = line.next() > end;
        for (Json json : line.json().get("entries").orElse(Json.Arr.EMPTY).asArr()) {
            counted++;
            if (isNew || counted > after) {
                SessionEntry entry = json.as(SessionEntry.class);
                if (counted > after) {
                    to.add(entry);
                }
                if (isNew) {
                    keys.add(entry.key());
                }
            }
        }
        if (isNew) {
            version = counted;
            end = line.next();
            user = line.json().string("user").orElse("");
            updated =
                    Instant.ofEpochMilli(line.json().get("at").map(Json::asLong).orElse(0L));
        }
        return counted;
    }

    void append(String session, String asks, List<SessionEntry> entries) throws IOException {
        String owner = user.isEmpty() ? asks : user;
        byte[] line = bytes(FileMemoryStore.line(version + entries.size(), owner, entries));
        if (version == 0) {
            begin(session, entries.getFirst().at(), line);
        } else {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                // What a crash left of an unfinished line goes first: it may be longer than this one.
                channel.truncate(end);
                write(channel, end, line);
                channel.force(false);
            }
            end += line.length;
        }
        version += entries.size();
        user = owner;
        updated = entries.getLast().at();
        for (SessionEntry entry : entries) {
            keys.add(entry.key());
        }
    }

    /** A file is written beside its place and put there whole. */
    private void begin(String session, Instant now, byte[] line) throws IOException {
        String fresh = Appends.newId();
        byte[] head = bytes(Json.object()
                .put("form", FORM)
                .put("session", session)
                .put("id", fresh)
                .put("created", now.toEpochMilli())
                .build());
        Path beside = path.resolveSibling(path.getFileName() + BESIDE);
        try (FileChannel channel = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(channel, 0, head);
            write(channel, head.length, line);
            channel.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
        forget();
        id = fresh;
        created = now;
        end = (long) head.length + line.length;
    }

    boolean delete() throws IOException {
        boolean was = Files.deleteIfExists(path);
        Files.deleteIfExists(path.resolveSibling(path.getFileName() + BESIDE));
        if (was) {
            forceFolder();
        }
        forget();
        return was;
    }

    /** So that the name is on disk too. Where folders cannot be opened, the system does it by itself. */
    private void forceFolder() {
        Path folder = path.getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(SessionFile.class).debug("folder {} could not be forced", folder, e);
        }
    }

    /** What a file says of its session in its first and its last line; null where nothing was appended. */
    static @Nullable SessionInfo peek(Path path) throws IOException {
        SessionFile file = new SessionFile(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Line head = line(channel, 0, path);
            if (head == null) {
                throw MemoryException.damaged(path.toString(), "its first line is not whole");
            }
            file.head(head, head.json().string("id").orElse(""));
            @Nullable Line last = null;
            long at = head.next();
            // Lengths lead from line to line, so that only the last is read.
            for (long next = next(channel, at); next > 0; next = next(channel, at)) {
                long after = next(channel, next);
                if (after <= 0) {
                    last = line(channel, at, path);
                }
                at = next;
            }
            if (last == null) {
                return null;
            }
            return new SessionInfo(
                    head.json().string("session").orElse(""),
                    last.json().string("user").orElse(""),
                    file.id,
                    last.json().get("version").map(Json::asLong).orElse(0L),
                    file.created,
                    Instant.ofEpochMilli(last.json().get("at").map(Json::asLong).orElse(0L)));
        }
    }

    // Lines

    private record Line(Json.Obj json, long next) {}

    private static byte[] bytes(Json json) {
        byte[] text = Appends.text(json).getBytes(StandardCharsets.UTF_8);
        byte[] prefix = String.format("%08x %08x ", text.length, checksum(text)).getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[PREFIX + text.length + 1];
        System.arraycopy(prefix, 0, line, 0, PREFIX);
        System.arraycopy(text, 0, line, PREFIX, text.length);
        line[line.length - 1] = '\n';
        return line;
    }

    private static int checksum(byte[] text) {
        CRC32C crc = new CRC32C();
        crc.update(text);
        return (int) crc.getValue();
    }

    /** Where the line after the one that begins here begins; 0 where that is not whole. */
    private static long next(FileChannel channel, long at) throws IOException {
        byte[] prefix = new byte[PREFIX];
        if (!fill(channel, at, prefix)) {
            return 0;
        }
        long length = hex(prefix, 0);
        long next = at + PREFIX + length + 1;
        return length < 0 || length > MOST_LINE || next > channel.size() ? 0 : next;
    }

    /** The line that begins here; null where there is none, or it is not whole. */
    private static @Nullable Line line(FileChannel channel, long at, Path path) throws IOException {
        long next = next(channel, at);
        if (next == 0) {
            return null;
        }
        byte[] prefix = new byte[PREFIX];
        byte[] text = new byte[(int) (next - at - PREFIX - 1)];
        byte[] newline = new byte[1];
        boolean whole =
                fill(channel, at, prefix) && fill(channel, at + PREFIX, text) && fill(channel, next - 1, newline);
        boolean fits = whole && newline[0] == '\n' && hex(prefix, 9) == (checksum(text) & 0xFFFFFFFFL);
        if (!fits) {
            if (next == channel.size() && hasZeros(text)) {
                // The length reached the disk, not all of the rest.
                return null;
            }
            throw MemoryException.damaged(path.toString(), "the line at byte " + at + " is not as it was written");
        }
        try {
            return new Line(Json.parse(text).asObj(), next);
        } catch (JsonException e) {
            throw MemoryException.damaged(path.toString(), "the line at byte " + at + " is no JSON");
        }
    }

    private static boolean hasZeros(byte[] text) {
        for (byte one : text) {
            if (one == 0) {
                return true;
            }
        }
        return false;
    }

    private static long hex(byte[] prefix, int from) {
        long value = 0;
        for (int i = from; i < from + 8; i++) {
            int digit = Character.digit(prefix[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return prefix[from + 8] == ' ' ? value : -1;
    }

    private static boolean fill(FileChannel channel, long at, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long from = at;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, from);
            if (read < 0) {
                return false;
            }
            from += read;
        }
        return true;
    }

    private static void write(FileChannel channel, long at, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long to = at;
        while (buffer.hasRemaining()) {
            to += channel.write(buffer, to);
        }
    }
}
