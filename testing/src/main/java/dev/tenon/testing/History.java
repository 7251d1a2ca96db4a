package dev.tenon.testing;

import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A conversation while it is read. As real hosts do, refuses a result without its call and a call without its result. Not thread-safe. */
final class History {
    private final List<Message> messages = new ArrayList<>();
    private final List<Content.ToolCall> open = new ArrayList<>();
    private final List<Content.ToolResult> results = new ArrayList<>();

    void system(String text) {
        settle();
        messages.add(Message.system(text));
    }

    void user(List<Content.OfUser> parts) {
        settle();
        messages.add(new UserMessage(parts, Map.of()));
    }

    void assistant(List<Content.OfAssistant> parts) {
        settle();
        AssistantMessage message = AssistantMessage.of(parts);
        open.addAll(message.toolCalls());
        messages.add(message);
    }

    /**
     * The result of the first open call that it may be of.
     *
     * @param id empty where the wire has none
     * @param tool empty where the wire does not name it
     */
    void result(String id, String tool, List<Content.OfResult> content, boolean error) {
        for (Content.ToolCall call : open) {
            if (id.isEmpty()
                    ? tool.isEmpty() || call.name().equals(tool)
                    : call.id().equals(id)) {
                open.remove(call);
                results.add(new Content.ToolResult(call.id(), call.name(), content, error, Origin.NONE, Map.of()));
                return;
            }
        }
        throw new Wire.Refusal("a tool result must be a response to a preceding tool call; no open call has the id '"
                + id + "' and the name '" + tool + "'");
    }

    private void settle() {
        if (!open.isEmpty()) {
            throw new Wire.Refusal("these tool calls have no results: "
                    + open.stream().map(call -> call.name() + " " + call.id()).collect(Collectors.joining(", ")));
        }
        if (results.isEmpty()) return;
        messages.add(ToolMessage.of(List.copyOf(results)));
        results.clear();
    }

    /** All of it. */
    List<Message> messages() {
        settle();
        if (messages.isEmpty()) throw new Wire.Refusal("messages: expected at least one");
        return messages;
    }
}
