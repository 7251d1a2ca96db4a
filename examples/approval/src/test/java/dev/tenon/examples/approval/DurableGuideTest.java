package dev.tenon.examples.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.file.FileJournal;
import dev.tenon.run.Answer;
import dev.tenon.run.ApprovalTokens;
import dev.tenon.run.Question;
import dev.tenon.run.Replay;
import dev.tenon.run.Runner;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/durable.md shows. */
class DurableGuideTest {
    @TempDir
    Path folder;

    @Test
    void aRunIsFoundAgainByItsId() {
        Agent agent = Approval.agent();
        String answer;
        try (FileJournal journal = FileJournal.at(folder)) {
            Runner runner = Runner.journalled(journal);
            RunResult result =
                    runner.run(agent, RunRequest.of("Refund order 17").id("refund-17"));
            if (result.paused()) {
                Question question = result.questions().getFirst();
                result = runner.resume(agent, "refund-17", Answer.deny(question, "not without the receipt"));
            }
            answer = result.text();
        }
        assertThat(answer).isEqualTo("The tool said: not without the receipt");
    }

    @Test
    void anApprovalLeavesTheProcess() {
        Agent agent = Approval.agent();
        Journal journal = Journal.inMemory();
        Runner runner = Runner.journalled(journal);
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        RunResult paused = runner.run(agent, RunRequest.of("Refund order 17").id("refund-17"));

        ApprovalTokens tokens = ApprovalTokens.of("2026-11", key);
        String token = tokens.issue(paused.questions().getFirst(), Instant.now(), Duration.ofDays(1));
        // … in a mail, in a link, and back
        Question open =
                Replay.of(agent, journal, "refund-17").result().questions().getFirst();
        RunResult done = runner.resume(agent, "refund-17", tokens.redeem(token, open, Instant.now()));

        assertThat(done.text()).isEqualTo("The tool said: paid");
    }
}
