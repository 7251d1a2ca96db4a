package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Price;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.StoppingJournal;
import dev.tenon.testing.VirtualClock;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run has used, and may have used, counts against its limits however often it goes on. */
@Timeout(60)
class UseOnRecordTest {
    private static final JsonSchema NOTHING = JsonSchema.parse("{\"type\":\"object\",\"properties\":{}}");
    private static final ToolPolicy ASKING =
            (tool, arguments, history) -> tool.name().equals("ask") ? new ToolDecision.Ask("sure?") : ToolDecision.RUN;

    private static Tool tool(String name) {
        return Tool.of(
                ToolSpec.of(name, "Does " + name, NOTHING).withTraits(ToolSpec.Trait.IDEMPOTENT),
                (arguments, context) -> "done");
    }

    private static void dies(Journal journal, int at, Agent agent) {
        assertThatThrownBy(() -> Runner.journalled(new StoppingJournal(journal, at, false))
                        .run(agent, RunRequest.of("Go").id("r")))
                .isInstanceOf(JournalException.class);
    }

    private static long most(ModelRequest asked) {
        return asked.chat().settings().maxOutputTokens().orElseThrow();
    }

    @Test
    void timeInWhichNobodyRanTheRunIsNotWallTime() {
        VirtualClock clock = new VirtualClock();
        Journal journal = Journal.inMemory();
        Agent agent = Agent.builder(ScriptedProvider.of()
                        .always(asked -> asked.toolResults().size() < 3 ? toolCall("work", "{}") : reply("done")))
                .tools(tool("work"))
                .limits(Limits.NONE.withWallTime(Duration.ofMinutes(5)))
                .build();
        for (int day = 0; day < 3; day++) {
            assertThatThrownBy(() -> Runner.journalled(new StoppingJournal(journal, 3, false))
                            .run(agent, RunRequest.of("Go").id("r"), new Cancellation(clock)))
                    .isInstanceOf(JournalException.class);
            clock.advance(Duration.ofDays(1));
        }

        RunResult result =
                Runner.journalled(journal).run(agent, RunRequest.of("Go").id("r"), new Cancellation(clock));

        assertThat(result.text()).isEqualTo("done");
        assertThat(result.took()).isEqualTo(Duration.ZERO);
        assertThat(Replay.of(agent, journal, "r").result().took()).isEqualTo(Duration.ZERO);
    }

    @Test
    void aFinishedRunTookAsLongWhenItIsAskedForAgain() {
        Runner runner = Runner.journalled(Journal.inMemory());
        Agent agent = Agent.builder(ScriptedProvider.of(reply("done"))).build();

        RunResult first = runner.run(agent, RunRequest.of("Go").id("r"));

        assertThat(runner.run(agent, RunRequest.of("Go").id("r"))).isEqualTo(first);
    }

    @Test
    void whatALostCallMayHaveUsedStaysReservedThroughEveryPause() {
        Journal journal = Journal.inMemory();
        ScriptedProvider model = ScriptedProvider.of()
                .always(asked -> (asked.toolResults().isEmpty() ? toolCall("ask", "{}") : reply("done"))
                        .withUsage(Usage.of(5, 10)));
        Agent agent = Agent.builder(model)
                .settings(ModelSettings.NONE.withMaxOutputTokens(60))
                .tools(tool("ask"))
                .policy(ASKING)
                .limits(Limits.NONE.withOutputTokens(121))
                .build();
        dies(journal, 2, agent);
        Runner runner = Runner.journalled(journal);
        RunResult paused = runner.run(agent, RunRequest.of("Go").id("r"));

        runner.resume(agent, "r", Answer.approve(paused.questions().getFirst()));

        // Of 121 the lost call may have used 60, and its second attempt used 10.
        assertThat(most(model.requests().getLast())).isEqualTo(51);
    }

    @Test
    void everyLostAttemptCounts() {
        Journal journal = Journal.inMemory();
        ScriptedProvider model =
                ScriptedProvider.of().always(asked -> reply("done").withUsage(Usage.of(5, 10)));
        Agent agent = Agent.builder(model)
                .settings(ModelSettings.NONE.withMaxOutputTokens(60))
                .limits(Limits.NONE.withOutputTokens(130))
                .build();
        dies(journal, 2, agent);
        dies(journal, 2, agent);

        Runner.journalled(journal).run(agent, RunRequest.of("Go").id("r"));

        assertThat(most(model.requests().getLast())).isEqualTo(10);
    }

    @Test
    void whatHostsDoNotReportIsCountedAsEstimated() {
        Provider silent = new Provider() {
            @Override
            public ModelInfo info() {
                return ModelInfo.of("scripted", "silent").withPrice(Price.perMillion("1", "10"));
            }

            @Override
            public ChatResponse chat(ChatRequest request, Call call) {
                ChatResponse said = ScriptedProvider.of(toolCall("draw", "{}")).chat(request, call);
                return ChatResponse.of(said.message(), said.finish(), Usage.UNREPORTED);
            }
        };
        Tool draw = Tool.of(ToolSpec.of("draw", "Draws", NOTHING), (arguments, context) -> UUID.randomUUID());
        Limits steps = Limits.NONE.withSteps(100);
        for (Limits limits :
                List.of(steps.withInputTokens(5_000), steps.withOutputTokens(200), steps.withUsd("0.01"))) {
            RunResult result =
                    Agent.builder(silent).tools(draw).limits(limits).build().run("Go");

            assertThat(result.end()).isInstanceOfSatisfying(RunEnd.Limited.class, limited -> {
                assertThat(limited.reached().limit()).isNotEqualTo(Limits.Kind.STEPS);
                assertThat(limited.reached().used()).isNotEqualTo("0");
            });
            assertThat(result.usage().unreported()).isEqualTo(result.spent().steps());
        }
    }

    @Test
    void aModelCallThatALimitForbidsIsNotCounted() {
        Runner runner = Runner.journalled(Journal.inMemory());
        Agent agent = Agent.builder(ScriptedProvider.of())
                .limits(Limits.NONE.withInputTokens(1))
                .build();

        RunResult first = runner.run(agent, RunRequest.of("Go").id("r"));

        assertThat(first.spent()).isEqualTo(Spent.NOTHING);
        assertThat(runner.run(agent, RunRequest.of("Go").id("r"))).isEqualTo(first);
    }

    @Test
    void anAgentThatAToolCalledIsStillCountedWhenTheRunGoesOn() {
        Agent clerk = Agent.builder(
                        ScriptedProvider.of().always(asked -> reply("paid").withUsage(Usage.of(100, 50))))
                .name("clerk")
                .build();
        Tool outer = Tool.of(
                ToolSpec.of("outer", "Calls the clerk", NOTHING),
                (arguments, context) -> context.call("clerk", Json.object("request", "pay")));
        Agent boss = Agent.builder(ScriptedProvider.of().always(asked -> switch (asked.toolResults()
                        .size()) {
                    case 0 -> toolCall("outer", "{}").withUsage(Usage.of(1, 1));
                    case 1 -> toolCall("ask", "{}").withUsage(Usage.of(1, 1));
                    default -> reply("done").withUsage(Usage.of(1, 1));
                }))
                .tools(outer, clerk.asTool("clerk", "Pays"), tool("ask"))
                .policy(ASKING)
                .build();
        Journal journal = Journal.inMemory();
        Runner runner = Runner.journalled(journal);
        RunResult paused = runner.run(boss, RunRequest.of("Go").id("r"));

        RunResult done =
                runner.resume(boss, "r", Answer.approve(paused.questions().getFirst()));

        assertThat(done.usage()).isEqualTo(Usage.of(103, 53));
        assertThat(done.spent().steps()).isEqualTo(4);
        assertThat(Replay.of(boss, journal, "r").result().spent()).isEqualTo(done.spent());
    }

    @Test
    void whatSubAgentsHaveUsedCountsBeforeAnyOfThemGoesOn() {
        AtomicLong allowed = new AtomicLong();
        Agent writer = Agent.builder(ScriptedProvider.of().always(asked -> {
                    if (asked.toolResults().isEmpty()) {
                        return toolCall("ask", "{}").withUsage(Usage.of(1, 60));
                    }
                    allowed.set(most(asked));
                    return reply("written").withUsage(Usage.of(1, 1));
                }))
                .name("writer")
                .settings(ModelSettings.NONE.withMaxOutputTokens(100))
                .tools(tool("ask"))
                .policy(ASKING)
                .build();
        Agent chief = Agent.builder(ScriptedProvider.of()
                        .always(asked -> (asked.toolResults().isEmpty()
                                        ? toolCall("writer", "{\"request\":\"a\"}")
                                                .and(toolCall("writer", "{\"request\":\"b\"}"))
                                                .and(toolCall("writer", "{\"request\":\"c\"}"))
                                        : reply("done"))
                                .withUsage(Usage.of(1, 10))))
                .settings(ModelSettings.NONE.withMaxOutputTokens(10))
                .tools(writer.asTool("writer", "Writes"))
                .limits(Limits.NONE.withOutputTokens(250))
                .build();
        for (int round = 0; round < 20; round++) {
            Journal journal = Journal.inMemory();
            Runner runner = Runner.journalled(journal);
            RunResult paused = runner.run(chief, RunRequest.of("Go").id("r"));
            assertThat(paused.usage().output()).isEqualTo(190);
            assertThat(Replay.of(chief, journal, "r").result().spent()).isEqualTo(paused.spent());

            RunResult again =
                    runner.resume(chief, "r", Answer.approve(paused.questions().getFirst()));

            assertThat(allowed).hasValue(60);
            assertThat(again.usage().output()).isEqualTo(191);
        }
    }

    @Test
    void whatCallsAtOnceReserveIsOnRecordToo() {
        Memory memory = new Memory() {
            @Override
            public Recalled recall(Recall asked) {
                return asked.summaries().isEmpty()
                        ? Recalled.NOTHING.wanting(List.of(ChatRequest.of("Sum up"), ChatRequest.of("Again")))
                        : Recalled.NOTHING;
            }

            @Override
            public void append(String session, Turn turn) {}
        };
        Journal journal = Journal.inMemory();
        Agent agent = Agent.builder(
                        ScriptedProvider.of().always(asked -> reply("done").withUsage(Usage.of(5, 10))))
                .settings(ModelSettings.NONE.withMaxOutputTokens(60))
                .memory(memory)
                .limits(Limits.NONE.withInputTokens(100_000))
                .build();

        Runner.journalled(journal).run(agent, RunRequest.of("Go").id("r"));

        assertThat(journal.read("r").stream()
                        .filter(JournalRecord.Started.class::isInstance)
                        .map(JournalRecord.Started.class::cast))
                .hasSize(3)
                .allSatisfy(
                        started -> assertThat(started.reserved().at("/input")).isPresent());
    }
}
