package dev.tenon.recall.passage;

import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What was found, as a model is shown it. */
final class Prompted {
    private Prompted() {}

    /** Passages, each under a line that says where it stands. */
    static String passages(List<Retriever.Found> found) {
        return found.stream()
                .map(one -> "[" + one.passage().source() + ", from character "
                        + one.passage().from() + "]\n" + one.passage().text())
                .collect(Collectors.joining("\n\n"));
    }

    /** What the user says now; empty where it is no text. */
    static String question(Recall wanted) {
        int at = said(wanted.input());
        return at < 0 ? "" : wanted.input().get(at).text().strip();
    }

    /** Where in a turn the user speaks first; -1 where nobody does. */
    private static int said(List<Message> input) {
        for (int i = 0; i < input.size(); i++) {
            if (input.get(i) instanceof UserMessage) {
                return i;
            }
        }
        return -1;
    }

    /**
     * What a memory chooses where the user's message is sent with a text before it. The memory sees it so, and counts it; the turn that is stored has it not.
     */
    static Recalled recall(Memory memory, Recall wanted, String text) {
        int at = said(wanted.input());
        if (text.isEmpty() || at < 0) {
            return memory.recall(wanted);
        }
        List<Message> input = new ArrayList<>(wanted.input());
        UserMessage user = (UserMessage) input.get(at);
        List<Content.OfUser> parts = new ArrayList<>(user.content().size() + 1);
        parts.add(Content.text(text + "\n\n"));
        parts.addAll(user.content());
        input.set(at, new UserMessage(parts, user.extra()));
        Recalled recalled = memory.recall(new Recall(
                wanted.session(),
                wanted.run(),
                input,
                wanted.around(),
                wanted.model(),
                wanted.summaries(),
                wanted.tooLong(),
                wanted.user()));
        return recalled.input().isEmpty()
                ? new Recalled(recalled.messages(), recalled.receipts(), input, recalled.wanted(), recalled.again())
                : recalled;
    }
}
