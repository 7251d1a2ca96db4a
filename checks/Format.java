import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks or writes the format of all sources below a folder. What was found right stays known by its digest, in {@code target/formatted}, so that only what has changed is
 * formatted again. Run by the build as a source file, on the JDK that compiles them, because the
 * formatter reads only the language of the JVM it runs on.
 */
class Format {
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");

    private final Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());
    private final Path root;

    private final Set<String> right = ConcurrentHashMap.newKeySet();

    private Format(Path root) {
        this.root = root;
    }

    public static void main(String... args) throws IOException {
        Format format = new Format(Path.of(args[0]));
        Path known = format.root.resolve("target").resolve("formatted");
        if (Files.exists(known)) format.right.addAll(Files.readAllLines(known));
        boolean write = args[1].equals("write");
        List<Path> wrong = format.sources().parallelStream()
                .filter(source -> !format.isRight(source, write))
                .toList();
        Files.createDirectories(known.getParent());
        Files.write(known, new TreeSet<>(format.right));
        if (wrong.isEmpty() || write) return;
        System.err.println("Not in the project's format (mvn -q -N validate exec:exec@format writes it):");
        wrong.forEach(source -> System.err.println("  " + format.root.relativize(source)));
        System.exit(1);
    }

    private boolean isRight(Path source, boolean write) {
        try {
            String found = Files.readString(source);
            if (right.contains(digest(found))) return true;
            String wanted = formatter.formatSourceAndFixImports(found);
            if (write) Files.writeString(source, wanted);
            if (write || found.equals(wanted)) right.add(digest(wanted));
            return found.equals(wanted);
        } catch (FormatterException e) {
            throw new IllegalStateException(source + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String source) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) sources.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return sources;
    }
}
