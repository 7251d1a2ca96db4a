package dev.tenon.recall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ModelInfo;
import dev.tenon.testing.Chance;
import dev.tenon.testing.contract.MemoryContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealedTest {
    private static final Message CALLS = AssistantMessage.of(List.of(
            Content.ToolCall.of("1", "look", Json.object("at", "a")),
            Content.ToolCall.of("2", "look", Json.object("at", "b"))));

    private static Content.ToolResult result(String id) {
        return Content.ToolResult.of(id, "look", "seen " + id);
    }

    @Test
    void aCallWithoutAResultIsHealedOnLoadAndSaysSo() {
        ConversationMemory memory = ConversationMemory.inMemory();
        memory.append("s", new Turn("r", List.of(Message.user("hi"), CALLS, ToolMessage.of(List.of(result("2"))))));

        Recalled recalled = memory.recall(Recall.of("s", "next", List.of(Message.user("and now?")), ModelInfo.UNKNOWN));

        assertThat(recalled.messages())
                .containsExactly(
                        Message.user("hi"),
                        CALLS,
                        ToolMessage.of(List.of(Content.ToolResult.error("1", "look", Healed.UNANSWERED), result("2"))));
        assertThat(recalled.receipts()).extracting(Recalled.Receipt::how).containsExactly("healed");
        assertThat(memory.explain("s").healed())
                .containsExactly("run r: the call of \"look\" had no result; the model is told so");
        assertThat(memory.explain("s").toString()).contains("healed: run r");
    }

    @Test
    void resultsWithoutACallAreNotShown() {
        Healed healed = Healed.of(
                "r", List.of(Message.user("hi"), ToolMessage.of(List.of(result("9"))), Message.assistant("hello")));

        assertThat(healed.messages()).containsExactly(Message.user("hi"), Message.assistant("hello"));
        assertThat(healed.flaws()).containsExactly("run r: a result of \"look\" had no call and is not shown");
    }

    @Test
    void whatIsWholeIsLeftAsItIs() {
        for (int seed = 0; seed < 200; seed++) {
            List<Message> messages = Histories.messages(Histories.turns(new Chance(seed), 4));
            Healed healed = Healed.of("r", messages);
            assertThat(healed.messages()).isSameAs(messages);
            assertThat(healed.flaws()).isEmpty();
        }
    }

    @Test
    void whateverIsMissingWhatIsShownIsWhole() {
        for (int seed = 0; seed < 300; seed++) {
            Chance chance = new Chance(seed);
            List<Message> broken = new ArrayList<>(Histories.messages(Histories.turns(chance, 4)));
            for (int cuts = 1 + chance.below(4); cuts > 0 && !broken.isEmpty(); cuts--) {
                int at = chance.below(broken.size());
                if (broken.get(at) instanceof ToolMessage tools && chance.oneIn(2)) {
                    List<Content.ToolResult> less = new ArrayList<>(tools.content());
                    less.remove(chance.below(less.size()));
                    broken.set(at, ToolMessage.of(less));
                } else {
                    broken.remove(at);
                }
            }
            MemoryContract.assertWhole(Healed.of("r", broken).messages());
            Turn turn = new Turn("r", Healed.of("r", broken).messages());
            assertThat(Group.of(turn, dev.tenon.provider.TokenCounter.ESTIMATE)).isNotNull();
        }
    }
}
