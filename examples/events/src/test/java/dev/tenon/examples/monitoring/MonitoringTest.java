package dev.tenon.examples.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitoringTest {
    @Test
    void showsTroubleAndAddsUpTheSameFromTheRecording(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream console = System.out;
        try (PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            Monitoring.main(folder.toString());
        } finally {
            System.setOut(console);
        }

        List<String> lines = shown.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines)
                .anyMatch(line -> line.startsWith("INFO question-1 #1 run.started"))
                .anyMatch(line -> line.startsWith("WARN question-1 ") && line.endsWith(" model.call.retrying"))
                .anyMatch(line -> line.startsWith("WARN question-2 ") && line.endsWith(" tool.call.finished"))
                .noneMatch(line -> line.contains("model.call.started"));
        String live = lines.get(lines.size() - 2);
        assertThat(live)
                .startsWith("live:  runs {completed=2}, tool calls {stock=2}, failed 1, model retries 1, tokens ");
        assertThat(lines.get(lines.size() - 1)).isEqualTo(live.replace("live:  ", "again: "));
    }
}
