package dev.tenon.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.journal.file.FileJournal;
import dev.tenon.json.Json;
import dev.tenon.testing.VirtualClock;
import dev.tenon.workflow.Registry;
import dev.tenon.workflow.Step;
import dev.tenon.workflow.Workflow;
import dev.tenon.workflow.WorkflowRequest;
import dev.tenon.workflow.WorkflowRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a journal of files: what waits goes on waiting in another runner, and what was told counts once. */
@Timeout(60)
class WaitsOutliveTest {
    @TempDir
    Path folder;

    private final AtomicInteger sent = new AtomicInteger();

    private Workflow reminding() {
        return Workflow.named("reminding")
                .registry(Registry.EMPTY.function("send", (input, context) -> Json.of(sent.incrementAndGet())))
                .sequence(
                        Step.function("send").as("first"),
                        Step.sleep(Duration.ofDays(30)),
                        Step.function("send").as("second"),
                        Step.awaitSignal("paid").as("sum"),
                        Step.transform("[first, second, sum]"));
    }

    @Test
    void aWaitOfAMonthAndASignalOutliveTheirRunner() throws Exception {
        VirtualClock clock = new VirtualClock();
        try (FileJournal journal = FileJournal.at(folder);
                WorkflowRunner runner = WorkflowRunner.on(journal)
                        .workflows(reminding())
                        .time(clock)
                        .build()) {
            runner.start("reminding", WorkflowRequest.empty().id("r"));
            clock.awaitAlarms(1);
            assertThat(runner.shutdown(Duration.ZERO)).containsExactly("r");
        }
        clock.advance(Duration.ofDays(10));
        try (FileJournal journal = FileJournal.at(folder);
                WorkflowRunner runner = WorkflowRunner.on(journal)
                        .workflows(reminding())
                        .time(clock)
                        .build()) {
            assertThat(runner.recover()).containsExactly("r");
            clock.awaitAlarms(1);
            assertThat(clock.alarms()).as("what is left of it").containsExactly(Duration.ofDays(20));
            assertThat(sent.get()).isEqualTo(1);
            clock.advance(Duration.ofDays(20));
            assertThat(runner.await("r").questions()).hasSize(1);
            assertThat(sent.get()).isEqualTo(2);
        }
        try (FileJournal journal = FileJournal.at(folder);
                WorkflowRunner runner = WorkflowRunner.on(journal)
                        .workflows(reminding())
                        .time(clock)
                        .build()) {
            assertThat(runner.signal("r", "paid", 40, "transfer-7")).isTrue();
            assertThat(runner.await("r").output()).isEqualTo(Json.array(1, 2, 40));
            assertThat(runner.signal("r", "paid", 40, "transfer-7"))
                    .as("it has ended")
                    .isFalse();
        }
        assertThat(sent.get()).isEqualTo(2);
    }
}
