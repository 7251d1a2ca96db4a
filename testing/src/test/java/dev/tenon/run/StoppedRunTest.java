package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.StoppingJournal;
import dev.tenon.testing.VirtualClock;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run that is stopped anywhere ends, leaves nothing behind, and leaves a history that every provider accepts. */
@Timeout(120)
class StoppedRunTest {
    private static final JsonSchema NOTHING = JsonSchema.parse("{\"type\":\"object\",\"properties\":{}}");

    private final List<Turn> stored = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger running = new AtomicInteger();

    private final Memory memory = new Memory() {
        @Override
        public Recalled recall(Recall wanted) {
            return Recalled.NOTHING;
        }

        @Override
        public void append(String session, Turn turn) {
            stored.add(turn);
        }
    };

    private Agent agent(Interceptor interceptor) {
        Tool work = Tool.of(ToolSpec.of("work", "Works", NOTHING), (arguments, context) -> {
            running.incrementAndGet();
            try {
                return "done";
            } finally {
                running.decrementAndGet();
            }
        });
        Agent helper = Agent.builder(ScriptedProvider.of()
                        .always(asked -> asked.toolResults().isEmpty()
                                ? toolCall("work", "{}").and(toolCall("work", "{}"))
                                : reply("helped")))
                .name("helper")
                .tools(work)
                .interceptor(interceptor)
                .build();
        return Agent.builder(ScriptedProvider.of().always(asked -> switch (asked.toolResults()
                        .size()) {
                    case 0 -> toolCall("work", "{}").and(toolCall("work", "{}"));
                    case 2 -> toolCall("helper", "{\"request\":\"help\"}").and(toolCall("work", "{}"));
                    default -> reply("all done");
                }))
                .tools(work, helper.asTool("helper", "Helps"))
                .memory(memory)
                .interceptor(interceptor)
                .build();
    }

    /** Stops the run when the effect of this number begins or has ended. */
    private record StopAt(int number, boolean before, Cancellation stop, AtomicInteger seen) implements Interceptor {
        @Override
        public Outcome around(Effect effect, Performer.EffectCall call, Chain chain) {
            boolean now = seen.incrementAndGet() == number;
            if (now && before) {
                stop.cancel("enough");
            }
            Outcome outcome = chain.proceed(effect);
            if (now && !before) {
                stop.cancel("enough");
            }
            return outcome;
        }
    }

    @Test
    void aRunMayBeStoppedAtEveryEffectAndBetween() throws Exception {
        for (boolean virtual : new boolean[] {true, false}) {
            for (boolean before : new boolean[] {true, false}) {
                int effects = Integer.MAX_VALUE;
                for (int number = 1; number <= effects; number++) {
                    Cancellation stop = new Cancellation();
                    StopAt at = new StopAt(number, before, stop, new AtomicInteger());
                    Journal journal = Journal.inMemory();
                    stored.clear();

                    RunResult result = on(
                            virtual,
                            () -> Runner.journalled(journal)
                                    .run(agent(at), RunRequest.of("Go").id("r"), stop));

                    if (!stop.stopped()) {
                        assertThat(result.text()).isEqualTo("all done");
                        effects = number;
                        assertThat(number).isGreaterThan(15);
                        continue;
                    }
                    assertThat(result.end())
                            .as("stopped at %d, before %s", number, before)
                            .isInstanceOfAny(RunEnd.Cancelled.class, RunEnd.Completed.class);
                    everyCallHasItsResult(result.messages());
                    stored.forEach(turn -> everyCallHasItsResult(turn.messages()));
                    assertThat(journal.read("r").getLast()).isInstanceOf(JournalRecord.Closed.class);
                    assertThat(running).hasValue(0);
                    assertThat(result.abandoned()).isEmpty();
                    RunResult again = Runner.journalled(journal)
                            .run(agent(at), RunRequest.of("Go").id("r"));
                    assertThat(again.end()).isEqualTo(result.end());
                    assertThat(again.messages()).isEqualTo(result.messages());
                }
            }
        }
    }

    private static RunResult on(boolean virtual, java.util.concurrent.Callable<RunResult> work) throws Exception {
        FutureTask<RunResult> task = new FutureTask<>(work);
        Thread thread =
                virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
        thread.join();
        return task.get();
    }

    private static void everyCallHasItsResult(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof AssistantMessage said
                    && !said.toolCalls().isEmpty()) {
                assertThat(messages.get(i + 1)).isInstanceOf(ToolMessage.class);
                List<Content.ToolResult> results = ((ToolMessage) messages.get(i + 1)).content();
                assertThat(results)
                        .extracting(Content.ToolResult::callId)
                        .isEqualTo(said.toolCalls().stream()
                                .map(Content.ToolCall::id)
                                .toList());
            }
        }
    }

    @Test
    void subAgentsInParallelDoNotOverspendTogether() {
        for (int seed = 0; seed < 10; seed++) {
            AtomicInteger written = new AtomicInteger();
            Agent writer = Agent.builder(ScriptedProvider.of(ModelInfo.of("scripted", "writer"))
                            .always(asked -> {
                                long most = asked.chat()
                                        .settings()
                                        .maxOutputTokens()
                                        .orElseThrow();
                                int tokens = (int) Math.min(most, 40);
                                written.addAndGet(tokens);
                                return reply("words").withUsage(Usage.of(5, tokens));
                            }))
                    .name("writer")
                    .settings(ModelSettings.NONE.withMaxOutputTokens(50))
                    .build();
            Reply calls = toolCall("writer", "{\"request\":\"0\"}");
            for (int i = 1; i < 8; i++) {
                calls = calls.and(toolCall("writer", "{\"request\":\"" + i + "\"}"));
            }
            Reply first = calls;
            Agent chief = Agent.builder(ScriptedProvider.of()
                            .always(asked ->
                                    (asked.toolResults().isEmpty() ? first : reply("done")).withUsage(Usage.of(5, 10))))
                    .tools(writer.asTool("writer", "Writes"))
                    .limits(Limits.NONE.withOutputTokens(200))
                    .build();

            RunResult result = chief.run("Write");

            assertThat(result.usage().output()).isLessThanOrEqualTo(200);
            assertThat(written.get() + 10).isLessThanOrEqualTo(200);
            assertThat(written.get()).isGreaterThan(100);
        }
    }

    @Test
    void aReservationIsOnRecordAndCountsAfterACrash() {
        Journal journal = Journal.inMemory();
        ScriptedProvider model = ScriptedProvider.of(
                reply("lost").withUsage(Usage.of(5, 60)), reply("again").withUsage(Usage.of(5, 40)));
        Agent agent = Agent.builder(model)
                .settings(ModelSettings.NONE.withMaxOutputTokens(60))
                .limits(Limits.NONE.withOutputTokens(100))
                .build();
        try {
            Runner.journalled(new StoppingJournal(journal, 2, false))
                    .run(agent, RunRequest.of("Go").id("r"));
        } catch (dev.tenon.journal.JournalException died) {
            assertThat(died.code()).isEqualTo(StoppingJournal.CODE);
        }
        JournalRecord.Started started = (JournalRecord.Started) journal.read("r").stream()
                .filter(JournalRecord.Started.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(started.reserved().at("/output")).contains(Json.of(60));

        RunResult result =
                Runner.journalled(journal).run(agent, RunRequest.of("Go").id("r"));

        // What the first attempt may have used is held: 40 tokens are left, and the model is told so.
        assertThat(model.requests().getLast().chat().settings().maxOutputTokens())
                .hasValue(40);
        assertThat(result.text()).isEqualTo("again");
    }

    @Test
    void aSharedAgentServesAThousandThreadsAtOnceAndNothingCrosses() throws Exception {
        record Name(String name) {}
        Agent agent = Agent.builder(ScriptedProvider.of()
                        .keeping(0)
                        .always(asked -> asked.toolResults().isEmpty()
                                ? toolCall("echo", Json.object("name", asked.lastUserText()))
                                : reply(asked.toolResults().getFirst().text())))
                .tools(Tool.of("echo", "Says it again", Name.class, said -> "heard " + said.name()))
                .build();
        CountDownLatch go = new CountDownLatch(1);
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String name = "user " + i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                String text = agent.run(name).text();
                if (!text.equals("heard " + name)) {
                    wrong.add(name + " got " + text);
                }
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void aThousandCallsInOneTurnHaveAResultEach() {
        Reply calls = toolCall("work", "{}");
        for (int i = 1; i < 1_000; i++) {
            calls = calls.and(toolCall("work", "{}"));
        }
        AtomicInteger ran = new AtomicInteger();
        Agent agent = Agent.builder(ScriptedProvider.of(calls, reply("done")))
                .tools(Tool.of(ToolSpec.of("work", "Works", NOTHING), (arguments, context) -> ran.incrementAndGet()))
                .build();

        RunResult result = agent.run("Go");

        assertThat(result.text()).isEqualTo("done");
        assertThat(ran).hasValue(1_000);
        everyCallHasItsResult(result.messages());
    }

    /** A tool that does not hear that it shall stop, until somebody lets it go. */
    private record Deaf(CountDownLatch begun, CountDownLatch told, CountDownLatch letGo) {
        Deaf() {
            this(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1));
        }

        Tool tool() {
            return Tool.of(ToolSpec.of("deaf", "Hears nothing", NOTHING), (arguments, context) -> {
                begun.countDown();
                while (true) {
                    try {
                        letGo.await();
                        return "at last";
                    } catch (InterruptedException e) {
                        told.countDown();
                    }
                }
            });
        }
    }

    private static void then(CountDownLatch first, Runnable work) {
        Thread.ofVirtual().start(() -> {
            try {
                first.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            work.run();
        });
    }

    @Test
    void whatASubAgentAbandonsIsNamedInTheResultAndStaysSo() {
        Deaf deaf = new Deaf();
        Agent helper = Agent.builder(ScriptedProvider.of(toolCall("deaf", "{}")))
                .name("helper")
                .tools(deaf.tool())
                .grace(Duration.ZERO)
                .build();
        Agent chief = Agent.builder(ScriptedProvider.of(toolCall("helper", "{\"request\":\"help\"}")))
                .tools(helper.asTool("helper", "Helps"))
                .build();
        Runner runner = Runner.journalled(Journal.inMemory());
        Cancellation stop = new Cancellation();
        then(deaf.begun, stop::cancel);

        RunResult result = runner.run(chief, RunRequest.of("Go").id("r"), stop);
        deaf.letGo.countDown();

        assertThat(result.end()).isInstanceOf(RunEnd.Cancelled.class);
        assertThat(result.abandoned()).containsExactly("1/0/1/0");
        assertThat(runner.run(chief, RunRequest.of("Go").id("r"))).isEqualTo(result);
    }

    @Test
    void aLimitOfTimeIsTheEndAlsoWhereTheUserStopsTheRunWhileItEnds() {
        Deaf deaf = new Deaf();
        Agent agent = Agent.builder(ScriptedProvider.of(toolCall("deaf", "{}")))
                .tools(deaf.tool())
                .limits(Limits.NONE.withWallTime(Duration.ofMillis(20)))
                .build();
        Runner runner = Runner.journalled(Journal.inMemory());
        Cancellation stop = new Cancellation();
        then(deaf.told, () -> {
            stop.cancel("the user left");
            deaf.letGo.countDown();
        });

        RunResult result = runner.run(agent, RunRequest.of("Go").id("r"), stop);

        assertThat(result.end())
                .isInstanceOfSatisfying(
                        RunEnd.Limited.class,
                        limited -> assertThat(limited.reached().limit()).isEqualTo(Limits.Kind.WALL_TIME));
    }

    @Test
    void aLimitOfTimeIsTheEndAlsoWhereTheProcessDiesBeforeItIsOnRecord() {
        for (boolean callers : new boolean[] {true, false}) {
            VirtualClock clock = new VirtualClock();
            Journal journal = Journal.inMemory();
            Deaf here = new Deaf();
            Agent waits = Agent.builder(ScriptedProvider.of(toolCall("deaf", "{}")))
                    .tools(here.tool())
                    .limits(Limits.NONE.withWallTime(Duration.ofMinutes(callers ? 5 : 1)))
                    .build();
            then(here.begun, () -> clock.advance(Duration.ofMinutes(2)));
            then(here.told, here.letGo::countDown);
            Cancellation deadline = Cancellation.below(new Cancellation(clock), "", Duration.ofMinutes(2));
            // 1: the model is asked. 2: it answered, the tool begins. 3: the stop. 4: the end.
            assertThatThrownBy(() -> Runner.journalled(new StoppingJournal(journal, 4, false))
                            .run(waits, RunRequest.of("Go").id("r"), callers ? deadline : new Cancellation(clock)))
                    .hasMessageContaining("the process died");

            RunEnd end = Runner.journalled(journal)
                    .run(waits, RunRequest.of("Go").id("r"), new Cancellation(clock))
                    .end();

            assertThat(end).isInstanceOf(callers ? RunEnd.Cancelled.class : RunEnd.Limited.class);
        }
    }

    @Test
    void aMemoryThatWaitsIsStoppedToo() {
        CountDownLatch begun = new CountDownLatch(1);
        Memory waiting = new Memory() {
            @Override
            public Recalled recall(Recall wanted) {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("told to stop", e);
                }
                return Recalled.NOTHING;
            }

            @Override
            public void append(String session, Turn turn) {}
        };
        Cancellation stop = new Cancellation();
        then(begun, stop::cancel);

        RunResult result =
                Agent.builder(ScriptedProvider.of()).memory(waiting).build().run(RunRequest.of("Go"), stop);

        assertThat(result.end()).isInstanceOf(RunEnd.Cancelled.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whoeverThrowsWhenToldToStopKeepsNobodyElseGoing() {
        Cancellation stop = new Cancellation();
        stop.onStop(() -> {
            throw new AssertionError("a user's own");
        });
        Cancellation below = Cancellation.below(stop, "below");

        assertThat(stop.cancel()).isTrue();

        assertThat(below.stopped()).isTrue();
    }

    @Test
    void aRunMayBeStoppedFromItsListenerAtEveryEvent() {
        int events = Integer.MAX_VALUE;
        for (int number = 1; number <= events; number++) {
            int at = number;
            Cancellation stop = new Cancellation();
            AtomicInteger seen = new AtomicInteger();
            Journal journal = Journal.inMemory();
            RunResult result = Runner.journalled(journal)
                    .run(
                            agent((effect, call, chain) -> chain.proceed(effect)),
                            RunRequest.of("Go").id("r"),
                            stop,
                            Watch.events(event -> {
                                if (seen.incrementAndGet() == at) {
                                    assertThat(stop.cancel("once")).isTrue();
                                    assertThat(stop.cancel("twice")).isFalse();
                                }
                            }));

            if (!stop.stopped()) {
                assertThat(number).isGreaterThan(20);
                events = number;
            }
            everyCallHasItsResult(result.messages());
            for (String run : journal.runs()) {
                assertThat(journal.read(run).getLast()).as(run).isInstanceOf(JournalRecord.Closed.class);
            }
        }
    }

    @Test
    void whatAProviderTellsTooFastIsSaidToBeLost() {
        List<String> seen = new ArrayList<>();
        Provider talking = new Provider() {
            @Override
            public ModelInfo info() {
                return ModelInfo.of("scripted", "talking");
            }

            @Override
            public ChatResponse chat(ChatRequest request, Call call) {
                FutureTask<Boolean> other = new FutureTask<>(
                        () -> {
                            for (int i = 0; i < 3_000; i++) {
                                call.notice(new Notice.Custom("Not A Name", Json.of(i)));
                            }
                        },
                        true);
                Thread.ofVirtual().start(other);
                try {
                    assertThat(other.get()).isTrue();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return ScriptedProvider.of(reply("done")).chat(request, call);
            }
        };

        Agent.builder(talking).listener(event -> seen.add(event.name())).build().run("Go");

        assertThat(seen).contains("provider.notice", "events.dropped", "run.finished");
    }

    @Test
    void aToolMayNotPostAnEventThatCanHaveNoSuchName() {
        for (String name : List.of("Bad Name!", "", "a..b")) {
            RunResult result = Agent.builder(ScriptedProvider.of()
                            .always(asked -> asked.toolResults().isEmpty()
                                    ? toolCall("post", "{}")
                                    : reply(asked.toolResults().getFirst().text())))
                    .tools(Tool.of(ToolSpec.of("post", "Posts", NOTHING), (arguments, context) -> {
                        context.emit(name, Json.NULL);
                        return "posted";
                    }))
                    .listener(event -> {})
                    .build()
                    .run("Go");

            assertThat(result.text())
                    .isEqualTo("post failed with IllegalArgumentException: an event's name must be segments of"
                            + " lower-case letters, digits, '_' and '-' joined by dots, such as order.placed; got \""
                            + name + "\"");
        }
    }

    /** Wants as many sleeps as it was made with, and for each that does not come to its end so many more, one after the other. */
    private record Sleeper(int branches, int more) implements Binding<String, String, RunEnd>, Machine<String> {
        @Override
        public String blank() {
            return "";
        }

        @Override
        public Next<String> next(String open, Fact fact) {
            return switch (fact) {
                case Fact.Begun begun ->
                    Next.want(
                            "" + branches,
                            IntStream.range(0, branches)
                                    .<Effect>mapToObj(i -> new Effect.Sleep(i + "/0", Duration.ofDays(1)))
                                    .toList());
                case Fact.Ended ended -> {
                    String[] key = ended.key().split("/", -1);
                    int next = Integer.parseInt(key[1]) + 1;
                    if (next <= more) {
                        yield Next.want(open, new Effect.Sleep(key[0] + "/" + next, Duration.ofDays(1)));
                    }
                    int left = Integer.parseInt(open) - 1;
                    yield left > 0
                            ? Next.wait("" + left)
                            : new Next<>(
                                    "0", List.of(), new RunEnd.Cancelled(((Outcome.Stopped) ended.outcome()).stop()));
                }
                case Fact.Signalled signalled -> Next.wait(open);
            };
        }

        @Override
        public String name() {
            return "sleeper";
        }

        @Override
        public Json definition() {
            return Json.of("sleeper");
        }

        @Override
        public Machine<String> machine(String input) {
            return this;
        }

        @Override
        public Performer performer(String input) {
            return (effect, call) -> {
                throw new AssertionError(effect);
            };
        }

        @Override
        public RunEnd result(String input, Finished<String> finished) {
            return finished.end();
        }

        @Override
        public Json encode(String input) {
            return Json.of(input);
        }

        @Override
        public String decode(Json input) {
            return input.asString();
        }
    }

    private static RunEnd stopped(Sleeper sleeper) {
        Cancellation scope = new Cancellation(new VirtualClock());
        scope.cancel("enough");
        return Runner.plain().run(() -> sleeper, "x", scope);
    }

    @Test
    void howeverManyBranchesARunHasEachMayStillWantSomethingWhenItIsStopped() {
        assertThat(stopped(new Sleeper(20_000, 0)).word()).isEqualTo("cancelled");
        assertThat(stopped(new Sleeper(20_000, 5)).word()).isEqualTo("cancelled");
        assertThat(stopped(new Sleeper(1, 9_000)).word()).isEqualTo("cancelled");
    }

    @Test
    void aMachineThatWantsSomethingForEverDoesNotKeepTheRunFromEnding() {
        for (int branches : new int[] {1, 2, 1_000}) {
            assertThatThrownBy(() -> stopped(new Sleeper(branches, Integer.MAX_VALUE)))
                    .hasMessage("the machine of \"sleeper\" was stopped and does not end");
        }
    }
}
