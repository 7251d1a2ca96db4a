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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Messages that stay or go together, because no provider takes one without the others: tool calls, their results, and reasoning that came in a message of its own
 * before them. Every other message is a group by itself. Immutable.
 */
public final class Group {
    private final String run;
    private final int at;
    private final List<Message> messages;
    private final long tokens;
    private @Nullable String id;

    private Group(String run, int at, List<Message> messages, long tokens) {
        this.run = run;
        this.at = at;
        this.messages = messages;
        this.tokens = tokens;
    }

    /** The turn's run, {@code #} and the number of its first message in the turn: the same in every process. */
    public String id() {
        String known = id;
        if (known == null) {
            known = run + "#" + at;
            id = known;
        }
        return known;
    }

    /** One at least. */
    public List<Message> messages() {
        return messages;
    }

    /** As the counter says that it was made with. */
    public long tokens() {
        return tokens;
    }

    /** Whether the user says it. */
    public boolean isUsers() {
        return messages.getFirst() instanceof UserMessage;
    }

    /** Whether it is pinned: a message of it is marked, see {@link Pin}. */
    public boolean isPinned() {
        for (Message message : messages) {
            if (Pin.isMarked(message)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The groups of a turn, in order.
     *
     * @throws IllegalArgumentException where a tool call has no result, or a result no call
     */
    public static List<Group> of(Turn turn, TokenCounter counter) {
        Objects.requireNonNull(turn, "turn");
        Objects.requireNonNull(counter, "counter");
        List<Message> messages = turn.messages();
        List<Group> groups = new ArrayList<>(messages.size());
        int from = 0;
        while (from < messages.size()) {
            int to = end(turn, from);
            // Most groups are of one message.
            List<Message> together =
                    to == from + 1 ? List.of(messages.get(from)) : List.copyOf(messages.subList(from, to));
            groups.add(new Group(turn.run(), from, together, tokens(together, counter)));
            from = to;
        }
        return groups;
    }

    static long tokens(List<? extends Message> messages, TokenCounter counter) {
        long tokens = 0;
        for (Message message : messages) {
            tokens += counter.tokens(message);
        }
        return tokens;
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
        int calls = calls(messages.get(at));
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

    /** How many calls a message wants answered, without a list of them. */
    private static int calls(Message message) {
        int calls = 0;
        if (message instanceof AssistantMessage said) {
            for (Content.OfAssistant part : said.content()) {
                calls += part instanceof Content.ToolCall ? 1 : 0;
            }
        }
        return calls;
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

    @Override
    public String toString() {
        return "Group[" + id() + ", " + messages.size() + " messages, " + tokens + " tokens]";
    }
}
