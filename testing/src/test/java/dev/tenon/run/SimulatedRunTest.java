package dev.tenon.run;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.AgentBuilder;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.ForwardingJournal;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.Simulation;
import dev.tenon.testing.StoppingJournal;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolException;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What must hold of every run, held in orders of threads that seeds pick: tools that end, fail, hang and are late, stops, limits, deaths of the process, two answers at
 * once, two runs of one conversation. Each seed makes other agents, other scripts and another order. Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
@Timeout(300)
class SimulatedRunTest {
    private static final JsonSchema NUMBER = JsonSchema.parse(
            "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}");

    private static final List<String> TOOLS =
            List.of("plain", "plain", "idempotent", "asking", "asking", "forbidden", "elsewhere", "late", "failing");

    /** One world: agents, what is done to it, and what is on record. */
    private static final class World {
        final Simulation simulation;
        final Chance chance;
        final Journal kept = Journal.inMemory();
        final Map<String, Integer> done = new TreeMap<>();
        final Map<String, Json> doneWith = new HashMap<>();
        final Map<String, List<Turn>> stored = new LinkedHashMap<>();
        final List<Event> events = new ArrayList<>();
        final Map<String, Integer> accepted = new HashMap<>();
        final boolean hard;
        int running;
        int deaths;

        World(Simulation simulation) {
            this.simulation = simulation;
            this.chance = simulation.chance();
            this.hard = chance.oneIn(12);
        }

        String act(ToolContext context, Json arguments, int most) throws InterruptedException {
            running++;
            try {
                simulation.pause(Duration.ofMillis(most == 0 ? 0 : chance.below(most)));
                if (chance.oneIn(3)) {
                    context.progress("on it");
                }
                context.check();
                done.merge(context.id(), 1, Integer::sum);
                doneWith.put(context.id(), arguments);
                return "done " + context.id();
            } finally {
                running--;
            }
        }

        Tool tool(String name, ToolSpec spec, int most) {
            return Tool.of(spec.withName(name), (arguments, context) -> act(context, arguments, most));
        }

        AgentBuilder builder(List<List<String>> rounds, String last) {
            ToolSpec spec = ToolSpec.of("any", "Acts", NUMBER);
            return Agent.builder(ScriptedProvider.of().always(asked -> script(asked, rounds, last)))
                    .tools(
                            tool("plain", spec, 3_000),
                            tool("asking", spec, 3_000),
                            tool("forbidden", spec, 10),
                            tool("elsewhere", spec, 10),
                            tool("idempotent", spec.withTraits(ToolSpec.Trait.IDEMPOTENT), 3_000),
                            tool("late", spec.withTimeout(Duration.ofSeconds(2)), 4_000),
                            Tool.of(spec.withName("failing"), (arguments, context) -> {
                                act(context, arguments, 1_000);
                                if (hard) {
                                    throw new ToolException("the house burns");
                                }
                                throw new IllegalStateException("no");
                            }))
                    .policy((tool, arguments, history) -> switch (tool.name()) {
                        case "asking" -> new ToolDecision.Ask("sure?");
                        case "elsewhere" -> new ToolDecision.Defer("done by another");
                        case "forbidden" -> new ToolDecision.Deny("never");
                        default -> ToolDecision.RUN;
                    })
                    .memory(new Memory() {
                        @Override
                        public Recalled recall(Recall wanted) {
                            return Recalled.NOTHING;
                        }

                        @Override
                        public void append(String session, Turn turn) {
                            simulation.giveWay();
                            stored.computeIfAbsent(turn.run(), run -> new ArrayList<>())
                                    .add(turn);
                        }
                    })
                    .limits(limits())
                    .parallelism(1 + chance.below(4));
        }

        Limits limits() {
            return switch (chance.below(10)) {
                case 0 -> Limits.DEFAULT.withWallTime(Duration.ofMillis(chance.below(5_000)));
                case 1 -> Limits.DEFAULT.withToolCalls(1 + chance.below(4));
                case 2 -> Limits.DEFAULT.withSteps(1 + chance.below(3));
                default -> Limits.DEFAULT;
            };
        }

        private Reply script(ModelRequest asked, List<List<String>> rounds, String last) {
            int round = (int) asked.chat().messages().stream()
                    .filter(ToolMessage.class::isInstance)
                    .count();
            if (round >= rounds.size()) {
                return reply(last).after(Duration.ofMillis(100));
            }
            Reply calls = null;
            for (String tool : rounds.get(round)) {
                Reply call =
                        toolCall(tool, tool.startsWith("helper") ? "{\"request\":\"help\"}" : "{\"n\":" + round + "}");
                calls = calls == null ? call : calls.and(call);
            }
            return calls.after(Duration.ofMillis(100));
        }

        List<List<String>> rounds(List<String> tools, int most) {
            List<List<String>> rounds = new ArrayList<>();
            for (int i = chance.below(most + 1); i > 0; i--) {
                List<String> calls = new ArrayList<>();
                for (int k = 1 + chance.below(4); k > 0; k--) {
                    calls.add(chance.pick(tools));
                }
                rounds.add(calls);
            }
            return rounds;
        }

        Agent agent() {
            Agent helper = builder(rounds(TOOLS, 2), "helped").name("helper").build();
            List<String> tools = new ArrayList<>(TOOLS);
            tools.add("helper");
            tools.add("helper");
            return builder(rounds(tools, 3), "all done")
                    .name("chief")
                    .tools(helper.asTool("helper", "Helps"))
                    .listener(event -> {
                        synchronized (events) {
                            events.add(event);
                        }
                    })
                    .build();
        }

        /** A journal at which threads may be switched, and at which the process may die. */
        Journal journal(int dying) {
            int at = dying > 0 && chance.oneIn(dying) ? 1 + chance.below(12) : Integer.MAX_VALUE;
            return new Yielding(simulation, new StoppingJournal(kept, at, chance.oneIn(2)));
        }
    }

    private static final class Yielding extends ForwardingJournal {
        private final Simulation simulation;

        Yielding(Simulation simulation, Journal journal) {
            super(journal);
            this.simulation = simulation;
        }

        @Override
        public RunJournal own(String run) {
            simulation.giveWay();
            return super.own(run);
        }

        @Override
        protected void append(RunJournal own, List<JournalRecord> records) {
            simulation.giveWay();
            own.append(records);
            simulation.giveWay();
        }

        @Override
        public List<JournalRecord> read(String run) {
            simulation.giveWay();
            return super.read(run);
        }
    }

    private static Answer answer(World world, Question question) {
        return switch (question.kind()) {
            case APPROVAL ->
                switch (world.chance.below(4)) {
                    case 0 -> Answer.deny(question, "not now");
                    case 1 -> Answer.approve(question, Json.object("n", 99));
                    default -> Answer.approve(question);
                };
            case RESULT ->
                world.chance.oneIn(4) ? Answer.deny(question, "nothing came") : Answer.give(question, "by another");
            case INPUT, SIGNAL -> Answer.give(question, "a value");
            case DOUBT ->
                world.done.containsKey(question.id())
                        ? Answer.give(question, "done " + question.id())
                        : Answer.approve(question);
        };
    }

    /** Answers what is asked, by up to three at once, who do not know of one another. */
    private static void answered(World world, Agent agent, RunRequest request, List<Question> questions, int dying)
            throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1 + world.chance.below(3); i > 0; i--) {
            List<Answer> answers = new ArrayList<>();
            for (Question question : questions) {
                if (answers.isEmpty() || world.chance.oneIn(2)) {
                    answers.add(answer(world, question));
                }
            }
            Journal journal = world.journal(dying);
            threads.add(Thread.ofVirtual().name("answers").start(() -> {
                try {
                    Runner.journalled(journal)
                            .resume(
                                    agent,
                                    new Runner.Resumption.Run(request.id()),
                                    answers,
                                    new Cancellation(world.simulation.clock()),
                                    Watch.NONE);
                    answers.forEach(answer -> world.accepted.merge(answer.question(), 1, Integer::sum));
                } catch (TenonException e) {
                    count(world, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void count(World world, TenonException e) {
        if (e.code().equals(StoppingJournal.CODE)) {
            world.deaths++;
        } else {
            assertThat(e.code()).isIn("journal.owned", "run.question_closed");
        }
    }

    /** Runs to the end, with whatever happens on the way. */
    private static RunResult run(World world, Agent agent, RunRequest request, int dying) throws InterruptedException {
        RunResult result = null;
        for (int round = 0; round < 100; round++) {
            Cancellation stop = new Cancellation(world.simulation.clock());
            boolean stops = round == 0 && world.chance.oneIn(4);
            boolean interrupts = !stops && round == 0 && world.chance.oneIn(6);
            Duration when = Duration.ofMillis(world.chance.below(6_000));
            Thread runs = Thread.currentThread();
            var alarm = stops
                    ? world.simulation.clock().after(when, () -> stop.cancel("enough"))
                    : interrupts
                            ? world.simulation.clock().after(when, runs::interrupt)
                            : dev.tenon.scope.Registration.NONE;
            try {
                result = Runner.journalled(world.journal(dying)).run(agent, request, stop);
            } catch (TenonException e) {
                count(world, e);
                result = null;
            } finally {
                alarm.close();
                Thread.interrupted();
            }
            if (result == null) {
                world.simulation.pause(Duration.ofMillis(500));
                continue;
            }
            if (!result.paused()) {
                return result;
            }
            answered(world, agent, request, result.questions(), dying);
        }
        throw new AssertionError("no end after 100 rounds: " + result);
    }

    // What must hold

    private static void mustHold(World world, Agent agent, RunResult result, boolean died) {
        validHistory(result.messages());
        List<JournalRecord> records = world.kept.read(result.run());
        assertThat(records.getFirst()).isInstanceOf(JournalRecord.Begun.class);
        assertThat(records.getLast()).isInstanceOf(JournalRecord.Closed.class);
        RunResult replayed = Replay.of(agent, world.kept, result.run()).result();
        assertThat(replayed.end()).isEqualTo(result.end());
        assertThat(replayed.messages()).isEqualTo(result.messages());
        for (String run : world.kept.runs()) {
            if (run.equals(result.run()) || run.startsWith(result.run() + "/")) {
                recordsHold(world, run, world.kept.read(run));
            }
        }
        List<Turn> turns = world.stored.getOrDefault(result.run(), List.of());
        assertThat(turns).allSatisfy(turn -> assertThat(turn.messages()).isEqualTo(result.messages()));
        if (!died) {
            assertThat(turns.size()).isLessThanOrEqualTo(1);
        }
    }

    /** Every call has exactly one result, right behind it. */
    private static void validHistory(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof AssistantMessage said
                    && !said.toolCalls().isEmpty()) {
                assertThat(i + 1)
                        .as("a call without its result ends %s", messages)
                        .isLessThan(messages.size());
                assertThat(messages.get(i + 1)).isInstanceOf(ToolMessage.class);
                ToolMessage results = (ToolMessage) messages.get(i + 1);
                assertThat(results.content().stream().map(Content.ToolResult::callId))
                        .containsExactlyElementsOf(said.toolCalls().stream()
                                .map(Content.ToolCall::id)
                                .toList());
            } else if (messages.get(i) instanceof ToolMessage) {
                assertThat(messages.get(i - 1)).isInstanceOf(AssistantMessage.class);
            }
        }
    }

    private static void recordsHold(World world, String run, List<JournalRecord> records) {
        Map<String, JournalRecord.Ended> ended = new HashMap<>();
        Map<String, Integer> begun = new HashMap<>();
        boolean stopping = false;
        for (JournalRecord record : records) {
            switch (record) {
                case JournalRecord.Ended end -> {
                    assertThat(ended.put(end.key(), end))
                            .as("second end of %s in %s", end.key(), run)
                            .isNull();
                }
                case JournalRecord.Started start -> {
                    assertThat(stopping)
                            .as("%s begins in %s after it was stopped", start.key(), run)
                            .isFalse();
                    assertThat(ended).as("begins after its end in %s", run).doesNotContainKey(start.key());
                    assertThat(start.attempt()).isEqualTo(begun.merge(start.key(), 1, Integer::sum));
                }
                case JournalRecord.Stopping stop -> stopping = true;
                case JournalRecord.Begun first -> {}
                case JournalRecord.Signalled signal -> {}
                case JournalRecord.Closed closed -> {}
            }
        }
        ended.forEach((key, end) -> {
            if (key.endsWith("/ask")) {
                String call = key.substring(0, key.length() - "/ask".length());
                String id = run + "/" + call;
                Outcome outcome = end.outcome().as(Outcome.class);
                if (outcome instanceof Outcome.Answered answered
                        && answered.answer() instanceof Answer.Approve approve) {
                    if (ended.get(call).outcome().as(Outcome.class) instanceof Outcome.Returned returned
                            && !returned.error()) {
                        assertThat(world.done.get(id)).as("approved %s", id).isEqualTo(1);
                    }
                    approve.arguments().ifPresent(other -> {
                        if (world.done.containsKey(id)) {
                            assertThat(world.doneWith.get(id)).isEqualTo(other);
                        }
                    });
                } else {
                    assertThat(world.done)
                            .as("%s was not approved: %s", id, outcome)
                            .doesNotContainKey(id);
                }
            }
        });
    }

    private static void everywhere(World world, boolean died) {
        world.done.forEach((call, times) -> {
            if (!died) {
                assertThat(times).as(call).isEqualTo(1);
            }
        });
        if (world.events.stream().noneMatch(event -> event.name().equals("tool.call.abandoned"))) {
            assertThat(world.running).isZero();
            assertThat(world.simulation.clock().alarms()).isEmpty();
        }
        world.accepted.forEach((question, times) ->
                assertThat(times).as("answers to %s that won", question).isEqualTo(1));
        Map<String, Long> newest = new HashMap<>();
        for (Event event : world.events) {
            long before = newest.getOrDefault(event.run(), 0L);
            // A death between writing and telling loses events; a number is never used twice.
            assertThat(event.sequence())
                    .as("%s of %s", event.name(), event.run())
                    .isGreaterThan(before);
            if (!died) {
                assertThat(event.sequence()).isEqualTo(before + 1);
            }
            newest.put(event.run(), event.sequence());
        }
    }

    @Test
    void holdsInEveryOrder() {
        Simulation.forAll(100, simulation -> {
            if (simulation.chance().oneIn(2)) {
                simulation.lagging(30);
            }
            World world = new World(simulation);
            Agent agent = world.agent();
            RunResult result = run(world, agent, RunRequest.of("Go").id("r"), 0);
            mustHold(world, agent, result, false);
            everywhere(world, false);
        });
    }

    @Test
    void holdsWhereTheProcessDiesNowAndThen() {
        Simulation.forAll(100, simulation -> {
            World world = new World(simulation);
            Agent agent = world.agent();
            RunResult result = run(world, agent, RunRequest.of("Go").id("r"), 3);
            mustHold(world, agent, result, world.deaths > 0);
            everywhere(world, world.deaths > 0);
        });
    }

    @Test
    void holdsForTwoRunsOfOneConversationAndForTwoWhoWantTheSameRun() {
        Simulation.forAll(50, simulation -> {
            World world = new World(simulation);
            Agent agent = world.agent();
            Map<String, RunResult> results = new TreeMap<>();
            List<Thread> threads = new ArrayList<>();
            for (String id : List.of("a", "b", "b")) {
                threads.add(Thread.ofVirtual().name("runs " + id).start(() -> {
                    try {
                        results.put(
                                id, run(world, agent, RunRequest.of("Go").id(id).session("one"), 0));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(results.keySet()).isEqualTo(Set.of("a", "b"));
            for (RunResult result : results.values()) {
                mustHold(world, agent, result, false);
            }
            everywhere(world, false);
        });
    }

    @Test
    void theSameSeedGivesTheSameTraceAndTheSameJournal() throws Exception {
        Function<Long, List<Object>> simulated = seed -> {
            Simulation simulation = new Simulation(seed).lagging(20);
            World world = new World(simulation);
            try {
                RunResult result = simulation.run(
                        () -> run(world, world.agent(), RunRequest.of("Go").id("r"), 4));
                return List.of(
                        simulation.trace(),
                        result.messages(),
                        world.kept.runs().stream().collect(Collectors.toMap(run -> run, world.kept::read)));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(simulated.apply(seed)).isEqualTo(simulated.apply(seed));
        }
    }
}
