package dev.tenon.recall;

import dev.tenon.json.Json;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.TokenCounter;
import dev.tenon.testing.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Random conversations with all that makes them hard to cut: rounds of parallel calls, reasoning of its own, repeated reads, long parts, pins, turns without an answer. */
final class Histories {
    private Histories() {}

    static List<Turn> turns(Chance chance, int most) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 1 + chance.below(most); i > 0; i--) {
            turns.add(turn(chance, "run-" + turns.size()));
        }
        return turns;
    }

    static Turn turn(Chance chance, String run) {
        List<Message> messages = new ArrayList<>();
        UserMessage user = Message.user(text(chance));
        messages.add(chance.oneIn(8) ? Pin.mark(user) : user);
        int rounds = chance.oneIn(2) ? 0 : chance.below(5);
        for (int i = 0; i < rounds; i++) {
            round(chance, run + "-" + i, messages);
        }
        if (rounds == 0 || !chance.oneIn(6)) {
            List<Content.OfAssistant> parts = new ArrayList<>();
            if (chance.oneIn(3)) {
                parts.add(thinking(chance));
            }
            parts.add(Content.text(text(chance)));
            messages.add(AssistantMessage.of(parts));
        }
        return new Turn(run, messages);
    }

    private static Content.Thinking thinking(Chance chance) {
        return new Content.Thinking(
                text(chance), false, new Origin("anthropic-messages", Json.object("signature", "s")), Map.of());
    }

    private static void round(Chance chance, String id, List<Message> to) {
        if (chance.oneIn(6)) {
            to.add(AssistantMessage.of(List.of(thinking(chance))));
        }
        List<Content.OfAssistant> parts = new ArrayList<>();
        List<Content.ToolResult> results = new ArrayList<>();
        if (chance.oneIn(3)) {
            parts.add(thinking(chance));
        }
        for (int calls = 1 + chance.below(3); calls > 0; calls--) {
            String call = chance.oneIn(5) ? "" : id + "-" + calls;
            boolean read = chance.oneIn(2);
            String tool = read ? "read_file" : "look";
            Json.Obj arguments =
                    read ? Json.object("path", "file-" + chance.below(4)) : Json.object("at", text(chance));
            parts.add(Content.ToolCall.of(call, tool, arguments));
            results.add(
                    chance.oneIn(10)
                            ? Content.ToolResult.error(call, tool, "failed: " + text(chance))
                            : Content.ToolResult.of(call, tool, "contents: " + text(chance)));
        }
        to.add(AssistantMessage.of(parts));
        Message answered = ToolMessage.of(results);
        to.add(chance.oneIn(12) ? Pin.mark(answered) : answered);
    }

    private static String text(Chance chance) {
        int words = chance.oneIn(6) ? 200 + chance.below(800) : 1 + chance.below(30);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(chance.pick(List.of("the", "lisbon", "été", "🚀", "42", "world", "of", "\n", "日本")))
                    .append(' ');
        }
        return text.append(chance.below(1_000)).toString();
    }

    static List<Group> groups(List<Turn> turns) {
        List<Group> groups = new ArrayList<>();
        for (Turn turn : turns) {
            groups.addAll(Group.of(turn, TokenCounter.ESTIMATE));
        }
        return groups;
    }

    static List<Message> messages(List<Turn> turns) {
        List<Message> messages = new ArrayList<>();
        turns.forEach(turn -> messages.addAll(turn.messages()));
        return messages;
    }

    /** Any tiers, in any order. */
    static List<Tier> tiers(Chance chance) {
        List<Tier> tiers = new ArrayList<>();
        for (int i = chance.below(6); i > 0; i--) {
            tiers.add(
                    switch (chance.below(7)) {
                        case 0 -> Tier.clearToolResults(chance.below(4));
                        case 1 -> Tier.dropRepeatedReads();
                        case 2 -> Tier.dropRepeatedReads("read_file");
                        case 3 -> Tier.clampParts(20 + chance.below(400));
                        case 4 -> Tier.dropThinking();
                        case 5 -> Tier.keepLast(1 + chance.below(4));
                        default -> Tier.dropThinking().then(Tier.keepLast(2));
                    });
        }
        return tiers;
    }
}
