package dev.tenon.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ModelInfo;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Chance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Memory} does while nothing has to be left out: keeps turns whole and in order, takes the turn of a run once, and shows no session another one's.
 *
 * <p>A memory that outlasts its object says so by {@link #reopened}, and is then tried across openings as well. Give a new, empty memory for each test, with room for
 * some thousands of messages in a session.
 */
@SuppressWarnings("exports") // JUnit is named in no signature; whoever extends this has it.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class MemoryContract {
    /** For the classes that extend this one. */
    protected MemoryContract() {}

    /** The memory of this test: empty when it is first asked for, the same one until it is reopened. */
    protected abstract Memory memory();

    /** Whether what was appended is there when the memory is opened again. */
    protected boolean durable() {
        return false;
    }

    /** Closes the memory of this test and opens it again; only asked of a {@link #durable} one. */
    protected Memory reopened() {
        throw new UnsupportedOperationException("a memory that is durable says how it is reopened");
    }

    /** What a memory recalls of a session before somebody says hello. */
    public static List<Message> recalled(Memory memory, String session) {
        Objects.requireNonNull(memory, "memory");
        return memory.recall(Recall.of(session, "the-next", List.of(Message.user("Hello")), ModelInfo.UNKNOWN))
                .messages();
    }

    /** Checks that every tool call has its results right behind it, and no result is without its call. */
    public static void assertWhole(List<Message> messages) {
        Objects.requireNonNull(messages, "messages");
        int open = 0;
        for (Message message : messages) {
            if (message instanceof ToolMessage results) {
                assertThat(results.content()).as("results in %s", messages).hasSize(open);
                open = 0;
            } else {
                assertThat(open).as("calls without results in %s", messages).isZero();
                open = message instanceof AssistantMessage said
                        ? said.toolCalls().size()
                        : 0;
            }
        }
        assertThat(open).as("calls without results in %s", messages).isZero();
    }

    /** A turn with a tool call in it, all of whose messages say which it is. */
    public static Turn turn(String name) {
        Objects.requireNonNull(name, "name");
        return new Turn(
                name,
                List.of(
                        Message.user("ask " + name),
                        AssistantMessage.of(List.of(
                                Content.Thinking.of("think " + name),
                                Content.ToolCall.of("call_1", "look", Json.object("at", name)))),
                        ToolMessage.of(List.of(Content.ToolResult.of("call_1", "look", "seen " + name))),
                        Message.assistant("answer " + name)));
    }

    private List<Message> recalled(String session) {
        return recalled(memory(), session);
    }

    private static List<Message> all(Turn... turns) {
        List<Message> messages = new ArrayList<>();
        for (Turn turn : turns) {
            messages.addAll(turn.messages());
        }
        return messages;
    }

    @Test
    void knowsNothingOfAnUnknownSession() {
        assertThat(recalled("nobody")).isEmpty();
        assertThat(recalled("")).isEmpty();
    }

    @Test
    void recallsTurnsInTheOrderInWhichTheyEnded() {
        memory().append("lisbon", turn("one"));
        assertThat(recalled("lisbon")).isEqualTo(turn("one").messages());

        memory().append("lisbon", turn("two"));
        memory().append("lisbon", turn("three"));

        assertThat(recalled("lisbon")).isEqualTo(all(turn("one"), turn("two"), turn("three")));
        assertThat(recalled("lisbon")).as("asked again").isEqualTo(all(turn("one"), turn("two"), turn("three")));
    }

    @Test
    void takesTheTurnOfARunOnce() {
        memory().append("lisbon", turn("one"));
        memory().append("lisbon", turn("one"));
        memory().append("lisbon", turn("two"));
        memory().append("lisbon", new Turn("one", turn("another").messages()));

        assertThat(recalled("lisbon")).isEqualTo(all(turn("one"), turn("two")));
    }

    @Test
    void aRunOfAnotherSessionIsAnotherRun() {
        memory().append("lisbon", turn("one"));
        memory().append("oslo", new Turn("one", turn("other").messages()));

        assertThat(recalled("lisbon")).isEqualTo(turn("one").messages());
        assertThat(recalled("oslo")).isEqualTo(turn("other").messages());
    }

    @Test
    void aTurnOfNothingIsNothing() {
        memory().append("lisbon", new Turn("none", List.of()));
        memory().append("lisbon", turn("one"));

        assertThat(recalled("lisbon")).isEqualTo(turn("one").messages());
    }

    @Test
    void sessionsOfAnyNameNeverSeeEachOther() {
        List<String> names = List.of(
                " ",
                "a",
                "A",
                "a ",
                "a/b",
                "a//b",
                "../../etc",
                "con",
                "%61",
                "é世🚀",
                "e\u0301",
                "line\nbreak",
                "nul\u0000",
                "x".repeat(2_000),
                "x".repeat(2_001));
        for (String name : names) {
            memory().append(name, turn("of " + name));
        }

        for (String name : names) {
            assertThat(recalled(name)).isEqualTo(turn("of " + name).messages());
        }
    }

    @Test
    @SuppressWarnings("NullAway") // handed in on purpose
    void refusesNull() {
        assertThatThrownBy(() -> memory().append(null, turn("one"))).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> memory().append("lisbon", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> memory().recall(null)).isInstanceOf(NullPointerException.class);
        assertThat(recalled("lisbon")).isEmpty();
    }

    @Test
    void isNotChangedThroughAListThatWasHandedOut() {
        memory().append("lisbon", turn("one"));

        List<Message> handedOut = recalled("lisbon");
        assertThatThrownBy(() -> handedOut.add(Message.user("more"))).isInstanceOf(UnsupportedOperationException.class);
        memory().append("lisbon", turn("two"));

        assertThat(handedOut).isEqualTo(turn("one").messages());
        assertThat(recalled("lisbon")).isEqualTo(all(turn("one"), turn("two")));
    }

    @Test
    void givesBackConversationsAsTheyWere() {
        Map<String, List<Message>> said = new LinkedHashMap<>();
        for (int seed = 0; seed < 100; seed++) {
            Chance chance = new Chance(seed);
            String session = "session-" + seed % 20;
            List<Message> turn = Arbitrary.conversation().next(chance);
            memory().append(session, new Turn("run-" + seed, turn));
            said.computeIfAbsent(session, begun -> new ArrayList<>()).addAll(turn);
        }

        said.forEach((session, messages) -> assertThat(recalled(session)).isEqualTo(messages));
        if (durable()) {
            Memory again = reopened();
            said.forEach(
                    (session, messages) -> assertThat(recalled(again, session)).isEqualTo(messages));
        }
    }

    @Test
    void isTheSameWhenItIsOpenedAgain() {
        if (!durable()) {
            return;
        }
        memory().append("lisbon", turn("one"));
        memory().append("oslo", turn("two"));

        Memory again = reopened();
        again.append("lisbon", turn("one"));
        again.append("lisbon", turn("three"));

        assertThat(recalled(again, "lisbon")).isEqualTo(all(turn("one"), turn("three")));
        assertThat(recalled(again, "oslo")).isEqualTo(turn("two").messages());
    }

    @Test
    void keepsTheTurnsOfManyThreadsWholeAndEachThreadsInOrder() throws Exception {
        int threads = 16;
        int turns = 25;
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            CyclicBarrier together = new CyclicBarrier(threads);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                String thread = "t" + i;
                writers.add(pool.submit(() -> {
                    together.await();
                    for (int at = 0; at < turns; at++) {
                        memory().append("shared", turn(thread + "-" + at));
                        // As after a crash: somebody hands it over again.
                        memory().append("shared", turn(thread + "-" + at));
                    }
                    return null;
                }));
            }
            Future<?> reader = pool.submit(() -> {
                while (!over.get()) {
                    wholeTurns(recalled("shared"));
                }
            });
            try {
                for (Future<?> writer : writers) {
                    writer.get();
                }
            } finally {
                over.set(true);
            }
            reader.get();
        }

        List<String> order = wholeTurns(recalled("shared"));
        assertThat(order).hasSize(threads * turns).doesNotHaveDuplicates();
        for (int i = 0; i < threads; i++) {
            String thread = "t" + i + "-";
            List<String> own =
                    order.stream().filter(name -> name.startsWith(thread)).toList();
            for (int at = 0; at < turns; at++) {
                assertThat(own.get(at)).isEqualTo(thread + at);
            }
        }
    }

    /** The names of the turns that were made by {@link #turn}, each of which must be whole. */
    private static List<String> wholeTurns(List<Message> messages) {
        List<String> names = new ArrayList<>();
        assertThat(messages.size() % 4).isZero();
        for (int i = 0; i < messages.size(); i += 4) {
            String name = messages.get(i).text().substring("ask ".length());
            assertThat(messages.subList(i, i + 4)).isEqualTo(turn(name).messages());
            names.add(name);
        }
        return names;
    }

    @Test
    void manySessionsAtOnceStayApart() throws Exception {
        int sessions = 64;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> talks = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                String session = "session-" + i;
                talks.add(pool.submit(() -> {
                    List<Message> said = new ArrayList<>();
                    for (int at = 0; at < 10; at++) {
                        assertThat(recalled(session)).isEqualTo(said);
                        // The same run in every session.
                        Turn turn =
                                new Turn("run-" + at, turn(session + " " + at).messages());
                        memory().append(session, turn);
                        said.addAll(turn.messages());
                    }
                    assertThat(recalled(session)).isEqualTo(said);
                }));
            }
            for (Future<?> talk : talks) {
                talk.get();
            }
        }
    }
}
