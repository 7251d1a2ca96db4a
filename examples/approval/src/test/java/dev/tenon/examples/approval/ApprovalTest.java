package dev.tenon.examples.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example as a user runs it: each step in a process of its own. */
@Timeout(120)
class ApprovalTest {
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
    void aRefundIsApprovedInAnotherProcess() throws Exception {
        String journal = folder.resolve("journal").toString();

        assertThat(run(Approval.class, "ask", journal))
                .containsExactly("WAITING for refund {\"order\":\"17\",\"euros\":40}: refund is DESTRUCTIVE");
        assertThat(run(Approval.class, "approve", journal))
                .containsExactly("PAID 40 euros for order 17", "The tool said: paid");
        assertThat(run(Approval.class, "ask", journal)).containsExactly("The tool said: paid");
        assertThat(run(Approval.class, "approve", journal))
                .containsExactly("Nothing waits for an answer. The tool said: paid");
    }

    @Test
    void aRefundIsDeniedInAnotherProcess() throws Exception {
        String journal = folder.resolve("journal").toString();

        run(Approval.class, "ask", journal);

        assertThat(run(Approval.class, "deny", journal)).containsExactly("The tool said: not without the receipt");
    }

    @Test
    void thePageShowsWhatIsRun() {
        assertThat(Docs.examplesStandIn("durable.md", DurableGuideTest.class)).isPositive();
    }
}
