package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Greps for keys: in every log line at every level, every event, exception with its causes, result, and text form of runs that fail in every way, by every wire format,
 * against hosts that quote what they were sent; and in what wrong configurations are answered with. In a process of its own, whose logging shows everything.
 */
@Timeout(120)
class SecretsTest {
    static final String KEY = "sk-SECRET-0123456789abcdefghij";
    static final String TOKEN = "tok-SECRET-9876543210zyxwvu";
    static final String PASSWORD = "pw-SECRET-5555555555";

    @Test
    void noKeyIsInAnythingThatARunLeaves() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dslf4j.provider=" + EverythingLogged.class.getName(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunsThatFail.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();

        List<String> lines = said.lines().toList();
        assertThat(lines).contains("== done", "== gemini, a reset", "== configuration of openai");
        assertThat(lines).anyMatch(line -> line.startsWith("LOG WARN dev.tenon"));
        assertThat(said).contains("[redacted]", "model.call.retrying");
        assertThat(lines.stream().filter(line -> line.contains("SECRET")))
                .as("lines with a key in them")
                .isEmpty();
    }
}
