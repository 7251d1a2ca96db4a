package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.recall.ConversationMemory;
import dev.tenon.recall.Pin;
import dev.tenon.recall.RingBufferMemory;
import dev.tenon.recall.Tier;
import dev.tenon.recall.store.InMemoryStore;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Chance;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Property;
import dev.tenon.testing.Reply;
import dev.tenon.testing.contract.MemoryContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever a memory hides, every provider takes what is left: random histories, any tiers in any order, any window, sent over HTTP in every wire format, and read by a server that refuses calls without results and results without
 * calls.
 */
class ViewsTest {
    /** It goes on with one text, and takes no history. */
    private static final String WITHOUT_HISTORY = "ollama-generate";

    /** A history, what is said now, and a memory that shows some of it. */
    private record Shown(List<Message> messages, boolean hides) {}

    @TestFactory
    Stream<DynamicTest> everyProviderTakesWhatAnyViewShows() {
        return Format.ALL.stream()
                .filter(ChatFormat.class::isInstance)
                .filter(format -> !format.api().equals(WITHOUT_HISTORY))
                .map(format -> dynamicTest(format.api(), () -> assertAllAreTaken((ChatFormat) format)));
    }

    private static void assertAllAreTaken(ChatFormat format) {
        int[] hid = new int[1];
        try (ModelServer server = ModelServer.start(asked -> Reply.reply("ok")).keeping(1)) {
            Provider provider = format.connect(
                    new Given("", Json.Obj.EMPTY, Path.of("")),
                    server.url("/v1").toString());
            Property.forAll(ViewsTest::shown, shown -> {
                assertThat(provider.chat(ChatRequest.of(shown.messages()), Call.unwatched())
                                .text())
                        .isEqualTo("ok");
                List<Message> arrived = server.requests().get(0).chat().messages();
                assertThat(arrived.getFirst()).isInstanceOf(UserMessage.class);
                MemoryContract.assertWhole(arrived);
                assertThat(calls(arrived)).isEqualTo(calls(shown.messages()));
                hid[0] += shown.hides() ? 1 : 0;
            });
        }
        assertThat(hid[0]).as("histories of which something was hidden").isGreaterThan(Property.SAMPLES / 3);
    }

    private static long calls(List<Message> messages) {
        return messages.stream()
                .filter(AssistantMessage.class::isInstance)
                .mapToLong(said -> ((AssistantMessage) said).toolCalls().size())
                .sum();
    }

    private static Shown shown(Chance chance) {
        Memory memory = memory(chance);
        int turns = 0;
        for (int conversations = 1 + chance.below(6); conversations > 0; conversations--) {
            for (List<Message> turn : turns(Arbitrary.conversation().next(chance), chance)) {
                if (turn.getLast() instanceof AssistantMessage || chance.oneIn(4)) {
                    memory.append("s", new Turn("run-" + turns++, turn));
                }
            }
        }
        List<Message> now = turns(Arbitrary.conversation().next(chance), chance).getFirst();
        // A run asks when it begins, and after rounds of tools.
        List<Message> input = now.getLast() instanceof ToolMessage ? now : List.of(now.getFirst());
        ModelInfo model = new ModelInfo("p", "m", 200L + chance.below(1_500), 0, Set.of(), List.of());
        Recalled recalled = memory.recall(Recall.of("s", "now", input, model));
        List<Message> messages = new ArrayList<>(recalled.messages());
        messages.addAll(recalled.input().isEmpty() ? input : recalled.input());
        return new Shown(messages, !recalled.receipts().isEmpty());
    }

    private static Memory memory(Chance chance) {
        if (chance.oneIn(4)) {
            RingBufferMemory ring = chance.oneIn(2)
                    ? RingBufferMemory.messages(1 + chance.below(12))
                    : RingBufferMemory.tokens(20 + chance.below(500));
            return chance.oneIn(2) ? ring.pinFirst() : ring;
        }
        Tier[] tiers = new Tier[chance.below(6)];
        for (int i = 0; i < tiers.length; i++) {
            tiers[i] = switch (chance.below(6)) {
                case 0 -> Tier.clearToolResults(chance.below(4));
                case 1 -> Tier.dropRepeatedReads();
                case 2 -> Tier.clampParts(20 + chance.below(200));
                case 3 -> Tier.dropThinking();
                case 4 -> Tier.keepLast(1 + chance.below(4));
                default -> Tier.dropThinking().then(Tier.keepLast(2));
            };
        }
        ConversationMemory.Builder builder =
                ConversationMemory.builder(new InMemoryStore()).tiers(tiers);
        return (chance.oneIn(3) ? builder.pinFirst() : builder).build();
    }

    /** The turns of a conversation, some messages pinned, some answers with thinking of one provider. */
    private static List<List<Message>> turns(List<Message> conversation, Chance chance) {
        List<List<Message>> turns = new ArrayList<>();
        for (Message message : conversation) {
            switch (message) {
                case SystemMessage system -> {}
                case UserMessage user -> turns.add(new ArrayList<>(List.of(chance.oneIn(8) ? Pin.mark(user) : user)));
                case AssistantMessage said -> turns.getLast().add(chance.oneIn(3) ? thinking(said) : said);
                case ToolMessage results -> turns.getLast().add(results);
            }
        }
        return turns;
    }

    private static AssistantMessage thinking(AssistantMessage said) {
        List<Content.OfAssistant> parts = new ArrayList<>();
        parts.add(new Content.Thinking(
                "Let me see.", false, new Origin("anthropic-messages", Json.object("signature", "s")), Map.of()));
        parts.addAll(said.content());
        return AssistantMessage.of(parts);
    }
}
