package dev.tenon.recall;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.json;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.Turn;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.TokenCounter;
import dev.tenon.provider.Usage;
import dev.tenon.recall.store.InMemoryStore;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.testing.FoldedProgram;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.contract.MemoryContract;
import dev.tenon.tool.Tool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A conversation memory in an agent. */
@Timeout(120)
class ConversationMemoryTest {
    record Place(String city) {}

    private static final ModelInfo SMALL = new ModelInfo("scripted", "small", 2_000, 500, Set.of(), List.of());

    private static final String LONG = "and so on, and so on, for a while ".repeat(6);

    private static Tool look() {
        return Tool.of("look", "Looks", Place.class, place -> "seen " + place.city() + " " + LONG.repeat(4));
    }

    private static boolean isSummary(ModelRequest asked) {
        return asked.chat().messages().getFirst() instanceof SystemMessage system
                && system.text().startsWith("You keep the notes");
    }

    private static List<String> texts(ChatRequest request) {
        return request.messages().stream()
                .map(message -> message instanceof ToolMessage results
                        ? results.content().getFirst().text()
                        : message.text())
                .toList();
    }

    /** As a model would that counts as the estimate does. */
    private static Reply counted(ModelRequest asked, Reply reply) {
        return reply.withUsage(Usage.of(tokens(asked.chat()), 60));
    }

    private static long tokens(ChatRequest request) {
        return TokenCounter.ESTIMATE.tokens(request);
    }

    @Test
    void theWindowIsNeverPassedAndThePrefixMovesOnceACompaction() {
        ScriptedProvider model = ScriptedProvider.of(SMALL)
                .when(
                        asked -> asked.lastUserText().startsWith("look")
                                && asked.toolResults().isEmpty(),
                        asked -> counted(asked, toolCall("look", Json.object("city", asked.lastUserText()))))
                .always(asked ->
                        counted(asked, reply("answer to " + asked.lastUserText().length() + " " + LONG)));
        ConversationMemory memory =
                ConversationMemory.builder(new InMemoryStore()).pinFirst().build();
        Agent agent = Agent.builder(model)
                .instructions("Be brief.")
                .memory(memory)
                .tools(look())
                .tools(memory.tools())
                .build();
        List<Event> events = new ArrayList<>();
        List<Message> said = new ArrayList<>();

        for (int i = 0; i < 40; i++) {
            String text = (i % 3 == 0 ? "look " : "say ") + i + " " + LONG;
            said.addAll(
                    agent.run(RunRequest.of(text), Watch.events(events::add)).messages());
        }

        long compactions = events.stream()
                .filter(event -> event.name().equals("memory.compacted"))
                .count();
        assertThat(compactions).isBetween(2L, 40L);
        int moved = 0;
        List<ModelRequest> asked = model.requests();
        for (int i = 0; i < asked.size(); i++) {
            assertThat(tokens(asked.get(i).chat())).as("request %s", i).isLessThanOrEqualTo(1_800);
            List<Message> messages = asked.get(i).chat().messages();
            ViewTest.assertAccepted(messages.subList(1, messages.size()));
            assertThat(messages.get(1).text()).startsWith("look 0 ");
            if (i > 0) {
                moved += CachedPrefix.between(
                                        asked.get(i - 1).chat(), asked.get(i).chat(), TokenCounter.ESTIMATE)
                                .isKept()
                        ? 0
                        : 1;
            }
        }
        assertThat(moved).as("requests that did not only grow").isEqualTo((int) compactions);
        assertThat(memory.view(RunRequest.DEFAULT_SESSION).restore()).isEqualTo(said);

        Explanation explained = memory.explain(RunRequest.DEFAULT_SESSION);
        assertThat(explained.receipts()).hasSize((int) compactions);
        Recalled.Receipt receipt = explained.receipts().getFirst();
        assertThat(receipt.tokensAfter()).isLessThan(receipt.tokensBefore());
        assertThat(receipt.tokensKept()).isPositive().isLessThan(receipt.tokensBefore());
        assertThat(explained.groups().getFirst().why()).contains("pinned");
        assertThat(explained.groups())
                .anyMatch(line ->
                        line.shown() == Explanation.Shown.HIDDEN && line.why().contains("fit"));
        assertThat(explained.toString())
                .contains("session default: about ")
                .contains("hidden   ")
                .contains("compacted by ")
                .contains("counted by TokenCounter.ESTIMATE");
    }

    @Test
    void aSummaryIsACallOfTheRunAndIsMadeFromTheOneBefore() {
        List<String> asks = new ArrayList<>();
        ScriptedProvider model = ScriptedProvider.of(SMALL)
                .when(ConversationMemoryTest::isSummary, asked -> {
                    String text = asked.lastUserText();
                    asks.add(text);
                    List<String> facts = text.lines()
                            .flatMap(line -> java.util.regex.Pattern.compile("fact \\d+")
                                    .matcher(line)
                                    .results())
                            .map(java.util.regex.MatchResult::group)
                            .distinct()
                            .toList();
                    return json(new Summary("They talked.", facts, List.of("call ann")))
                            .withUsage(Usage.of(700, 50));
                })
                .always(asked -> counted(asked, reply("noted " + LONG)));
        ConversationMemory memory = ConversationMemory.builder(new InMemoryStore())
                .tiers(Summarise.allButLast(2))
                .build();
        Agent agent = Agent.builder(model).memory(memory).build();
        int steps = 0;

        for (int i = 0; i < 40; i++) {
            RunResult result =
                    Runner.plain().run(FoldedProgram.of(agent), RunRequest.of("fact " + i + " " + LONG), Watch.NONE);
            assertThat(result.text()).startsWith("noted");
            steps += result.spent().steps();
        }

        assertThat(asks.size()).isBetween(2, 15);
        assertThat(steps).as("summaries count as calls of the run").isEqualTo(40 + asks.size());
        assertThat(asks.get(1)).contains("Your notes so far:").contains("call ann");
        Summary summary = memory.view(RunRequest.DEFAULT_SESSION).summary().orElseThrow();
        int hidden = memory.view(RunRequest.DEFAULT_SESSION).hidden();
        assertThat(summary.facts())
                .containsExactlyElementsOf(IntStream.range(0, hidden / 2)
                        .mapToObj(i -> "fact " + i)
                        .toList());
        ChatRequest last = model.requests().getLast().chat();
        assertThat(tokens(last)).isLessThan(1_800);
        assertThat(texts(last).getFirst())
                .contains("What was said there, in short:\nThey talked.")
                .contains("- fact 3");
        assertThat(memory.explain(RunRequest.DEFAULT_SESSION).receipts())
                .allSatisfy(receipt -> assertThat(receipt.how()).isEqualTo("summarise"))
                .allSatisfy(receipt -> assertThat(receipt.cost().unknown()).isPositive());
    }

    @Test
    void withoutASummaryTheOtherTiersDo() {
        ScriptedProvider model = ScriptedProvider.of(SMALL)
                .when(ConversationMemoryTest::isSummary, asked -> fault(Kind.INVALID_REQUEST))
                .always(asked -> counted(asked, reply("noted " + LONG)));
        ConversationMemory memory = ConversationMemory.builder(new InMemoryStore())
                .tiers(Summarise.allButLast(2))
                .build();
        Agent agent = Agent.builder(model).memory(memory).build();

        for (int i = 0; i < 30; i++) {
            assertThat(agent.run("fact " + i + " " + LONG).text()).startsWith("noted");
        }

        assertThat(model.requests())
                .filteredOn(asked -> !isSummary(asked))
                .allSatisfy(asked -> assertThat(tokens(asked.chat())).isLessThan(1_800));
        assertThat(memory.explain(RunRequest.DEFAULT_SESSION).receipts())
                .isNotEmpty()
                .allSatisfy(receipt -> assertThat(receipt.how()).isEqualTo("fit"));
    }

    @Test
    void whatAModelRefusesAsTooLongIsMadeShorterOnce() {
        ModelInfo unknown = ModelInfo.of("scripted", "unknown");
        ScriptedProvider model = ScriptedProvider.of(unknown)
                .when(asked -> tokens(asked.chat()) > 1_500, asked -> fault(Kind.CONTEXT_TOO_LONG))
                .always(asked -> counted(asked, reply("noted " + LONG)));
        ConversationMemory memory = ConversationMemory.inMemory();
        Agent agent = Agent.builder(model).memory(memory).build();

        for (int i = 0; i < 40; i++) {
            assertThat(agent.run("fact " + i + " " + LONG).completed())
                    .as("turn %s", i)
                    .isTrue();
        }

        long refused = model.requests().stream()
                .filter(asked -> tokens(asked.chat()) > 1_500)
                .count();
        assertThat(refused).isBetween(2L, 10L);
        assertThat(memory.explain(RunRequest.DEFAULT_SESSION).receipts()).hasSize((int) refused);
        assertThat(memory.view(RunRequest.DEFAULT_SESSION).slots()).hasSize(80);
    }

    @Test
    void aLongTurnIsCompactedOnItsWay() {
        ScriptedProvider model = ScriptedProvider.of(SMALL)
                .when(
                        asked -> !asked.lastUserText().contains("bye")
                                && asked.chat().messages().size() < 1_000,
                        asked -> {
                            long tokens = tokens(asked.chat());
                            return toolCall("look", Json.object("city", "city " + System.nanoTime()))
                                    .withUsage(Usage.of(tokens, 30));
                        });
        ConversationMemory memory = ConversationMemory.inMemory();
        Agent agent = Agent.builder(model)
                .memory(memory)
                .tools(look())
                .limits(dev.tenon.run.Limits.DEFAULT.withSteps(25))
                .build();

        RunResult result = agent.run("look everywhere");

        assertThat(result.spent().steps()).isEqualTo(25);
        assertThat(result.messages()).hasSizeGreaterThan(50);
        for (ModelRequest asked : model.requests()) {
            assertThat(tokens(asked.chat())).isLessThan(2_000);
            ViewTest.assertAccepted(asked.chat().messages());
            assertThat(asked.chat().messages().getFirst().text()).startsWith("look everywhere");
        }
        assertThat(memory.view(RunRequest.DEFAULT_SESSION).restore()).isEqualTo(result.messages());
    }

    /** Facts planted in 500 turns, found again through compaction by the tools. */
    @Test
    void aNeedleIsFoundInFiveHundredTurns() {
        ScriptedProvider model = ScriptedProvider.of(SMALL)
                .keeping(3)
                .when(
                        asked -> asked.lastUserText().contains("What is the code of")
                                && asked.toolResults().isEmpty(),
                        asked -> toolCall("search_history", Json.object("query", asked.lastUserText())))
                .when(
                        asked -> asked.lastUserText().contains("What is the code of")
                                && asked.toolResult("search_history").isPresent()
                                && asked.toolResult("show_history").isEmpty(),
                        asked -> {
                            String found = asked.toolResult("search_history").orElseThrow();
                            return toolCall("show_history", Json.object("ids", Json.array(id(found))));
                        })
                .when(
                        asked -> asked.toolResult("show_history").isPresent(),
                        asked -> reply(asked.toolResult("show_history").orElseThrow()))
                .always(asked -> counted(asked, reply("I see.")));
        ConversationMemory memory = ConversationMemory.inMemory();
        Agent agent = Agent.builder(model).memory(memory).tools(memory.tools()).build();
        List<String> places = List.of("lighthouse", "granary", "observatory", "cellar", "aviary");
        for (int i = 0; i < 500; i++) {
            String text = i % 100 == 7
                    ? "By the way, the code of the " + places.get(i / 100) + " is " + (4_000 + i) + "."
                    : "Today I saw " + i + " birds and nothing else. " + LONG;
            agent.run(RunRequest.of(text).session("long"));
        }
        assertThat(memory.view("long").hidden()).isGreaterThan(900);

        for (int i = 0; i < places.size(); i++) {
            // Each in a copy, so that what was found for one is not seen by the next.
            memory.store().fork("long", "copy " + i, Long.MAX_VALUE);
            RunResult result = agent.run(RunRequest.of("What is the code of the " + places.get(i) + "?")
                    .session("copy " + i));

            assertThat(model.requests().getFirst().chat().messages().toString())
                    .as("not seen before it is searched")
                    .doesNotContain("" + (4_007 + 100 * i));
            assertThat(result.text()).contains("is " + (4_007 + 100 * i) + ".");
        }
    }

    private static String id(String found) {
        return found.substring(3, found.indexOf('\n'));
    }

    @Test
    void hiddenGroupsAreShownAgain() {
        ScriptedProvider model = ScriptedProvider.of(SMALL).always(asked -> counted(asked, reply("noted " + LONG)));
        ConversationMemory memory = ConversationMemory.inMemory();
        Agent agent = Agent.builder(model).memory(memory).build();
        for (int i = 0; i < 15; i++) {
            agent.run("fact " + i + " " + LONG);
        }
        String session = RunRequest.DEFAULT_SESSION;
        List<String> hidden = memory.explain(session).groups().stream()
                .filter(line -> line.shown() == Explanation.Shown.HIDDEN)
                .map(Explanation.Line::group)
                .toList();
        assertThat(hidden).isNotEmpty();

        assertThat(memory.show(session, hidden.subList(0, 2))).isEqualTo(2);
        assertThat(memory.show(session, List.of("nothing#0"))).isZero();

        assertThat(memory.view(session).messages().getFirst().text()).isEqualTo("fact 0 " + LONG);
        assertThat(memory.view(session).hidden()).isEqualTo(hidden.size() - 2);
    }

    @Test
    void whatWasDecidedHoldsForWhoOpensTheSessionAnew() {
        InMemoryStore store = new InMemoryStore();
        ScriptedProvider model = ScriptedProvider.of(SMALL).always(asked -> counted(asked, reply("noted " + LONG)));
        ConversationMemory memory = ConversationMemory.builder(store).build();
        Agent agent = Agent.builder(model).memory(memory).build();
        for (int i = 0; i < 20; i++) {
            agent.run("fact " + i + " " + LONG);
        }

        ConversationMemory again = ConversationMemory.builder(store).build();

        String session = RunRequest.DEFAULT_SESSION;
        assertThat(again.view(session).messages())
                .isEqualTo(memory.view(session).messages());
        assertThat(again.view(session).hidden()).isPositive();
        assertThat(again.explain(session).receipts())
                .isEqualTo(memory.explain(session).receipts());
        store.fork(session, "copy", Long.MAX_VALUE);
        assertThat(again.view("copy").messages()).isEqualTo(memory.view(session).messages());
        assertThat(store.delete(session)).isTrue();
        assertThat(memory.view(session).messages()).isEmpty();
    }

    @Test
    void twoMemoriesOfOneStoreDoNotMixTheirTurns() throws Exception {
        InMemoryStore store = new InMemoryStore();
        List<ConversationMemory> memories = List.of(
                ConversationMemory.builder(store).build(),
                ConversationMemory.builder(store).build());
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int writer = i;
                writers.add(pool.submit(() -> {
                    for (int at = 0; at < 20; at++) {
                        memories.get(writer % 2).append("s", MemoryContract.turn(writer + "-" + at));
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        List<Message> all = MemoryContract.recalled(memories.getFirst(), "s");
        assertThat(all).hasSize(8 * 20 * 4).isEqualTo(MemoryContract.recalled(memories.getLast(), "s"));
        for (int i = 0; i < all.size(); i += 4) {
            String name = all.get(i).text().substring("ask ".length());
            assertThat(all.subList(i, i + 4))
                    .isEqualTo(MemoryContract.turn(name).messages());
        }
    }

    @Test
    void aThousandSessionsOfAHundredTurnsLoseDoubleAndCrossNothing() throws Exception {
        int sessions = 1_000;
        int turns = 100;
        ConversationMemory memory = ConversationMemory.builder(new InMemoryStore())
                .sessionsHeld(sessions)
                .build();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> talks = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                String session = "session-" + i;
                talks.add(pool.submit(() -> {
                    for (int at = 0; at < turns; at++) {
                        Turn turn = new Turn(
                                "run-" + at,
                                List.of(
                                        Message.user(session + " asks " + at),
                                        Message.assistant(session + " gets " + at)));
                        memory.append(session, turn);
                        if (at % 10 == 9) {
                            memory.append(session, turn);
                            assertWindow(memory, session, at + 1);
                        }
                    }
                }));
            }
            for (Future<?> talk : talks) {
                talk.get();
            }
        }
        for (int i = 0; i < sessions; i++) {
            assertWindow(memory, "session-" + i, turns);
        }
    }

    private static void assertWindow(Memory memory, String session, int turns) {
        List<Message> seen = MemoryContract.recalled(memory, session);
        if (seen.size() != 2 * turns) {
            assertThat(seen).hasSize(2 * turns);
        }
        for (int at = 0; at < turns; at++) {
            if (!seen.get(2 * at).text().equals(session + " asks " + at)
                    || !seen.get(2 * at + 1).text().equals(session + " gets " + at)) {
                assertThat(seen.subList(2 * at, 2 * at + 2))
                        .as("turn %s of %s", at, session)
                        .isEmpty();
            }
        }
    }

    @Test
    void theCountIsCorrectedByWhatTheModelReports() {
        ScriptedProvider model = ScriptedProvider.of(SMALL)
                .always(asked -> reply("noted " + LONG).withUsage(Usage.of(3 * tokens(asked.chat()), 50)));
        ConversationMemory memory = ConversationMemory.inMemory();
        Agent agent = Agent.builder(model).memory(memory).build();

        for (int i = 0; i < 30; i++) {
            agent.run("fact " + i + " " + LONG);
        }

        long largest = model.requests().stream()
                .skip(10)
                .mapToLong(asked -> 3 * tokens(asked.chat()))
                .max()
                .orElseThrow();
        assertThat(largest).as("as the model counts").isBetween(1_000L, 1_900L);
    }

    @Test
    void anEntryOfANewerVersionIsRefused() {
        InMemoryStore store = new InMemoryStore();
        store.append("s", "", 0, List.of(new SessionEntry("turn/1", "turn", 2, Instant.EPOCH, Json.NULL)));

        assertThatThrownBy(() -> ConversationMemory.builder(store).build().view("s"))
                .isInstanceOf(MemoryException.class)
                .hasMessage(
                        "entry \"turn\" of a session has form 2, and this version knows forms up to 1; open it with a"
                                + " newer version of the library");
    }

    @Test
    void refusesSharesThatAreNone() {
        assertThatThrownBy(() -> ConversationMemory.builder(new InMemoryStore()).share(0.5, 0.8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "expected shares of the window, 0 < target <= trigger <= 1, got trigger 0.5 and target 0.8");
    }

    @Test
    void theLinterSaysWhatMovedThePrefix() {
        ChatRequest before = ChatRequest.of(List.of(
                        Message.system("It is 10:01. Be brief."), Message.user("Hi"), Message.assistant("Hello")))
                .withTools(List.of(look().spec()));
        List<Message> grown = new ArrayList<>(before.messages());
        grown.add(Message.user("And?"));
        assertThat(CachedPrefix.between(before, ChatRequest.of(grown).withTools(before.tools()), TokenCounter.ESTIMATE))
                .isEqualTo(new CachedPrefix(tokens(before), 0, List.of()));
        List<Message> later = new ArrayList<>(grown);
        later.set(0, Message.system("It is 10:02. Be brief."));
        assertThat(CachedPrefix.between(before, ChatRequest.of(later).withTools(before.tools()), TokenCounter.ESTIMATE)
                        .moved())
                .containsExactly(
                        "the instructions changed at character 10; put what changes (time, user, state) into the"
                                + " message of the user");
        assertThat(CachedPrefix.between(before, ChatRequest.of(grown), TokenCounter.ESTIMATE)
                        .moved())
                .containsExactly(
                        "tool \"look\" was taken away; all messages come after it, so keep it and let the policy"
                                + " deny it");
    }
}
