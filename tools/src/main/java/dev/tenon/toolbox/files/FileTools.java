package dev.tenon.toolbox.files;

import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.GuardedTool;
import dev.tenon.toolbox.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Tools to read and change files under one or more roots, and nowhere else. Immutable, thread-safe.
 *
 * <p>Paths go down from a root; {@code ..}, absolute paths and look-alikes of both are refused. No link is followed, wherever it stands and whenever it was made; pipes, sockets, devices and,
 * unless allowed, files with a second name are refused. Sizes, counts and times are bounded ({@link FileLimits}). A change is atomic, several in {@code files_transaction} are made all or not
 * at all, also where the process dies, and {@code files_undo} takes the newest back. What this needs to know lies in the folder {@code .tenon-changes} of the root, which a model does not see.
 *
 * <p>Who owns a root's parent folders is trusted; who writes under the root meanwhile is not. A pipe that is put in a file's place between the look and the opening can hold a call until its
 * timeout; nothing is read from it.
 *
 * <p>Several roots: the first name of a path is then the root's.
 */
public final class FileTools {
    /** Names of the tools that change files, without those that delete. What "accept edits" means. */
    public static final Set<String> EDITS = Set.of(
            "files_write",
            "files_append",
            "files_edit",
            "files_copy",
            "files_move",
            "files_mkdir",
            "files_transaction");

    private final List<Tool> tools;

    private FileTools(List<Tool> tools) {
        this.tools = List.copyOf(tools);
    }

    /** Tools for all that is under this folder. */
    public static FileTools under(Path root) {
        Objects.requireNonNull(root, "root");
        return builder(root).build();
    }

    /** Tools under this folder, to be configured. */
    public static Builder builder(Path root) {
        Objects.requireNonNull(root, "root");
        return new Builder("", root);
    }

    /** Tools under several folders: their paths begin with this name. */
    public static Builder builder(String name, Path root) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(root, "root");
        return new Builder(Builder.named(name), root);
    }

    /** The tools, for {@code Agent.builder(model).tools(…)}. */
    public List<Tool> tools() {
        return tools;
    }

    /** File tools under construction. Not thread-safe. */
    public static final class Builder {
        private final List<Root> roots = new ArrayList<>();
        private FileLimits limits = FileLimits.DEFAULT;
        private boolean readOnly;
        private boolean hardLinks;
        private int undo = 20;
        private final List<String> hidden = new ArrayList<>();
        private List<String> untouched = List.of("**/.git", ".git");

        private Builder(String name, Path root) {
            add(name, root);
        }

        private static String named(String name) {
            if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
                throw new IllegalArgumentException(
                        "a root's name must be 1 to 40 letters, digits, '_' or '-', got \"" + name + "\"");
            }
            return name;
        }

        private void add(String name, Path root) {
            Path real;
            try {
                real = root.toRealPath();
                if (!Files.isDirectory(real)) {
                    throw new IllegalArgumentException("a root must be a folder, got " + root);
                }
                Folder.open(real).close();
            } catch (IOException e) {
                throw new UncheckedIOException("the root " + root + " cannot be opened: " + e.getMessage(), e);
            }
            for (Root other : roots) {
                if (real.startsWith(other.path()) || other.path().startsWith(real)) {
                    throw new IllegalArgumentException(
                            "the roots " + other.path() + " and " + real + " lie in one another");
                }
            }
            roots.add(new Root(name, real));
        }

        /** One more folder; every path then begins with a root's name, so the first root needs one too. */
        public Builder root(String name, Path root) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(root, "root");
            if (roots.get(0).name().isEmpty()) {
                throw new IllegalArgumentException(
                        "with several roots each needs a name: begin with FileTools.builder(\"name\", root)");
            }
            if (roots.stream().anyMatch(other -> other.name().equals(name))) {
                throw new IllegalArgumentException("two roots are named \"" + name + "\"");
            }
            add(named(name), root);
            return this;
        }

        /** Only the tools that change nothing. */
        public Builder readOnly() {
            this.readOnly = true;
            return this;
        }

        /** How much a call may read, write and look at. */
        public Builder limits(FileLimits most) {
            this.limits = Objects.requireNonNull(most, "most");
            return this;
        }

        /** Paths that are as if they were not there, such as {@code .env} or {@code secrets/**}. Case does not matter. */
        public Builder hide(String... globs) {
            Objects.requireNonNull(globs, "globs");
            hidden.addAll(List.of(globs));
            return this;
        }

        /**
         * Paths that may be read and never changed; by default {@code .git} folders, whose hooks and settings run programs. This replaces the default.
         */
        public Builder untouched(String... globs) {
            Objects.requireNonNull(globs, "globs");
            this.untouched = List.of(globs);
            return this;
        }

        /** Lets files be read that have more than one name; the other name may be that of a file outside the root. */
        public Builder allowHardLinks() {
            this.hardLinks = true;
            return this;
        }

        /** How many changes can be undone; by default 20. With 0 no old content is kept. */
        public Builder undo(int changes) {
            if (changes < 0 || changes > 1000) {
                throw new IllegalArgumentException("undo must be 0 to 1000, got " + changes);
            }
            this.undo = changes;
            return this;
        }

        /**
         * The tools. Changes that a crash cut off are taken back now, unless they are read-only.
         *
         * @throws UncheckedIOException where that cannot be done
         */
        public FileTools build() {
            List<Glob> hide = globs(hidden);
            List<Glob> keep = globs(untouched);
            List<Tool> tools = new ArrayList<>();
            FileWork work = new FileWork(List.copyOf(roots), limits, hardLinks, undo, hide, keep);
            readers(work, tools);
            if (!readOnly) {
                try {
                    work.recover();
                } catch (IOException e) {
                    throw new UncheckedIOException(
                            "changes that were cut off cannot be taken back: " + e.getMessage(), e);
                }
                writers(work, tools);
                if (undo > 0) {
                    tools.add(tool(
                                    "files_undo",
                                    "Takes the newest change of these tools back",
                                    FileCall.Nothing.class,
                                    (a, c) -> work.undo())
                            .traits(Trait.DESTRUCTIVE));
                }
            }
            return new FileTools(tools);
        }

        private static List<Glob> globs(List<String> globs) {
            return globs.stream()
                    .map(glob -> Glob.of(PathRules.caseless(glob), true))
                    .toList();
        }

        private static void readers(FileWork work, List<Tool> tools) {
            tools.add(tool("files_read", "Reads a file, or a part of it", FileCall.Read.class, work::read)
                    .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
            tools.add(tool("files_list", "Lists a folder", FileCall.Folders.class, work::list)
                    .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
            tools.add(tool(
                            "files_glob",
                            "Finds files and folders by a pattern of their paths",
                            FileCall.Globbing.class,
                            work::glob)
                    .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
            tools.add(
                    tool("files_grep", "Finds lines in files by a regular expression", FileCall.Grep.class, work::grep)
                            .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
            tools.add(tool(
                            "files_stat",
                            "Says what is at a path: kind, size, time of change",
                            FileCall.One.class,
                            work::stat)
                    .traits(Trait.READ_ONLY, Trait.IDEMPOTENT));
        }

        private static void writers(FileWork work, List<Tool> tools) {
            tools.add(tool("files_write", "Writes a whole file", FileCall.Write.class, work::write)
                    .traits(Trait.DESTRUCTIVE, Trait.IDEMPOTENT));
            tools.add(tool("files_append", "Adds text at the end of a file", FileCall.Append.class, work::append)
                    .traits(Trait.DESTRUCTIVE));
            tools.add(tool("files_edit", "Replaces a text in a file", FileCall.Edit.class, work::edit)
                    .traits(Trait.DESTRUCTIVE));
            tools.add(tool("files_copy", "Copies a file or a folder", FileCall.FromTo.class, work::copy)
                    .traits(Trait.DESTRUCTIVE));
            tools.add(tool("files_move", "Moves or renames a file or a folder", FileCall.FromTo.class, work::move)
                    .traits(Trait.DESTRUCTIVE));
            tools.add(tool("files_delete", "Deletes a file or a folder", FileCall.Delete.class, work::delete)
                    .traits(Trait.DESTRUCTIVE));
            tools.add(tool("files_mkdir", "Makes a folder, and those above it", FileCall.One.class, work::mkdir)
                    .traits(Trait.IDEMPOTENT));
            tools.add(tool(
                            "files_transaction",
                            "Makes several changes, all or none of them",
                            FileCall.Batch.class,
                            work::transaction)
                    .traits(Trait.DESTRUCTIVE));
        }

        private static <A> GuardedTool tool(
                String name, String description, Class<A> arguments, Tool.ContextFunction<A> function) {
            return GuardedTool.of(name, description, arguments, (a, context) -> guarded(function, a, context));
        }

        /** The system's own words name places of this machine; the model is told what kind of failure it was. */
        private static <A> @org.jspecify.annotations.Nullable Object guarded(
                Tool.ContextFunction<A> function, A arguments, ToolContext context) throws Exception {
            try {
                return function.apply(arguments, context);
            } catch (AccessDeniedException e) {
                throw new RefusedException(
                        "files.denied", "the file system denies it", "what the program itself may do");
            } catch (FileSystemException e) {
                String reason = e.getReason();
                throw new RefusedException(
                        "files.failed",
                        "the file system failed" + (reason == null ? "" : ": " + RefusedException.shown(reason)),
                        "to look with files_stat at what is there, and to try again");
            } catch (IOException e) {
                throw new RefusedException(
                        "files.failed",
                        "reading or writing failed: " + e.getClass().getSimpleName(),
                        "to try again");
            }
        }
    }
}
