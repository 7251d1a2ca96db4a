package dev.tenon.toolbox.files;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.toolbox.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.LoggerFactory;

/**
 * All changes under one root: each call's are made all or not at all, also where the process dies, and the newest can be taken back. Thread-safe, also among processes.
 *
 * <p>A change set is a folder {@code .tenon-changes/<number>} of the root. Before each step its record is forced to the file {@code log} there, and what the step replaces or removes lies
 * beside it as {@code <step>.old}. The step itself is one rename. A file {@code done} ends the set. A set without it was cut off by a crash: whoever comes next takes its steps back, newest
 * first. Undoing is the same: {@code done} is deleted first. Taking back a step looks at what is there: it restores only where nobody else has changed the file since, and leaves the old
 * content in the set where somebody has.
 *
 * <p>Who can write under the root can write these records too; they are read like a model's own words, so what they can do is no more than a model can: change what is under the root.
 */
final class Changes {
    private static final String FOLDER = PathRules.OWN + "changes";
    private static final String LOG = "log";
    private static final String DONE = "done";
    private static final String GONE = "gone-";
    private static final long WAIT_SECONDS = 10;

    /** Of this process, by the root's real path: a file lock holds off other processes only. */
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final Root root;
    private final FileLimits limits;
    private final int kept;
    private final boolean hardLinks;
    private final ReentrantLock lock;

    Changes(Root root, FileLimits limits, int kept, boolean hardLinks) {
        this.root = root;
        this.limits = limits;
        this.kept = kept;
        this.hardLinks = hardLinks;
        this.lock = LOCKS.computeIfAbsent(root.path(), path -> new ReentrantLock());
    }

    /** Makes changes. */
    @FunctionalInterface
    interface Work {
        void make(Steps steps) throws IOException;
    }

    /** Makes changes, all or none. Returns the number of the set, by which it can be named. */
    String make(Work work) throws IOException {
        return locked(home -> {
            List<String> sets = numbered(home.folder);
            String number = next(sets);
            home.folder.make(number, home.root);
            try (Folder set = home.folder.child(number)) {
                Steps steps = new Steps(home.root, set);
                try {
                    work.make(steps);
                    touch(set, DONE);
                } catch (IOException | RuntimeException e) {
                    takeBack(home.root, set);
                    discard(home.folder, number);
                    throw e;
                }
            }
            sets.add(number);
            for (String old : sets.subList(0, Math.max(0, sets.size() - kept))) {
                discard(home.folder, old);
            }
            return number;
        });
    }

    /** Takes the newest changes back. Returns what each of their steps had done. */
    List<String> undo() throws IOException {
        return locked(home -> {
            List<String> sets = numbered(home.folder);
            if (sets.isEmpty()) {
                throw new RefusedException(
                        "files.undo",
                        "there is nothing to undo",
                        "undoing the newest " + kept + " changes of these tools");
            }
            String number = sets.get(sets.size() - 1);
            List<String> told = new ArrayList<>();
            try (Folder set = home.folder.child(number)) {
                List<Step> steps = new ArrayList<>();
                for (Optional<Step> each : log(set)) {
                    steps.add(each.orElseThrow(() -> new RefusedException(
                            "files.undo",
                            "the record of the newest change is damaged",
                            "to change the files back one by one")));
                }
                for (Step step : steps) {
                    told.add(step.told());
                }
                for (int i = steps.size() - 1; i >= 0; i--) {
                    if (last(steps, i)) {
                        checkUntouched(steps.get(i));
                    }
                }
                set.deleteFile(DONE);
                takeBack(home.root, set);
            }
            discard(home.folder, number);
            return told;
        });
    }

    /** Takes back what a crash cut off. */
    void recover() throws IOException {
        try (Folder top = root.open()) {
            if (top.attributes(FOLDER).isEmpty()) {
                return;
            }
        }
        locked(home -> "");
    }

    // Who may work

    private record Home(Folder root, Folder folder) {}

    @FunctionalInterface
    private interface Task<T> {
        T run(Home home) throws IOException;
    }

    private <T> T locked(Task<T> task) throws IOException {
        boolean mine;
        try {
            mine = lock.tryLock(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        if (!mine) {
            throw busy();
        }
        try (Folder top = root.open()) {
            prepare(top);
            try (Folder folder = top.child(FOLDER);
                    SeekableByteChannel file = folder.own("lock");
                    FileLock held = lock(file)) {
                if (!held.isValid()) {
                    throw busy();
                }
                for (String name : folder.names()) {
                    if (name.startsWith(GONE)) {
                        folder.deleteAll(name);
                    }
                }
                for (String unfinished : unfinished(folder)) {
                    try (Folder set = folder.child(unfinished)) {
                        takeBack(top, set);
                    }
                    discard(folder, unfinished);
                }
                return task.run(new Home(top, folder));
            }
        } finally {
            lock.unlock();
        }
    }

    private static RefusedException busy() {
        return new RefusedException(
                "files.busy",
                "other changes under this root take longer than " + WAIT_SECONDS + " s",
                "to try again later");
    }

    private static FileLock lock(SeekableByteChannel file) throws IOException {
        if (!(file instanceof FileChannel channel)) {
            throw new IOException("this file system locks no files");
        }
        for (int i = 0; i < WAIT_SECONDS * 50; i++) {
            FileLock held;
            try {
                held = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                held = null; // another class loader's copy of this class
            }
            if (held != null) {
                return held;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw busy();
    }

    private void prepare(Folder top) throws IOException {
        if (top.attributes(FOLDER).isPresent()) {
            return;
        }
        try {
            Files.createDirectory(root.path().resolve(FOLDER));
        } catch (FileAlreadyExistsException e) {
            return;
        }
        try (Folder folder = top.child(FOLDER);
                SeekableByteChannel ignore = folder.create(".gitignore")) {
            write(ignore, "*\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    // Sets

    private static List<String> numbered(Folder folder) throws IOException {
        List<String> numbered = new ArrayList<>();
        for (String name : folder.names()) {
            if (name.length() == 9 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                numbered.add(name);
            }
        }
        return numbered;
    }

    private static List<String> unfinished(Folder folder) throws IOException {
        List<String> unfinished = new ArrayList<>();
        for (String name : numbered(folder)) {
            try (Folder set = folder.child(name)) {
                if (set.attributes(DONE).isEmpty()) {
                    unfinished.add(0, name);
                }
            }
        }
        return unfinished;
    }

    /** Renamed first: half a deleted set must not be taken for one that a crash cut off. */
    private static void discard(Folder folder, String number) throws IOException {
        String gone = GONE + number;
        folder.deleteAll(gone);
        folder.move(number, folder, gone);
        folder.deleteAll(gone);
    }

    private static String next(List<String> sets) {
        int last = sets.isEmpty() ? 0 : Integer.parseInt(sets.get(sets.size() - 1));
        return String.format(java.util.Locale.ROOT, "%09d", last + 1);
    }

    private static void touch(Folder set, String name) throws IOException {
        try (SeekableByteChannel file = set.create(name)) {
            write(file, new byte[0]);
        }
    }

    // Steps

    /** What a step does. */
    private enum Kind {
        /** A file has new content. */
        PUT,
        /** A file or folder is gone. */
        REMOVE,
        /** A folder is there. */
        FOLDER,
        /** What was at a path is at another. */
        MOVE
    }

    /**
     * A step as it is on record.
     *
     * @param before the digest of the file that was there; empty where none was
     * @param after the digest of the file that is there now
     */
    private record Step(int number, Kind kind, List<String> path, List<String> to, String before, String after) {
        Step {
            path = List.copyOf(path);
            to = List.copyOf(to);
        }

        Json json() {
            return Json.object()
                    .put("number", number)
                    .put("kind", kind.name())
                    .put("path", names(path))
                    .put("to", names(to))
                    .put("before", before)
                    .put("after", after)
                    .build();
        }

        private static Json names(List<String> path) {
            return Json.array(path.toArray());
        }

        static Step of(Json json) {
            Json.Obj object = json.asObj();
            return new Step(
                    (int) object.get("number").orElse(Json.NULL).asLong(),
                    Kind.valueOf(object.string("kind").orElse("")),
                    path(object, "path"),
                    path(object, "to"),
                    object.string("before").orElse(""),
                    object.string("after").orElse(""));
        }

        private static List<String> path(Json.Obj object, String name) {
            List<String> segments = new ArrayList<>();
            for (Json segment : object.get(name).orElse(Json.Arr.EMPTY).asArr()) {
                segments.add(segment.asString());
            }
            List<String> read = PathRules.segments(String.join("/", segments));
            if (!read.equals(segments)) {
                throw PathRules.refused("a record of changes names no path");
            }
            return read;
        }

        String told() {
            String at = RefusedException.shown(String.join("/", path));
            return switch (kind) {
                case PUT -> (before.isEmpty() ? "created " : "changed ") + at;
                case REMOVE -> "removed " + at;
                case FOLDER -> "made folder " + at;
                case MOVE -> "moved " + at + " to " + RefusedException.shown(String.join("/", to));
            };
        }
    }

    /** The steps of a change set, each made at once. Not thread-safe. */
    final class Steps {
        private final Folder top;
        private final Folder set;
        private int count;

        Steps(Folder top, Folder set) {
            this.top = top;
            this.set = set;
        }

        /** The file's content; empty where there is none. */
        Optional<byte[]> content(List<String> path) throws IOException {
            try (Folder folder = root.above(path)) {
                if (folder.attributes(name(path)).isEmpty()) {
                    return Optional.empty();
                }
                return Optional.of(read(folder, name(path), hardLinks));
            }
        }

        /** What is at a path. */
        Optional<BasicFileAttributes> attributes(List<String> path) throws IOException {
            try (Folder folder = root.above(path)) {
                return folder.attributes(name(path));
            }
        }

        /** Gives a file this content; it replaces a plain file. */
        void put(List<String> path, byte[] content) throws IOException {
            if (content.length > limits.writeBytes()) {
                throw new RefusedException(
                        "files.size",
                        "\"" + RefusedException.shown(String.join("/", path)) + "\" would have " + content.length
                                + " bytes",
                        "files of at most " + limits.writeBytes() + " bytes");
            }
            int number = ++count;
            try (Folder folder = root.above(path)) {
                String name = name(path);
                String before = "";
                if (folder.attributes(name).isPresent()) {
                    byte[] old = read(folder, name, true);
                    before = digest(old);
                    stage(number + ".old", old);
                    permit(folder, name, number + ".old");
                }
                stage(number + ".new", content);
                if (!before.isEmpty()) {
                    permit(folder, name, number + ".new");
                }
                record(new Step(number, Kind.PUT, path, List.of(), before, digest(content)));
                set.move(number + ".new", folder, name);
            }
        }

        /** Removes a file, or a folder with everything in it. */
        void remove(List<String> path) throws IOException {
            int number = ++count;
            try (Folder folder = root.above(path)) {
                if (folder.attributes(name(path)).isEmpty()) {
                    throw folder.missing(name(path));
                }
                record(new Step(number, Kind.REMOVE, path, List.of(), "", ""));
                folder.move(name(path), set, number + ".old");
            }
        }

        /** Makes a folder, and those above it that are not there. */
        void folders(List<String> path) throws IOException {
            for (int depth = 1; depth <= path.size(); depth++) {
                List<String> each = path.subList(0, depth);
                try (Folder folder = root.above(each)) {
                    if (folder.attributes(name(each)).isEmpty()) {
                        record(new Step(++count, Kind.FOLDER, each, List.of(), "", ""));
                        folder.make(name(each), top);
                    } else {
                        folder.child(name(each)).close();
                    }
                }
            }
        }

        /** Moves a file or a folder to a path where nothing is. */
        void move(List<String> from, List<String> to) throws IOException {
            try (Folder source = root.above(from);
                    Folder target = root.above(to)) {
                if (source.attributes(name(from)).isEmpty()) {
                    throw source.missing(name(from));
                }
                if (target.attributes(name(to)).isPresent()) {
                    throw new RefusedException(
                            "files.exists",
                            "\"" + target.at(name(to)) + "\" is there already",
                            "a path where nothing is");
                }
                record(new Step(++count, Kind.MOVE, from, to, "", ""));
                source.move(name(from), target, name(to));
            }
        }

        private void stage(String name, byte[] content) throws IOException {
            try (SeekableByteChannel file = set.create(name)) {
                write(file, content);
            }
        }

        private void permit(Folder folder, String name, String staged) throws IOException {
            var permissions = folder.permissions(name);
            if (permissions.isPresent()) {
                set.permit(staged, permissions.get());
            }
        }

        private void record(Step step) throws IOException {
            try (SeekableByteChannel file = set.own(LOG)) {
                file.position(file.size());
                write(file, (step.json() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String name(List<String> path) {
        return path.get(path.size() - 1);
    }

    // Taking back

    /** The steps on record; empty in place of one that cannot be read. */
    private List<Optional<Step>> log(Folder set) throws IOException {
        if (set.attributes(LOG).isEmpty()) {
            return List.of();
        }
        List<Optional<Step>> steps = new ArrayList<>();
        String text = new String(read(set, LOG, true), StandardCharsets.UTF_8);
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            if (end < 0) {
                break; // cut off while it was written: its step was not made
            }
            try {
                steps.add(Optional.of(Step.of(Json.parse(text.substring(from, end)))));
            } catch (JsonException | IllegalArgumentException | RefusedException e) {
                steps.add(Optional.empty());
            }
            from = end + 1;
        }
        return steps;
    }

    private void takeBack(Folder top, Folder set) throws IOException {
        List<Optional<Step>> steps = log(set);
        boolean left = false;
        for (int i = steps.size() - 1; i >= 0; i--) {
            try {
                left |= steps.get(i).isEmpty() || !takeBack(steps.get(i).get(), set);
            } catch (RefusedException e) {
                left = true;
            }
        }
        if (left) {
            String kept = PathRules.OWN + "kept-" + System.nanoTime();
            LoggerFactory.getLogger(Changes.class)
                    .warn(
                            "changes under {} could not be taken back wholly, since others changed the same files; the"
                                    + " old files are in {}",
                            root.path(),
                            kept);
            keep(top, set, kept);
        }
    }

    private static void keep(Folder top, Folder set, String name) throws IOException {
        top.make(name, top);
        try (Folder to = top.child(name)) {
            for (String each : set.names()) {
                if (each.endsWith(".old") || each.equals(LOG)) {
                    set.move(each, to, each);
                }
            }
        }
    }

    /** Whether it was taken back, or had not been made. */
    private boolean takeBack(Step step, Folder set) throws IOException {
        String old = step.number + ".old";
        boolean hasOld = set.attributes(old).isPresent();
        try (Folder folder = root.above(step.path)) {
            String name = name(step.path);
            boolean there = folder.attributes(name).isPresent();
            return switch (step.kind) {
                case PUT -> {
                    String now = there ? digest(read(folder, name, true)) : "";
                    if (now.equals(step.before)) {
                        yield true;
                    }
                    if (!now.equals(step.after)) {
                        yield false;
                    }
                    if (step.before.isEmpty()) {
                        folder.deleteFile(name);
                        yield true;
                    }
                    if (hasOld) {
                        set.move(old, folder, name);
                    }
                    yield hasOld;
                }
                case REMOVE -> {
                    if (!hasOld) {
                        yield true;
                    }
                    if (there) {
                        yield false;
                    }
                    set.move(old, folder, name);
                    yield true;
                }
                case FOLDER -> {
                    if (there) {
                        folder.deleteEmptyFolder(name);
                    }
                    yield true;
                }
                case MOVE -> {
                    try (Folder target = root.above(step.to)) {
                        boolean moved = target.attributes(name(step.to)).isPresent();
                        if (!there && moved) {
                            target.move(name(step.to), folder, name);
                        }
                        yield !there || !moved;
                    }
                }
            };
        } catch (java.nio.file.DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** Whether no later step of the set is about the same path. */
    private static boolean last(List<Step> steps, int index) {
        List<String> path = steps.get(index).path;
        for (int i = index + 1; i < steps.size(); i++) {
            Step later = steps.get(i);
            if (later.path.equals(path) || later.to.equals(path) || starts(path, later.path)) {
                return false;
            }
        }
        return true;
    }

    private static boolean starts(List<String> path, List<String> above) {
        return path.size() > above.size() && path.subList(0, above.size()).equals(above);
    }

    private void checkUntouched(Step step) throws IOException {
        boolean as;
        try (Folder folder = root.above(step.path)) {
            boolean there = folder.attributes(name(step.path)).isPresent();
            as = switch (step.kind) {
                case PUT -> there && digest(read(folder, name(step.path), true)).equals(step.after);
                case REMOVE, MOVE -> !there;
                case FOLDER -> there;
            };
        }
        if (!as) {
            throw new RefusedException(
                    "files.undo",
                    "\"" + RefusedException.shown(String.join("/", step.path))
                            + "\" was changed since, and undoing would lose that",
                    "undoing what nobody has changed since");
        }
    }

    // Bytes

    /** A whole file within what may be written. */
    byte[] read(Folder folder, String name, boolean hardLinks) throws IOException {
        long most = Math.max(limits.writeBytes(), 1 << 20);
        try (SeekableByteChannel file = folder.read(name, hardLinks)) {
            if (file.size() > most) {
                throw new RefusedException(
                        "files.size",
                        "\"" + folder.at(name) + "\" has " + file.size() + " bytes",
                        "changing files of at most " + most + " bytes");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) file.size() + 1);
            while (buffer.hasRemaining() && file.read(buffer) >= 0) {
                Thread.onSpinWait();
            }
            return java.util.Arrays.copyOf(buffer.array(), buffer.position());
        }
    }

    static void write(SeekableByteChannel file, byte[] content) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        if (file instanceof FileChannel channel) {
            channel.force(true);
        }
    }

    static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
