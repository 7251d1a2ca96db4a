package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static dev.tenon.testing.Reply.toolCallWithId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.AgentBuilder;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.Message;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.FoldedProgram;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.StoppingJournal;
import dev.tenon.tool.CheckableTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run is its journal: it goes on after a crash at any place, and what has finished is never done again. */
@Timeout(120)
class JournalledRunTest {
    private static final JsonSchema NOTHING = JsonSchema.parse("{\"type\":\"object\",\"properties\":{}}");

    /** The world outside: it remembers, by the identity of the call, what was done to it. */
    private static final class World {
        final Map<String, Integer> done = new ConcurrentHashMap<>();
        final Map<String, List<Message>> stored = new ConcurrentHashMap<>();

        String act(ToolContext context) {
            done.merge(context.id(), 1, Integer::sum);
            return "done " + context.id();
        }

        Memory memory() {
            return new Memory() {
                @Override
                public Recalled recall(Recall wanted) {
                    return Recalled.NOTHING;
                }

                @Override
                public void append(String session, Turn turn) {
                    stored.putIfAbsent(turn.run(), turn.messages());
                }
            };
        }
    }

    private record Checked(World world) implements CheckableTool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.of("checked", "Can tell whether it happened", NOTHING);
        }

        @Override
        public ToolOutput call(Json.Obj arguments, ToolContext context) {
            return ToolOutput.text(world.act(context));
        }

        @Override
        public Optional<ToolOutput> check(Json.Obj arguments, ToolContext context) {
            return world.done.containsKey(context.id())
                    ? Optional.of(ToolOutput.text("done " + context.id()))
                    : Optional.empty();
        }
    }

    private static Reply script(ModelRequest asked) {
        long rounds = asked.chat().messages().stream()
                .filter(dev.tenon.message.ToolMessage.class::isInstance)
                .count();
        return switch ((int) rounds) {
            case 0 ->
                toolCallWithId("c1", "plain", "{}")
                        .and(toolCallWithId("c2", "checked", "{}"))
                        .and(toolCallWithId("c3", "again", "{}"));
            case 1 ->
                toolCallWithId("c4", "asking", "{}").and(toolCallWithId("c5", "helper", "{\"request\":\"help\"}"));
            case 2 -> toolCallWithId("c6", "plain", "{}");
            default -> reply("all done");
        };
    }

    private static Reply helper(ModelRequest asked) {
        return asked.toolResults().isEmpty()
                ? toolCallWithId("c7", "plain", "{}").and(toolCallWithId("c8", "asking", "{}"))
                : reply("helped");
    }

    private static AgentBuilder builder(ScriptedProvider model, World world) {
        Tool plain = Tool.of(ToolSpec.of("plain", "Acts", NOTHING), (arguments, context) -> world.act(context));
        Tool asking = Tool.of(ToolSpec.of("asking", "Acts", NOTHING), (arguments, context) -> world.act(context));
        Tool again = Tool.of(
                ToolSpec.of("again", "Acts", NOTHING).withTraits(ToolSpec.Trait.IDEMPOTENT),
                (arguments, context) -> world.act(context));
        return Agent.builder(model)
                .tools(plain, asking, again, new Checked(world))
                .policy((tool, arguments, history) ->
                        tool.name().equals("asking") ? new ToolDecision.Ask("sure?") : ToolDecision.RUN);
    }

    private static Agent agent(World world) {
        Agent helper = builder(ScriptedProvider.of().always(JournalledRunTest::helper), world)
                .name("helper")
                .build();
        return builder(ScriptedProvider.of().always(JournalledRunTest::script), world)
                .name("chief")
                .tools(helper.asTool("helper", "Helps"))
                .memory(world.memory())
                .build();
    }

    /** Runs, and answers whatever is asked, until the run has ended. */
    private static RunResult drive(Runner runner, Program<RunRequest, RunResult> agent, World world) {
        RunResult result = runner.run(agent, RunRequest.of("Go").id("r"));
        while (result.paused()) {
            Answer[] answers = result.questions().stream()
                    .map(question -> answer(question, world))
                    .toArray(Answer[]::new);
            result = runner.resume(agent, "r", answers);
        }
        return result;
    }

    private static Answer answer(Question question, World world) {
        return question.kind() == Question.Kind.DOUBT && world.done.containsKey(question.id())
                ? Answer.give(question, "done " + question.id())
                : Answer.approve(question);
    }

    @Test
    void goesOnAfterACrashAtAnyRecord() {
        World whole = new World();
        StoppingJournal counted = new StoppingJournal(Journal.inMemory(), Integer.MAX_VALUE, true);
        RunResult expected = drive(Runner.journalled(counted), agent(whole), whole);
        assertThat(expected.text()).isEqualTo("all done");
        assertThat(whole.done.values()).containsOnly(1);
        int appends = counted.appends();
        assertThat(appends).isGreaterThan(12);

        int deaths = 0;
        for (int at = 1; at <= appends; at++) {
            for (boolean durable : new boolean[] {false, true}) {
                World world = new World();
                Journal journal = Journal.inMemory();
                Agent agent = agent(world);
                StoppingJournal dying = new StoppingJournal(journal, at, durable);
                try {
                    drive(Runner.journalled(dying), agent, world);
                } catch (TenonException died) {
                    assertThat(died.code()).isEqualTo(StoppingJournal.CODE);
                }
                if (!dying.died()) {
                    continue; // Ends that come together are written together, so that there are fewer appends.
                }
                deaths++;

                RunResult result = drive(Runner.journalled(journal), agent(world), world);

                assertThat(result.text())
                        .as("append %d, durable %s", at, durable)
                        .isEqualTo("all done");
                assertThat(result.messages()).isEqualTo(expected.messages());
                assertThat(result.spent().toolCalls())
                        .isEqualTo(expected.spent().toolCalls());
                assertThat(world.done.keySet()).isEqualTo(whole.done.keySet());
                world.done.forEach((call, times) -> {
                    if (!call.endsWith("r/1/2")) { // The one that may be called again.
                        assertThat(times).as("%s at append %d", call, appends).isEqualTo(1);
                    }
                });
                assertThat(world.stored.get("r")).isEqualTo(whole.stored.get("r"));
                assertThat(journal.read("r").getLast()).isInstanceOf(JournalRecord.Closed.class);
            }
        }
        assertThat(deaths).isGreaterThan(24);
    }

    /** Above all: what was said of a call when its first attempt was in doubt says nothing of the second. */
    @Test
    void goesOnAfterASecondCrashSoonAfterAnyFirst() {
        World whole = new World();
        drive(Runner.journalled(Journal.inMemory()), agent(whole), whole);
        int deaths = 0;
        for (int first = 1; first <= 16; first++) {
            for (int second = 1; second <= 5; second++) {
                for (boolean durable : new boolean[] {false, true}) {
                    World world = new World();
                    Journal journal = Journal.inMemory();
                    deaths += dies(new StoppingJournal(journal, first, durable), world);
                    deaths += dies(new StoppingJournal(journal, second, false), world);

                    RunResult result = drive(Runner.journalled(journal), agent(world), world);

                    assertThat(result.text()).isEqualTo("all done");
                    world.done.remove("r/1/2"); // The one that may be called again.
                    assertThat(world.done.values())
                            .as("%d, %d, %s: %s", first, second, durable, world.done)
                            .containsOnly(1);
                    assertThat(world.done).hasSize(whole.done.size() - 1);
                }
            }
        }
        assertThat(deaths).isGreaterThan(250);
    }

    private static int dies(StoppingJournal dying, World world) {
        try {
            drive(Runner.journalled(dying), agent(world), world);
            return 0;
        } catch (TenonException died) {
            assertThat(died.code()).isEqualTo(StoppingJournal.CODE);
            return 1;
        }
    }

    @Test
    void theSameIsTrueWhenTheStateIsFoldedAfreshBeforeEveryStep() {
        World world = new World();
        Journal journal = Journal.inMemory();
        StoppingJournal dying = new StoppingJournal(journal, 7, true);
        assertThatThrownBy(() -> drive(Runner.journalled(dying), FoldedProgram.of(agent(world)), world))
                .hasMessageContaining("the process died");

        RunResult result = drive(Runner.journalled(journal), FoldedProgram.of(agent(world)), world);

        assertThat(result.text()).isEqualTo("all done");
        assertThat(world.done.values()).allMatch(times -> times <= 2);
    }

    @Test
    void theSameIdGivesTheFinishedResultAndPerformsNothing() {
        ScriptedProvider model = ScriptedProvider.of(reply("once"));
        Runner runner = Runner.journalled(Journal.inMemory());
        Agent agent = Agent.builder(model).build();

        RunResult first = runner.run(agent, RunRequest.of("Go").id("order-17"));
        RunResult second = runner.run(agent, RunRequest.of("Go").id("order-17"));

        assertThat(second.text()).isEqualTo("once");
        assertThat(second.messages()).isEqualTo(first.messages());
        assertThat(second.spent()).isEqualTo(first.spent());
        assertThat(model.asked()).isEqualTo(1);
    }

    @Test
    void theSameIdWithAnotherInputIsRefused() {
        Runner runner = Runner.journalled(Journal.inMemory());
        Agent agent = Agent.builder(ScriptedProvider.of(reply("once"))).build();
        runner.run(agent, RunRequest.of("Go").id("order-17"));

        assertThatThrownBy(() -> runner.run(agent, RunRequest.of("Stop").id("order-17")))
                .isInstanceOf(TenonException.class)
                .hasMessage("run \"order-17\" was begun with another input; changed: /message/content/0/text. The same"
                        + " id means the same run: give the new one another");
    }

    @Test
    void aModelCallInDoubtIsMadeAgainAndItsFirstCostIsUnknown() {
        Journal journal = Journal.inMemory();
        ScriptedProvider model = ScriptedProvider.of(reply("first"), reply("second"));
        Agent agent = Agent.builder(model).build();
        // Append 1 is the start of the model call, append 2 its end.
        assertThatThrownBy(() -> Runner.journalled(new StoppingJournal(journal, 2, false))
                        .run(agent, RunRequest.of("Go").id("r")))
                .hasMessageContaining("the process died");

        RunResult result =
                Runner.journalled(journal).run(agent, RunRequest.of("Go").id("r"));

        assertThat(result.text()).isEqualTo("second");
        assertThat(result.usage().unreported()).isGreaterThanOrEqualTo(1);
        assertThat(result.cost().known()).isFalse();
        assertThat(journal.read("r").stream()
                        .filter(JournalRecord.Started.class::isInstance)
                        .map(record -> ((JournalRecord.Started) record).attempt()))
                .containsExactly(1, 2);
    }

    @Test
    void aChangedDefinitionIsRefusedWithWhatChangedUnlessItIsMigrated() {
        Journal journal = Journal.inMemory();
        Agent before = builder(ScriptedProvider.of(toolCall("asking", "{}"), reply("done")), new World())
                .instructions("Be brief.")
                .build();
        Agent after = builder(ScriptedProvider.of(reply("done")), new World())
                .instructions("Be kind.")
                .build();
        Runner runner = Runner.journalled(journal);
        RunResult paused = runner.run(before, RunRequest.of("Go").id("r"));

        assertThatThrownBy(() -> runner.resume(
                        after, "r", Answer.approve(paused.questions().get(0))))
                .hasMessage("run \"r\" was begun with another definition and cannot go on with this one; changed:"
                        + " /instructions. Run it to its end with the old program, or give the runner a migration");

        Runner migrating = Runner.journalled(journal, (run, records, old, now) -> records);
        assertThat(migrating
                        .resume(after, "r", Answer.approve(paused.questions().get(0)))
                        .text())
                .isEqualTo("done");
    }

    @Test
    void ofTwoAnswersAtOnceOneWinsAndTheOtherIsTold() throws Exception {
        for (int round = 0; round < 20; round++) {
            World world = new World();
            Journal journal = Journal.inMemory();
            Agent agent = builder(ScriptedProvider.of(toolCall("asking", "{}"), reply("done")), world)
                    .build();
            Runner runner = Runner.journalled(journal);
            RunResult paused = runner.run(agent, RunRequest.of("Go").id("r"));
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger won = new AtomicInteger();
            List<String> told = java.util.Collections.synchronizedList(new ArrayList<>());
            List<Thread> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                both.add(Thread.ofVirtual().start(() -> {
                    try {
                        go.await();
                        runner.resume(
                                agent, "r", Answer.approve(paused.questions().get(0)));
                        won.incrementAndGet();
                    } catch (TenonException e) {
                        told.add(e.code());
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            go.countDown();
            for (Thread thread : both) {
                thread.join();
            }

            assertThat(won).hasValue(1);
            assertThat(told).hasSize(1);
            assertThat(told.get(0)).isIn("journal.owned", "run.question_closed");
            assertThat(world.done.values()).containsExactly(1);
        }
    }

    @Test
    void whatWasCancelledBeforeACrashIsNotRunAfterIt() {
        World world = new World();
        Journal journal = Journal.inMemory();
        Cancellation stop = new Cancellation();
        Tool stopping = Tool.of(ToolSpec.of("plain", "Acts", NOTHING), (arguments, context) -> {
            stop.cancel("enough");
            return world.act(context);
        });
        ScriptedProvider model = ScriptedProvider.of(toolCall("plain", "{}"), reply("never"));
        Agent agent = Agent.builder(model).tools(stopping).build();
        // 1: the model call starts. 2: it has ended, and the tool starts. 3: the stop is on record. Then the process
        // dies.
        assertThatThrownBy(() -> Runner.journalled(new StoppingJournal(journal, 4, false))
                        .run(agent, RunRequest.of("Go").id("r"), stop))
                .hasMessageContaining("the process died");
        assertThat(journal.read("r")).anyMatch(JournalRecord.Stopping.class::isInstance);

        RunResult result =
                Runner.journalled(journal).run(agent, RunRequest.of("Go").id("r"));

        assertThat(result.end()).isInstanceOf(RunEnd.Cancelled.class);
        assertThat(model.asked()).isEqualTo(1);
        assertThat(world.done.values()).allMatch(times -> times == 1);
    }

    @Test
    void aRunThatIsUnknownCannotBeResumed() {
        Agent agent = Agent.builder(ScriptedProvider.of()).build();

        assertThatThrownBy(() -> Runner.journalled(Journal.inMemory()).resume(agent, "nobody"))
                .hasMessage("there is no run \"nobody\" in this journal; begin it with run(program, input)");
        assertThatThrownBy(() -> Runner.plain().resume(agent, "nobody"))
                .hasMessage("a runner without a journal does not know run \"nobody\"; give the snapshot that"
                        + " RunEnd.Paused held, or use Runner.journalled");
    }
}
