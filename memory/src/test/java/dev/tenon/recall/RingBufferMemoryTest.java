package dev.tenon.recall;

import static dev.tenon.testing.contract.MemoryContract.assertWhole;
import static dev.tenon.testing.contract.MemoryContract.recalled;
import static dev.tenon.testing.contract.MemoryContract.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Cost;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.TokenCounter;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RingBufferMemoryTest {
    private static Message call(String... names) {
        List<Content.OfAssistant> calls = new ArrayList<>();
        for (String name : names) {
            calls.add(Content.ToolCall.of(name, "look", Json.object("at", name)));
        }
        return AssistantMessage.of(calls);
    }

    private static Message result(String... names) {
        List<Content.ToolResult> results = new ArrayList<>();
        for (String name : names) {
            results.add(Content.ToolResult.of(name, "look", "seen " + name));
        }
        return ToolMessage.of(results);
    }

    private static Turn turnOf(String run, Message... messages) {
        return new Turn(run, List.of(messages));
    }

    private static Message user(String text) {
        return Message.user(text);
    }

    private static Message answer(String text) {
        return Message.assistant(text);
    }

    @Test
    void forgetsTheOldestFirst() {
        RingBufferMemory memory = RingBufferMemory.messages(4);
        memory.append("s", turnOf("1", user("a"), answer("b")));
        memory.append("s", turnOf("2", user("c"), answer("d")));
        memory.append("s", turnOf("3", user("e"), answer("f")));

        assertThat(recalled(memory, "s")).containsExactly(user("c"), answer("d"), user("e"), answer("f"));
    }

    @Test
    void neverPartsACallFromItsResultsAndTheReasoningBeforeIt() {
        Message thought = AssistantMessage.of(List.of(Content.Thinking.of("I should look.")));
        Turn first = turnOf(
                "1", user("a"), thought, call("1", "2"), result("1"), result("2"), call("3"), result("3"), answer("b"));
        for (int most = 1; most <= 12; most++) {
            RingBufferMemory memory = RingBufferMemory.messages(most);
            memory.append("s", first);
            memory.append("s", turnOf("2", user("c"), answer("d")));

            List<Message> held = recalled(memory, "s");

            assertThat(held.contains(thought)).as("most %s", most).isEqualTo(held.contains(call("1", "2")));
            assertThat(held.contains(result("1"))).isEqualTo(held.contains(call("1", "2")));
            assertThat(held.contains(result("2"))).isEqualTo(held.contains(call("1", "2")));
            assertThat(held.contains(result("3"))).isEqualTo(held.contains(call("3")));
            assertThat(held).endsWith(user("c"), answer("d"));
            assertThat(held.size()).isLessThanOrEqualTo(Math.max(most, 2));
        }
    }

    @Test
    void whatTheUserSaidGoesWithTheLastOfWhatAnsweredIt() {
        RingBufferMemory memory = RingBufferMemory.messages(5);
        memory.append("s", turnOf("1", user("a"), call("1"), result("1"), call("2"), result("2"), answer("b")));
        assertThat(recalled(memory, "s")).containsExactly(user("a"), call("2"), result("2"), answer("b"));

        memory.append("s", turnOf("2", user("c"), answer("d")));
        assertThat(recalled(memory, "s")).containsExactly(user("a"), answer("b"), user("c"), answer("d"));

        memory.append("s", turnOf("3", user("e"), answer("f")));
        assertThat(recalled(memory, "s")).containsExactly(user("c"), answer("d"), user("e"), answer("f"));
    }

    @Test
    void theNewestGroupStaysWhateverTheBound() {
        RingBufferMemory memory = RingBufferMemory.messages(1);
        memory.append("s", turnOf("1", user("a"), answer("b")));
        assertThat(recalled(memory, "s")).containsExactly(user("a"), answer("b"));

        memory.append("s", turnOf("2", user("c"), call("1", "2", "3"), result("1", "2", "3")));
        assertThat(recalled(memory, "s")).containsExactly(user("c"), call("1", "2", "3"), result("1", "2", "3"));

        RingBufferMemory few = RingBufferMemory.tokens(1);
        few.append("s", turnOf("1", user("a".repeat(1_000_000)), answer("b".repeat(1_000_000))));
        assertThat(recalled(few, "s")).hasSize(2);
        few.append("s", turnOf("2", user("c"), answer("d")));
        assertThat(recalled(few, "s")).containsExactly(user("c"), answer("d"));
    }

    @Test
    void countsTokens() {
        Turn one = turnOf("1", user("a".repeat(300)), answer("b".repeat(300)));
        Turn two = turnOf("2", user("c".repeat(30)), answer("d".repeat(30)));
        long both = 0;
        for (Turn turn : List.of(one, two)) {
            for (Message message : turn.messages()) {
                both += TokenCounter.ESTIMATE.tokens(message);
            }
        }
        RingBufferMemory room = RingBufferMemory.tokens(both);
        RingBufferMemory tight = RingBufferMemory.tokens(both - 1);
        for (RingBufferMemory memory : List.of(room, tight)) {
            memory.append("s", one);
            memory.append("s", two);
        }

        assertThat(recalled(room, "s")).hasSize(4);
        assertThat(recalled(tight, "s")).containsExactly(user("c".repeat(30)), answer("d".repeat(30)));
    }

    @Test
    void saysWhatHasGone() {
        RingBufferMemory memory = RingBufferMemory.messages(2);
        Recall wanted = Recall.of("s", "next", List.of(user("x")), ModelInfo.UNKNOWN);
        memory.append("s", turnOf("1", user("a"), call("1"), result("1"), answer("b")));
        assertThat(memory.recall(wanted).receipts()).hasSize(1);
        memory.append("s", turnOf("2", user("c"), answer("d")));

        Recalled recalled = memory.recall(wanted);

        long after = TokenCounter.ESTIMATE.tokens(user("c")) + TokenCounter.ESTIMATE.tokens(answer("d"));
        long gone = TokenCounter.ESTIMATE.tokens(user("a"))
                + TokenCounter.ESTIMATE.tokens(call("1"))
                + TokenCounter.ESTIMATE.tokens(result("1"))
                + TokenCounter.ESTIMATE.tokens(answer("b"));
        assertThat(recalled.receipts())
                .containsExactly(new Recalled.Receipt("ring buffer", 3, gone + after, after, 0, Cost.ZERO));
    }

    @Test
    void knowsARunAfterItsMessagesHaveGone() {
        RingBufferMemory memory = RingBufferMemory.messages(2);
        for (int i = 0; i < RingBufferMemory.KNOWN_RUNS; i++) {
            memory.append("s", turnOf("run-" + i, user("u" + i), answer("a" + i)));
        }
        memory.append("s", turnOf("run-0", user("again"), answer("again")));

        int last = RingBufferMemory.KNOWN_RUNS - 1;
        assertThat(recalled(memory, "s")).containsExactly(user("u" + last), answer("a" + last));
    }

    @Test
    void knowsEveryRunOfWhichAnythingIsHeld() {
        int turns = 3 * RingBufferMemory.KNOWN_RUNS;
        RingBufferMemory memory = RingBufferMemory.messages(10 * turns);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < turns; i++) {
                memory.append("s", turnOf("run-" + i, user("u" + i), answer("a" + i)));
            }
        }

        assertThat(recalled(memory, "s")).hasSize(2 * turns);
    }

    @Test
    void forgetsTheSessionThatWasUsedLeastLately() {
        RingBufferMemory memory = RingBufferMemory.messages(10).withSessions(2);
        memory.append("a", turn("1"));
        memory.append("b", turn("2"));
        recalled(memory, "a");
        memory.append("c", turn("3"));

        assertThat(memory.sessions()).isEqualTo(2);
        assertThat(recalled(memory, "a")).isEqualTo(turn("1").messages());
        assertThat(recalled(memory, "b")).isEmpty();
        assertThat(recalled(memory, "c")).isEqualTo(turn("3").messages());
    }

    @Test
    void askingForUnknownSessionsHoldsNothing() {
        RingBufferMemory memory = RingBufferMemory.messages(10);
        for (int i = 0; i < 1_000; i++) {
            recalled(memory, "session-" + i);
        }

        assertThat(memory.sessions()).isZero();
    }

    @Test
    void forgetsASessionWhenTold() {
        RingBufferMemory memory = RingBufferMemory.messages(10);
        memory.append("a", turn("1"));
        memory.append("b", turn("1"));
        memory.forget("a");
        memory.forget("nobody");

        assertThat(recalled(memory, "a")).isEmpty();
        assertThat(recalled(memory, "b")).hasSize(4);
        memory.append("a", turn("1"));
        assertThat(recalled(memory, "a")).hasSize(4);
    }

    @Test
    void refusesATurnThatNoProviderWouldTake() {
        RingBufferMemory memory = RingBufferMemory.messages(10);
        assertThatThrownBy(() -> memory.append("s", turnOf("7", user("a"), call("1", "2"), result("1"), answer("b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the turn of run \"7\" has 2 tool calls and 1 results in its messages from 1 to 2; give"
                        + " every call its result, and no result without its call");
        for (Turn broken : List.of(
                turnOf("7", result("1")),
                turnOf("7", user("a"), result("1")),
                turnOf("7", user("a"), call("1")),
                turnOf("7", user("a"), call("1"), user("b"), result("1")))) {
            assertThatThrownBy(() -> memory.append("s", broken)).isInstanceOf(IllegalArgumentException.class);
        }

        assertThat(recalled(memory, "s")).isEmpty();
        memory.append("s", turn("7"));
        assertThat(recalled(memory, "s")).isEqualTo(turn("7").messages());
    }

    @Test
    void refusesABoundOfNothing() {
        assertThatThrownBy(() -> RingBufferMemory.messages(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("messages < 1: 0; an agent that is to remember nothing has Memory.NONE");
        assertThatThrownBy(() -> RingBufferMemory.tokens(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tokens < 1: -1; an agent that is to remember nothing has Memory.NONE");
        assertThatThrownBy(() -> RingBufferMemory.messages(1).withSessions(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sessions < 1: 0; an agent that is to remember nothing has Memory.NONE");
    }

    @Test
    void doesNotSayWhatItRemembers() {
        RingBufferMemory memory = RingBufferMemory.tokens(4_000);
        memory.append("s", turn("secret"));

        assertThat(memory).hasToString("RingBufferMemory[4000 tokens]");
        assertThat(RingBufferMemory.messages(200)).hasToString("RingBufferMemory[200 messages]");
    }

    /** A bound, and conversations that are appended one after the other. */
    private record Case(int most, boolean tokens, List<List<Message>> turns) {}

    private static Gen<Case> cases() {
        return chance -> {
            List<List<Message>> turns = new ArrayList<>();
            for (int left = 1 + chance.below(6); left > 0; left--) {
                turns.add(chance.inside(Arbitrary.conversation()));
            }
            boolean tokens = chance.oneIn(2);
            return new Case(1 + chance.below(tokens ? 600 : 30), tokens, turns);
        };
    }

    @Test
    void whatItHoldsIsAlwaysWholeInOrderAndWithinItsBound() {
        Property.forAll(500, cases(), some -> {
            RingBufferMemory memory =
                    some.tokens() ? RingBufferMemory.tokens(some.most()) : RingBufferMemory.messages(some.most());
            List<Message> said = new ArrayList<>();
            for (int i = 0; i < some.turns().size(); i++) {
                memory.append("s", new Turn("run-" + i, some.turns().get(i)));
                said.addAll(some.turns().get(i));

                List<Message> held = recalled(memory, "s");

                assertWhole(held);
                assertThat(left(said, held)).as("in order, and nothing new").isNotNull();
                assertThat(held.getLast()).isEqualTo(said.getLast());
                assertThat(fits(some, held) || newestOnly(held)).isTrue();
                if (fits(some, said)) {
                    assertThat(held).isEqualTo(said);
                }
                assertThat(held.getFirst())
                        .as("no model begins")
                        .isNotInstanceOfAny(AssistantMessage.class, ToolMessage.class);
            }
        });
    }

    @Test
    void pinsStayWhenTheirTimeHasComeAndTheRestGoesAroundThem() {
        RingBufferMemory memory = RingBufferMemory.messages(4);
        memory.append("s", turnOf("1", Pin.mark(user("I am Ann.")), answer("a1")));
        memory.append("s", turnOf("2", user("q2"), Pin.mark(answer("a2"))));
        memory.append("s", turnOf("3", user("q3"), answer("a3")));
        memory.append("s", turnOf("4", user("q4"), answer("a4")));

        // An answer that is pinned keeps what it answers; two of a user that stand together are one.
        assertThat(texts(recalled(memory, "s"))).containsExactly("I am Ann.q2", "a2", "q4", "a4");

        memory.append("s", turnOf("5", user("q5"), answer("a5")));
        assertThat(texts(recalled(memory, "s"))).containsExactly("I am Ann.q2", "a2", "q5", "a5");
    }

    @Test
    void theFirstMessageOfTheUserStaysWherePinsFirst() {
        RingBufferMemory memory = RingBufferMemory.turns(2).pinFirst();
        for (int i = 1; i <= 5; i++) {
            memory.append("s", turnOf("run-" + i, user("q" + i), call("c" + i), result("c" + i), answer("a" + i)));
        }
        List<Message> held = recalled(memory, "s");
        assertThat(held.getFirst().text()).isEqualTo("q1q4");
        assertThat(held).hasSize(8);
        assertWhole(held);
    }

    /** Whatever is pinned and however small the bound: all pins are there, in order, whole, and beside them no more than the bound. */
    @Test
    void noPinIsEverEvicted() {
        for (int seed = 0; seed < 300; seed++) {
            Chance chance = new Chance(seed);
            int most = 1 + chance.below(12);
            RingBufferMemory ring = RingBufferMemory.messages(most);
            RingBufferMemory memory = chance.oneIn(2) ? ring.pinFirst() : ring;
            List<Message> said = new ArrayList<>();
            for (Turn turn : Histories.turns(chance, 12)) {
                memory.append("s", turn);
                said.addAll(turn.messages());
                List<Message> held = recalled(memory, "s");
                ViewTest.assertAccepted(held);
                List<Content> parts = new ArrayList<>();
                held.forEach(message -> parts.addAll(message.content()));
                List<Content> all = new ArrayList<>();
                said.forEach(message -> all.addAll(message.content()));
                assertThat(all).as("in order, and nothing new").containsSubsequence(parts);
                int pinned = 0;
                for (Message message : said) {
                    if (Pin.isMarked(message)) {
                        pinned++;
                        assertThat(parts).containsSubsequence(message.content());
                    }
                }
                // A pinned result has its call, its reasoning and what the user said; so has the newest group.
                assertThat(held.size()).isLessThanOrEqualTo(Math.max(most, 4 * (pinned + 1) + 1));
            }
        }
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::text).toList();
    }

    private static boolean fits(Case some, List<Message> messages) {
        return (some.tokens()
                        ? messages.stream()
                                .mapToLong(TokenCounter.ESTIMATE::tokens)
                                .sum()
                        : messages.size())
                <= some.most();
    }

    /** A group that is one message or a call with its results, and at most what the user said before it. */
    private static boolean newestOnly(List<Message> held) {
        List<Message> rest =
                held.getFirst() instanceof UserMessage && held.size() > 1 ? held.subList(1, held.size()) : held;
        return rest.size() == 1 || (rest.size() == 2 && rest.getLast() instanceof ToolMessage);
    }

    /** The messages that are not held, in order; null where what is held is no part of what was said. */
    private static List<Message> left(List<Message> said, List<Message> held) {
        List<Message> left = new ArrayList<>();
        int at = said.size() - 1;
        List<Message> backwards = new ArrayList<>(held);
        Collections.reverse(backwards);
        for (Message message : backwards) {
            while (at >= 0 && !said.get(at).equals(message)) {
                left.add(said.get(at--));
            }
            if (at-- < 0) {
                return null;
            }
        }
        Collections.reverse(left);
        return left;
    }
}
