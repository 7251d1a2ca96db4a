import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Checks or writes the format of all sources below a folder. Run by the build as a source file, on the JDK that compiles them, because the
 * formatter reads only the language of the JVM it runs on.
 */
class Format {
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");

    private final Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());
    private final Path root;

    private Format(Path root) {
        this.root = root;
    }

    public static void main(String... args) throws IOException {
        Format format = new Format(Path.of(args[0]));
        boolean write = args[1].equals("write");
        List<Path> wrong = format.sources().parallelStream()
                .filter(source -> !format.isRight(source, write))
                .toList();
        if (wrong.isEmpty() || write) return;
        System.err.println("Not in the project's format (mvn -q -N validate exec:exec@format writes it):");
        wrong.forEach(source -> System.err.println("  " + format.root.relativize(source)));
        System.exit(1);
    }

    private boolean isRight(Path source, boolean write) {
        try {
            String found = Files.readString(source);
            String wanted = formatter.formatSourceAndFixImports(found);
            if (found.equals(wanted)) return true;
            if (write) Files.writeString(source, wanted);
            return false;
        } catch (FormatterException e) {
            throw new IllegalStateException(source + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
