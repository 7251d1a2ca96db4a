import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Notes down the JVM and the class path it was started with, so that a script can start a program with the same. */
class Launch {
    public static void main(String... args) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.write(Path.of(args[0]), List.of(java.toString(), System.getProperty("java.class.path")));
    }
}
