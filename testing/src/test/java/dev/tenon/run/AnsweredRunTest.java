package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.AgentBuilder;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.StoppingJournal;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers find the call that they are for, are taken all or none, and say what runs. */
@Timeout(60)
class AnsweredRunTest {
    private static final JsonSchema NOTHING = JsonSchema.parse("{\"type\":\"object\",\"properties\":{}}");

    private final AtomicInteger paid = new AtomicInteger();

    private Tool pay(String name) {
        return Tool.of(ToolSpec.of(name, "Pays", NOTHING), (arguments, context) -> paid.incrementAndGet());
    }

    private static ToolPolicy asking(String name) {
        return (tool, arguments, history) ->
                tool.name().equals(name) ? new ToolDecision.Ask("sure?") : ToolDecision.RUN;
    }

    private static AgentBuilder boss() {
        Agent clerk = Agent.builder(ScriptedProvider.of().always(asked -> reply("heard " + asked.lastUserText())))
                .name("clerk")
                .build();
        return Agent.builder(ScriptedProvider.of()
                        .always(asked -> asked.toolResults().isEmpty()
                                ? toolCall("clerk", "{\"request\":\"pay\"}")
                                : reply(asked.toolResults().getFirst().text())))
                .tools(clerk.asTool("clerk", "Pays"))
                .policy(asking("clerk"));
    }

    @Test
    void aSubAgentThatAPersonIsAskedAboutRunsWhenItIsApproved() {
        Agent boss = boss().build();
        RunResult kept = boss.run("go");
        Runner runner = Runner.journalled(Journal.inMemory());
        RunResult paused = runner.run(boss, RunRequest.of("go").id("r"));

        assertThat(boss.resume(kept, Answer.approve(kept.questions().getFirst()))
                        .text())
                .isEqualTo("heard pay");
        assertThat(runner.resume(
                                boss,
                                "r",
                                Answer.approve(paused.questions().getFirst(), Json.object("request", "wait")))
                        .text())
                .isEqualTo("heard wait");
    }

    @Test
    void aSubAgentApprovedWithArgumentsThatDoNotFitIsNotRunAndTheRunGoesOn() {
        for (Json.Obj wrong : List.of(Json.object("message", 5), Json.object("request", 5))) {
            Runner runner = Runner.journalled(Journal.inMemory());
            Agent boss = boss().build();
            RunResult paused = runner.run(boss, RunRequest.of("go").id("r"));

            RunResult done =
                    runner.resume(boss, "r", Answer.approve(paused.questions().getFirst(), wrong));

            assertThat(done.text())
                    .startsWith("the call was approved with arguments that do not fit, and was not run: $");
        }
    }

    @Test
    void noAnswerIsTakenWhereOneDoesNotFitEvenThatOfASubAgent() {
        Agent clerk = Agent.builder(ScriptedProvider.of()
                        .always(asked -> asked.toolResults().isEmpty() ? toolCall("theirs", "{}") : reply("paid")))
                .name("clerk")
                .tools(pay("theirs"))
                .policy(asking("theirs"))
                .build();
        Agent boss = Agent.builder(ScriptedProvider.of()
                        .always(asked -> asked.toolResults().isEmpty()
                                ? toolCall("own", "{}").and(toolCall("clerk", "{\"request\":\"pay\"}"))
                                : reply("done")))
                .tools(pay("own"), clerk.asTool("clerk", "Pays"))
                .policy(asking("own"))
                .build();
        Journal journal = Journal.inMemory();
        Runner runner = Runner.journalled(journal);
        RunResult paused = runner.run(boss, RunRequest.of("go").id("r"));
        Question own = paused.questions().get(0);
        Question theirs = paused.questions().get(1);
        int records = journal.read("r").size();

        assertThatThrownBy(() -> runner.resume(boss, "r", Answer.approve(own), Answer.give(theirs, "x")))
                .hasMessage("question \"r/1/1/1/0/ask\" wants Answer.approve or Answer.deny, got Give");
        assertThatThrownBy(() -> runner.resume(boss, "r", Answer.approve(own), Answer.deny(own, "no")))
                .hasMessage("question \"r/1/0/ask\" is not open: it was answered before, or never asked;"
                        + " open are r/1/0/ask");
        assertThat(paid).hasValue(0);
        assertThat(journal.read("r")).hasSize(records);

        assertThat(runner.resume(boss, "r", Answer.approve(own), Answer.approve(theirs))
                        .text())
                .isEqualTo("done");
        assertThat(paid).hasValue(2);
    }

    @Test
    void whoAnswersAtOnceMayThrowAnythingAndTheQuestionStaysOpen() {
        RunResult result = boss().answers(question -> {
                    throw new AssertionError("the one who answers");
                })
                .build()
                .run("go");

        assertThat(result.paused()).isTrue();
    }

    @Test
    void aTokenForACallInDoubtIsForThatAttemptOnlyInAnyProcess() {
        Journal journal = Journal.inMemory();
        Agent agent = Agent.builder(ScriptedProvider.of()
                        .always(asked -> asked.toolResults().isEmpty() ? toolCall("pay", "{}") : reply("done")))
                .tools(pay("pay"))
                .build();
        byte[] key = new byte[32];
        // Append 3 is the end of the tool call.
        assertThatThrownBy(() -> Runner.journalled(new StoppingJournal(journal, 3, false))
                        .run(agent, RunRequest.of("go").id("r")))
                .isInstanceOf(JournalException.class);
        Runner runner = Runner.journalled(journal);
        Question first =
                runner.run(agent, RunRequest.of("go").id("r")).questions().getFirst();
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(Replay.of(agent, journal, "r")
                        .result()
                        .questions()
                        .getFirst()
                        .attempt())
                .isEqualTo(1);
        String token = ApprovalTokens.of("k", key).issue(first, Instant.now(), Duration.ofDays(1));

        // It is used, and the process dies again in the call that it allowed.
        Answer used = ApprovalTokens.of("k", key).redeem(token, first, Instant.now());
        assertThatThrownBy(() -> Runner.journalled(new StoppingJournal(journal, 2, false))
                        .resume(agent, "r", used))
                .isInstanceOf(JournalException.class);
        Question second =
                runner.run(agent, RunRequest.of("go").id("r")).questions().getFirst();

        assertThat(second.id()).isEqualTo(first.id());
        assertThatThrownBy(() -> ApprovalTokens.of("k", key).redeem(token, second, Instant.now()))
                .hasMessage(
                        "the approval token is refused: it was made for another attempt at \"r/1/0\" than the one in"
                                + " doubt now; ask for a new one");
        assertThat(paid).hasValue(2);
    }

    @Test
    void whatIsNoSnapshotIsRefusedByName() {
        Agent agent = boss().build();
        for (Json wrong : List.of(Json.NULL, Json.of(5))) {
            assertThatThrownBy(() -> Runner.plain()
                            .resume(
                                    agent,
                                    new Runner.Resumption.Kept(wrong),
                                    List.of(),
                                    new Cancellation(),
                                    Watch.NONE))
                    .hasMessage("this is no snapshot of a run, but " + wrong.kind()
                            + "; give what RunEnd.Paused held, unchanged");
        }
    }

    @Test
    void aForkHasAnIdAndSomeOfTheRecords() {
        Journal journal = Journal.inMemory();
        Agent boss = boss().answers(question -> Optional.of(Answer.approve(question)))
                .build();
        Runner.journalled(journal).run(boss, RunRequest.of("go").id("r"));
        int all = journal.read("r").size();

        for (int records : new int[] {0, all + 1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> Replay.fork(
                            journal, "r", records, boss, RunRequest.of("go").id("f")))
                    .hasMessage("run \"r\" has records 1 to " + all + ", got " + records);
        }
        assertThatThrownBy(() ->
                        Replay.fork(journal, "r", 1, boss, RunRequest.of("go").id("a/b")))
                .hasMessage("a run's id must not hold '/', which stands between a run and its children; got \"a/b\"");
        assertThat(journal.runs()).containsExactly("r", "r/1/0");
    }
}
