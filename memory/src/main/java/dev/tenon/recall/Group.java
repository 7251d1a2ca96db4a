package dev.tenon.recall;

import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.TokenCounter;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that stay or go together, because no provider takes one without the others: tool calls, their results, and reasoning that came in a message of its own
 * before them. Every other message is a group by itself. Immutable.
 *
 * @param tokens an estimate from above
 */
record Group(List<Message> messages, long tokens) {
    Group {
        messages = List.copyOf(messages);
    }

    /** Whether the user says it. */
    boolean isUsers() {
        return messages.getFirst() instanceof UserMessage;
    }

    /**
     * The groups of a turn, in order.
     *
     * @throws IllegalArgumentException where a tool call has no result, or a result no call
     */
    static List<Group> of(Turn turn) {
        List<Message> messages = turn.messages();
        List<Group> groups = new ArrayList<>(messages.size());
        int from = 0;
        while (from < messages.size()) {
            int to = end(turn, from);
            List<Message> together = messages.subList(from, to);
            long tokens = 0;
            for (Message message : together) {
                tokens += TokenCounter.ESTIMATE.tokens(message);
            }
            groups.add(new Group(together, tokens));
            from = to;
        }
        return groups;
    }

    /** One past the last message of the group that begins here. */
    private static int end(Turn turn, int from) {
        List<Message> messages = turn.messages();
        int at = from;
        while (at + 1 < messages.size()
                && onlyReasons(messages.get(at))
                && messages.get(at + 1) instanceof AssistantMessage) {
            at++;
        }
        int calls = 0;
        if (messages.get(at) instanceof AssistantMessage said) {
            calls = said.toolCalls().size();
        }
        if (!(messages.get(at) instanceof ToolMessage)) {
            at++;
        }
        int results = 0;
        while (at < messages.size() && messages.get(at) instanceof ToolMessage tools) {
            results += tools.content().size();
            at++;
        }
        if (calls != results) {
            throw new IllegalArgumentException("the turn of run \"" + turn.run() + "\" has " + calls
                    + " tool calls and " + results + " results in its messages from " + from + " to " + (at - 1)
                    + "; give every call its result, and no result without its call");
        }
        return at;
    }

    private static boolean onlyReasons(Message message) {
        if (!(message instanceof AssistantMessage said) || said.content().isEmpty()) {
            return false;
        }
        for (Content.OfAssistant part : said.content()) {
            if (!(part instanceof Content.Thinking) && !(part instanceof Content.Opaque)) {
                return false;
            }
        }
        return true;
    }
}
