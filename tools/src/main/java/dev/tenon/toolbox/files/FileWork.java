package dev.tenon.toolbox.files;

import dev.tenon.json.Json;
import dev.tenon.tool.ToolContext;
import dev.tenon.toolbox.RefusedException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the file tools do. Thread-safe. */
final class FileWork {
    private static final int DEEPEST = 50;

    private final List<Root> roots;
    private final FileLimits limits;
    private final boolean hardLinks;
    private final List<Glob> hidden;
    private final List<Glob> untouched;
    private final Map<Root, Changes> changes = new LinkedHashMap<>();

    /** The root that was changed last, which is the one whose change is undone first. */
    private volatile Root newest;

    FileWork(
            List<Root> roots, FileLimits limits, boolean hardLinks, int undo, List<Glob> hidden, List<Glob> untouched) {
        this.roots = roots;
        this.limits = limits;
        this.hardLinks = hardLinks;
        this.hidden = hidden;
        this.untouched = untouched;
        this.newest = roots.get(0);
        for (Root root : roots) {
            changes.put(root, new Changes(root, limits, undo, hardLinks));
        }
    }

    void recover() throws IOException {
        for (Changes each : changes.values()) {
            each.recover();
        }
    }

    // Places

    /** A path that has been read. */
    private record Place(Root root, List<String> segments) {
        String path() {
            return String.join("/", segments);
        }

        String name() {
            return segments.get(segments.size() - 1);
        }

        /** As the model names it. */
        String shown() {
            String path = RefusedException.shown(path());
            return root.name().isEmpty() ? path : root.name() + (path.isEmpty() ? "" : "/" + path);
        }
    }

    private Place place(String path) {
        List<String> segments = PathRules.segments(path);
        Place place = new Place(roots.get(0), segments);
        if (!roots.get(0).name().isEmpty()) {
            List<String> names = roots.stream().map(Root::name).toList();
            int index = segments.isEmpty() ? -1 : names.indexOf(segments.get(0));
            if (index < 0) {
                throw new RefusedException(
                        "files.root",
                        "\"" + RefusedException.shown(path) + "\" begins with no root's name",
                        "paths that begin with one of " + String.join(", ", names));
            }
            place = new Place(roots.get(index), segments.subList(1, segments.size()));
        }
        for (int i = 1; i <= place.segments.size(); i++) {
            if (hidden(String.join("/", place.segments.subList(0, i)))) {
                throw new RefusedException(
                        "files.missing",
                        "there is no \"" + place.shown() + "\"",
                        "what files_list and files_glob show");
            }
        }
        return place;
    }

    /** A place that something is, or may come to be, at; not a root. */
    private Place inside(String path) {
        Place place = place(path);
        if (place.segments.isEmpty()) {
            throw PathRules.refused("\"" + RefusedException.shown(path) + "\" is a root itself");
        }
        return place;
    }

    private Place changeable(String path) {
        Place place = inside(path);
        for (int i = 1; i <= place.segments.size(); i++) {
            refuseUntouched(String.join("/", place.segments.subList(0, i)), place.shown());
        }
        return place;
    }

    private void refuseUntouched(String path, String shown) {
        if (matches(untouched, path)) {
            throw new RefusedException(
                    "files.untouched",
                    "\"" + shown + "\" may be read and not changed",
                    "changes elsewhere under the root");
        }
    }

    private boolean hidden(String path) {
        return matches(hidden, path);
    }

    private static boolean matches(List<Glob> globs, String path) {
        if (globs.isEmpty()) {
            return false;
        }
        List<String> folded = new ArrayList<>();
        for (String segment : path.split("/")) {
            folded.add(PathRules.folded(segment));
        }
        String plain = String.join("/", folded);
        String exact = PathRules.caseless(path);
        return globs.stream().anyMatch(glob -> glob.matches(plain) || glob.matches(exact));
    }

    /** What is moved or deleted as a whole must not hold what may not be. */
    private void checkTree(Place place, ToolContext context) throws IOException {
        try (Folder above = place.root.above(place.segments)) {
            Optional<BasicFileAttributes> found = above.attributes(place.name());
            if (found.isEmpty() || !found.get().isDirectory()) {
                return;
            }
            Search search = new Search(limits, path -> false, context);
            try (Folder folder = above.child(place.name())) {
                search.walk(folder, place.path() + "/", DEEPEST, (in, name, path, attributes, depth) -> {
                    if (hidden(path)) {
                        throw new RefusedException(
                                "files.untouched",
                                "\"" + place.shown() + "\" holds what may not be moved or deleted",
                                "moving and deleting what is in it by itself");
                    }
                    refuseUntouched(path, RefusedException.shown(path));
                    if (depth == DEEPEST && attributes.isDirectory()) {
                        search.stop("is deeper than " + DEEPEST);
                    }
                    return true;
                });
            }
            if (search.stopped().isPresent()) {
                throw new RefusedException(
                        "files.size",
                        "\"" + place.shown() + "\" is too large to be looked through: the look "
                                + search.stopped().get(),
                        "moving and deleting smaller folders");
            }
        }
    }

    // Reading

    Object read(FileCall.Read call, ToolContext context) throws IOException {
        Place place = inside(call.path());
        String encoding = call.encoding().orElse("utf-8");
        atLeast("fromLine", call.fromLine(), 1);
        atLeast("lines", call.lines(), 1);
        atLeast("offset", call.offset(), 0);
        atLeast("length", call.length(), 1);
        boolean byBytes = call.offset().isPresent() || call.length().isPresent() || Encodings.isBase64(encoding);
        if (byBytes && (call.fromLine().isPresent() || call.lines().isPresent())) {
            throw new RefusedException(
                    "files.range", "a part is given in lines and in bytes", "fromLine and lines, or offset and length");
        }
        try (Folder folder = place.root.above(place.segments);
                SeekableByteChannel file = folder.read(place.name(), hardLinks)) {
            Reading reading = new Reading(limits);
            return byBytes
                    ? reading.bytes(
                            file,
                            place.shown(),
                            call.offset().orElse(0L),
                            call.length().orElse(Long.MAX_VALUE),
                            encoding)
                    : reading.lines(
                            file,
                            place.shown(),
                            call.fromLine().orElse(1L),
                            call.lines().orElse(Long.MAX_VALUE),
                            encoding);
        }
    }

    private static void atLeast(String name, Optional<Long> value, long least) {
        if (value.isPresent() && value.get() < least) {
            throw new RefusedException("files.range", name + " is " + value.get(), name + " from " + least + " on");
        }
    }

    Object list(FileCall.Folders call, ToolContext context) throws IOException {
        String path = call.path().orElse(".");
        if (!roots.get(0).name().isEmpty() && PathRules.segments(path).isEmpty()) {
            return String.join(
                    "\n", roots.stream().map(root -> root.name() + "/").toList());
        }
        Place place = place(path);
        int depth = Math.max(1, Math.min(20, call.depth().orElse(1)));
        return found(place, depth, context, (name, attributes) -> true);
    }

    Object glob(FileCall.Globbing call, ToolContext context) throws IOException {
        Place place = place(call.path().orElse(defaultRoot()));
        Glob glob = Glob.of(call.pattern(), false);
        return found(place, DEEPEST, context, (name, attributes) -> glob.matches(name));
    }

    private String defaultRoot() {
        return roots.size() == 1 && !roots.get(0).name().isEmpty()
                ? roots.get(0).name()
                : ".";
    }

    @FunctionalInterface
    private interface Wanted {
        boolean is(String path, BasicFileAttributes attributes);
    }

    private String found(Place place, int depth, ToolContext context, Wanted wanted) throws IOException {
        List<String> lines = new ArrayList<>();
        String base = place.segments.isEmpty() ? "" : place.path() + "/";
        Search search = new Search(limits, this::hidden, context);
        try (Folder folder = place.root.walk(place.segments)) {
            search.walk(folder, base, depth, (in, name, path, attributes, level) -> {
                if (wanted.is(path.substring(base.length()), attributes)) {
                    if (lines.size() == limits.entries()) {
                        search.stop("found " + limits.entries() + " entries");
                    }
                    lines.add(described(place.root, path, attributes));
                }
                return true;
            });
        }
        return told(lines, search, "nothing is there");
    }

    private static String described(Root root, String path, BasicFileAttributes attributes) {
        String shown = (root.name().isEmpty() ? "" : root.name() + "/") + RefusedException.shown(path);
        if (attributes.isSymbolicLink()) {
            return shown + " (a link, not followed)";
        }
        if (attributes.isDirectory()) {
            return shown + "/";
        }
        return attributes.isRegularFile() ? shown + " " + attributes.size() : shown + " (no plain file)";
    }

    private static String told(List<String> lines, Search search, String none) {
        String end = search.stopped()
                .map(why -> "[ended early: " + why + "; ask for less with path or pattern]")
                .orElse("");
        if (lines.isEmpty()) {
            return end.isEmpty() ? none : end;
        }
        return String.join("\n", lines) + (end.isEmpty() ? "" : "\n" + end);
    }

    Object grep(FileCall.Grep call, ToolContext context) throws IOException {
        Place place = place(call.path().orElse(defaultRoot()));
        LinearRegex regex = LinearRegex.of(call.pattern(), call.ignoreCase().orElse(false));
        Optional<Glob> glob = call.glob().map(pattern -> Glob.of(pattern, false));
        int around = Math.max(0, Math.min(20, call.around().orElse(0)));
        List<String> lines = new ArrayList<>();
        Search search = new Search(limits, this::hidden, context);
        Search.Visitor visitor = (folder, name, path, attributes, depth) -> {
            if (attributes.isRegularFile() && (glob.isEmpty() || glob.get().matches(path))) {
                String shown =
                        (place.root.name().isEmpty() ? "" : place.root.name() + "/") + RefusedException.shown(path);
                lines.addAll(search.grep(folder, name, shown, regex, around, hardLinks));
                if (lines.size() > limits.entries()) {
                    lines.subList(limits.entries(), lines.size()).clear();
                    search.stop("found " + limits.entries() + " lines");
                }
            }
            return true;
        };
        if (!place.segments.isEmpty()) {
            try (Folder above = place.root.above(place.segments)) {
                Optional<BasicFileAttributes> one = above.attributes(place.name());
                if (one.isPresent() && !one.get().isDirectory()) {
                    above.read(place.name(), hardLinks).close(); // says what is wrong with it
                    try {
                        visitor.visit(above, place.name(), place.path(), one.get(), 1);
                    } catch (Search.Stopped e) {
                        return told(lines, search, "no line matches");
                    }
                    return told(lines, search, "no line matches");
                }
            }
        }
        try (Folder folder = place.root.walk(place.segments)) {
            search.walk(folder, place.segments.isEmpty() ? "" : place.path() + "/", DEEPEST, visitor);
        }
        return told(lines, search, "no line matches");
    }

    Object stat(FileCall.One call, ToolContext context) throws IOException {
        Place place = place(call.path());
        if (place.segments.isEmpty()) {
            return Json.object("path", place.shown()).with("kind", "folder");
        }
        try (Folder folder = place.root.above(place.segments)) {
            BasicFileAttributes found = folder.attributes(place.name()).orElseThrow(() -> folder.missing(place.name()));
            String kind = found.isSymbolicLink()
                    ? "link"
                    : found.isDirectory() ? "folder" : found.isRegularFile() ? "file" : "special";
            return Json.object()
                    .put("path", place.shown())
                    .put("kind", kind)
                    .put("size", found.size())
                    .put("modified", found.lastModifiedTime().toInstant().toString())
                    .build();
        }
    }

    // Changing

    private Object make(Place place, String done, Changes.Work work) throws IOException {
        changes(place.root).make(work);
        newest = place.root;
        return done;
    }

    private Changes changes(Root root) {
        Changes found = changes.get(root);
        if (found == null) {
            throw new IllegalStateException("no such root");
        }
        return found;
    }

    Object write(FileCall.Write call, ToolContext context) throws IOException {
        Place place = changeable(call.path());
        byte[] content = Encodings.bytes(call.content(), call.encoding().orElse("utf-8"));
        return make(
                place,
                "wrote " + place.shown() + ", " + content.length + " bytes",
                steps -> write(steps, place, content, call.replace().orElse(true)));
    }

    private static void write(Changes.Steps steps, Place place, byte[] content, boolean replace) throws IOException {
        steps.folders(place.segments.subList(0, place.segments.size() - 1));
        if (!replace) {
            refuseExisting(steps, place);
        }
        steps.put(place.segments, content);
    }

    private static void refuseExisting(Changes.Steps steps, Place place) throws IOException {
        if (steps.attributes(place.segments).isPresent()) {
            throw new RefusedException(
                    "files.exists",
                    "\"" + place.shown() + "\" is there already",
                    "another path, or replace = true where the old file may go");
        }
    }

    Object append(FileCall.Append call, ToolContext context) throws IOException {
        Place place = changeable(call.path());
        String encoding = call.encoding().orElse("utf-8");
        if (encoding.equalsIgnoreCase("utf-16")) {
            throw new RefusedException(
                    "files.encoding",
                    "utf-16 begins with a mark that may stand at the beginning of a file only",
                    "utf-16le or utf-16be, whichever the file is in");
        }
        byte[] content = Encodings.bytes(call.content(), encoding);
        return make(
                place,
                "added " + content.length + " bytes to " + place.shown(),
                steps -> append(steps, place, content));
    }

    private static void append(Changes.Steps steps, Place place, byte[] content) throws IOException {
        byte[] old = steps.content(place.segments).orElse(new byte[0]);
        byte[] whole = java.util.Arrays.copyOf(old, Math.addExact(old.length, content.length));
        System.arraycopy(content, 0, whole, old.length, content.length);
        steps.put(place.segments, whole);
    }

    Object edit(FileCall.Edit call, ToolContext context) throws IOException {
        Place place = changeable(call.path());
        return make(
                place,
                "edited " + place.shown(),
                steps -> edit(
                        steps,
                        place,
                        call.find(),
                        call.replacement(),
                        call.all().orElse(false)));
    }

    private static void edit(Changes.Steps steps, Place place, String find, String replacement, boolean all)
            throws IOException {
        byte[] old = steps.content(place.segments)
                .orElseThrow(() -> new RefusedException(
                        "files.missing",
                        "there is no \"" + place.shown() + "\"",
                        "what files_list and files_glob show"));
        String text = Encodings.text(old, "utf-8", place.shown());
        String wanted = find;
        String instead = replacement;
        if (!text.contains(wanted) && text.contains("\r\n") && wanted.contains("\n")) {
            wanted = wanted.replace("\r\n", "\n").replace("\n", "\r\n");
            instead = instead.replace("\r\n", "\n").replace("\n", "\r\n");
        }
        int first = wanted.isEmpty() ? -1 : text.indexOf(wanted);
        if (first < 0) {
            throw new RefusedException(
                    "files.edit",
                    wanted.isEmpty()
                            ? "the text to find is empty"
                            : "the text to find does not stand in \"" + place.shown() + "\"",
                    "a text exactly as files_read shows it, spaces and line breaks included");
        }
        if (!all && text.indexOf(wanted, first + 1) >= 0) {
            throw new RefusedException(
                    "files.edit",
                    "the text to find stands in \"" + place.shown() + "\" more than once",
                    "a longer text that stands there once, or all = true");
        }
        String changed = all
                ? text.replace(wanted, instead)
                : text.substring(0, first) + instead + text.substring(first + wanted.length());
        steps.put(place.segments, changed.getBytes(StandardCharsets.UTF_8));
    }

    Object copy(FileCall.FromTo call, ToolContext context) throws IOException {
        Place from = inside(call.from());
        Place to = changeable(call.to());
        Map<List<String>, byte[]> files =
                new TreeMap<>(java.util.Comparator.comparing((List<String> l) -> String.join("/", l)));
        List<List<String>> folders = new ArrayList<>();
        collect(from, to, context, files, folders);
        return make(
                to,
                "copied " + from.shown() + " to " + to.shown(),
                steps -> copy(steps, to, files, folders, call.replace().orElse(false)));
    }

    private static void copy(
            Changes.Steps steps, Place to, Map<List<String>, byte[]> files, List<List<String>> folders, boolean replace)
            throws IOException {
        steps.folders(to.segments.subList(0, to.segments.size() - 1));
        if (!replace || !folders.isEmpty()) {
            refuseExisting(steps, to);
        }
        for (List<String> folder : folders) {
            steps.folders(folder);
        }
        for (Map.Entry<List<String>, byte[]> file : files.entrySet()) {
            steps.put(file.getKey(), file.getValue());
        }
    }

    /** All that a copy is made of, read before anything is changed. */
    private void collect(
            Place from, Place to, ToolContext context, Map<List<String>, byte[]> files, List<List<String>> folders)
            throws IOException {
        if (from.root.equals(to.root) && to.path().startsWith(from.path() + "/")) {
            throw PathRules.refused("\"" + to.shown() + "\" lies in \"" + from.shown() + "\" itself");
        }
        Changes reading = changes(from.root);
        try (Folder above = from.root.above(from.segments)) {
            BasicFileAttributes found = above.attributes(from.name()).orElseThrow(() -> above.missing(from.name()));
            if (!found.isDirectory()) {
                files.put(to.segments, reading.read(above, from.name(), hardLinks));
                return;
            }
            folders.add(to.segments);
            Search search = new Search(limits, this::hidden, context);
            long[] bytes = {0};
            int skipped = from.segments.size();
            try (Folder folder = above.child(from.name())) {
                search.walk(folder, from.path() + "/", DEEPEST, (in, name, path, attributes, depth) -> {
                    List<String> target = new ArrayList<>(to.segments);
                    target.addAll(List.of(path.split("/")).subList(skipped, skipped + depth));
                    refuseUntouched(String.join("/", target), RefusedException.shown(path));
                    if (hidden(String.join("/", target))) {
                        return true;
                    }
                    if (attributes.isDirectory()) {
                        folders.add(target);
                        return true;
                    }
                    if (bytes[0] + attributes.size() > limits.writeBytes()) {
                        search.stop("found more than " + limits.writeBytes() + " bytes");
                    }
                    byte[] content = reading.read(in, name, hardLinks);
                    bytes[0] += content.length;
                    files.put(target, content);
                    return true;
                });
            }
            if (search.stopped().isPresent()) {
                throw new RefusedException(
                        "files.size",
                        "\"" + from.shown() + "\" is too large to be copied: the look "
                                + search.stopped().get(),
                        "copies of at most " + limits.writeBytes() + " bytes");
            }
        }
    }

    Object move(FileCall.FromTo call, ToolContext context) throws IOException {
        Place from = changeable(call.from());
        Place to = changeable(call.to());
        checkMove(from, to, context);
        return make(
                to,
                "moved " + from.shown() + " to " + to.shown(),
                steps -> move(steps, from, to, call.replace().orElse(false)));
    }

    private void checkMove(Place from, Place to, ToolContext context) throws IOException {
        if (!from.root.equals(to.root)) {
            throw new RefusedException(
                    "files.root",
                    "\"" + from.shown() + "\" and \"" + to.shown() + "\" lie under two roots",
                    "copying to the other root and then deleting");
        }
        if (to.path().equals(from.path()) || to.path().startsWith(from.path() + "/")) {
            throw PathRules.refused("\"" + to.shown() + "\" is or lies in \"" + from.shown() + "\" itself");
        }
        checkTree(from, context);
    }

    private static void move(Changes.Steps steps, Place from, Place to, boolean replace) throws IOException {
        try (Folder folder = from.root.above(from.segments)) {
            BasicFileAttributes found = folder.attributes(from.name()).orElseThrow(() -> folder.missing(from.name()));
            if (!found.isDirectory()) {
                folder.plain(from.name());
            }
        }
        steps.folders(to.segments.subList(0, to.segments.size() - 1));
        Optional<BasicFileAttributes> there = steps.attributes(to.segments);
        if (there.isPresent()) {
            if (!replace || !there.get().isRegularFile()) {
                refuseExisting(steps, to);
            }
            steps.remove(to.segments);
        }
        steps.move(from.segments, to.segments);
    }

    Object delete(FileCall.Delete call, ToolContext context) throws IOException {
        Place place = changeable(call.path());
        checkTree(place, context);
        return make(
                place,
                "deleted " + place.shown(),
                steps -> delete(steps, place, call.recursive().orElse(false)));
    }

    private static void delete(Changes.Steps steps, Place place, boolean recursive) throws IOException {
        try (Folder folder = place.root.above(place.segments)) {
            Optional<BasicFileAttributes> found = folder.attributes(place.name());
            if (found.isPresent() && found.get().isDirectory() && !recursive) {
                try (Folder inside = folder.child(place.name())) {
                    if (!inside.names().isEmpty()) {
                        throw new RefusedException(
                                "files.not_empty",
                                "the folder \"" + place.shown() + "\" is not empty",
                                "recursive = true");
                    }
                }
            }
        }
        steps.remove(place.segments);
    }

    Object mkdir(FileCall.One call, ToolContext context) throws IOException {
        Place place = changeable(call.path());
        return make(place, "the folder " + place.shown() + " is there", steps -> steps.folders(place.segments));
    }

    Object transaction(FileCall.Batch call, ToolContext context) throws IOException {
        if (call.operations().isEmpty() || call.operations().size() > 100) {
            throw new RefusedException(
                    "files.size", "there are " + call.operations().size() + " operations", "1 to 100 operations");
        }
        Place first = changeable(call.operations().get(0).path());
        for (FileCall.Operation operation : call.operations()) {
            if (!changeable(operation.path()).root.equals(first.root)) {
                throw new RefusedException(
                        "files.root", "the operations are under more than one root", "one transaction for each root");
            }
        }
        int[] at = {0};
        try {
            return make(first, "made " + call.operations().size() + " changes", steps -> {
                for (FileCall.Operation operation : call.operations()) {
                    at[0]++;
                    context.check();
                    make(steps, operation, context);
                }
            });
        } catch (RefusedException e) {
            throw new RefusedException(
                    e.code(),
                    "nothing was changed, since operation " + at[0] + " was refused: " + e.why(),
                    e.allowed());
        }
    }

    private void make(Changes.Steps steps, FileCall.Operation operation, ToolContext context) throws IOException {
        Place place = changeable(operation.path());
        boolean replace = operation.replace().orElse(operation.kind() == FileCall.Kind.WRITE);
        switch (operation.kind()) {
            case WRITE ->
                write(steps, place, Encodings.bytes(needed("content", operation.content()), "utf-8"), replace);
            case APPEND -> append(steps, place, Encodings.bytes(needed("content", operation.content()), "utf-8"));
            case EDIT ->
                edit(
                        steps,
                        place,
                        needed("find", operation.find()),
                        needed("replacement", operation.replacement()),
                        replace);
            case COPY -> {
                Place to = changeable(needed("to", operation.to()));
                if (!to.root.equals(place.root)) {
                    checkMove(place, to, context);
                }
                Map<List<String>, byte[]> files = new LinkedHashMap<>();
                List<List<String>> folders = new ArrayList<>();
                collect(place, to, context, files, folders);
                copy(steps, to, files, folders, replace);
            }
            case MOVE -> {
                Place to = changeable(needed("to", operation.to()));
                checkMove(place, to, context);
                move(steps, place, to, replace);
            }
            case DELETE -> {
                checkTree(place, context);
                delete(steps, place, operation.recursive().orElse(false));
            }
            case MKDIR -> steps.folders(place.segments);
        }
    }

    private static String needed(String name, Optional<String> value) {
        return value.orElseThrow(() -> new RefusedException(
                "files.arguments", "\"" + name + "\" is missing", "an operation with \"" + name + "\""));
    }

    Object undo() throws IOException {
        return "took back: " + String.join(", ", changes(newest).undo());
    }
}
