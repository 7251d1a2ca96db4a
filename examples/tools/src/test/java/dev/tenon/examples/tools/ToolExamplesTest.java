package dev.tenon.examples.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ToolExamplesTest {
    private static String said(Callable<?> program) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            program.call();
        } finally {
            System.setOut(out);
        }
        return said.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    private static String script(String name) {
        return Path.of("src", "main", "tools", name).toString();
    }

    private static void needs(String program) {
        boolean there;
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            there = process.waitFor() == 0;
        } catch (IOException e) {
            there = false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assumeTrue(there, program + " is not installed, so the tool in its language is not tried");
    }

    @Test
    void ownToolsInThreeWays() throws Exception {
        assertThat(said(() -> {
                    OwnTools.main(new String[0]);
                    return "";
                }))
                .isEqualTo("Two seats in IC 1 are booked, for 39.80 euros.\n");
    }

    @Test
    void aToolInPython() throws Exception {
        needs("python3");
        assertThat(said(() -> {
                    OtherLanguages.main(new String[] {"python3", script("words.py")});
                    return "";
                }))
                .isEqualTo("{\"the\":2,\"and\":1}\n");
    }

    @Test
    void aToolInJavaScript() throws Exception {
        needs("node");
        assertThat(said(() -> {
                    OtherLanguages.main(new String[] {"node", script("colours.mjs")});
                    return "";
                }))
                .isEqualTo("#7f007f\n");
    }

    @Test
    void ofManyToolsTheModelIsToldFew() throws Exception {
        assertThat(said(() -> {
                    ManyTools.main(new String[0]);
                    return "";
                }))
                .isEqualTo("the model is told 2 tools\nthe model is told 7 tools\nthe model is told 7 tools\n"
                        + "Order 17 is cancelled.\n");
    }
}
