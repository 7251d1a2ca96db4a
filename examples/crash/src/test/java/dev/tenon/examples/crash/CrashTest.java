package dev.tenon.examples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example as a user runs it, and kills it. */
@Timeout(300)
class CrashTest {
    @TempDir
    Path folder;

    private static Process start(Class<?> program, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static List<String> run(Class<?> program, String... args) throws Exception {
        Process process = start(program, args);
        List<String> lines;
        try (BufferedReader said = process.inputReader()) {
            lines = said.lines().toList();
        }
        assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
        return lines;
    }

    @Test
    void aRunThatIsKilledGoesOnWhenItIsStartedAgain() throws Exception {
        for (int kill = 1; kill <= 4; kill += 3) { // Four processes are enough.
            Path place = Files.createDirectories(folder.resolve("kill-" + kill));
            Process first = start(Crash.class, place.toString(), "20");
            List<String> before = new ArrayList<>();
            try (BufferedReader said = first.inputReader()) {
                String line = said.readLine();
                while (line != null && !line.equals("page " + kill)) {
                    before.add(line);
                    line = said.readLine();
                }
                assertThat(line).as(() -> String.join("\n", before)).isNotNull();
                first.destroyForcibly(); // SIGKILL
                first.waitFor();
            }

            List<String> after = run(Crash.class, place.toString(), "0");

            assertThat(after.getLast()).isEqualTo("All 5 pages are printed.");
            List<String> paper = Files.readAllLines(place.resolve("paper.txt"));
            assertThat(paper).contains("page 1", "page 2", "page 3", "page 4", "page 5");
            assertThat(paper.size()).isBetween(5, 6); // The page in doubt may have been printed again, no other.
            assertThat(after).doesNotContain("the model is asked after 0 pages");
        }
    }
}
