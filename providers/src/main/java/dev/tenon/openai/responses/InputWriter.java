package dev.tenon.openai.responses;

import dev.tenon.json.JacksonJson;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.openai.Dialect;
import dev.tenon.wire.CallIds;
import dev.tenon.wire.Omissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Writes messages as items of the input. Not thread-safe. */
final class InputWriter {
    private final Back back;
    private final JsonGenerator out;
    private final ReplyWriter replies;
    private final InputParts parts;
    private final CallIds ids = new CallIds(CallIds.Form.SHORT);
    /** The ids, as they are sent, of calls of tools that take free text. */
    private final Set<String> custom = new HashSet<>();

    InputWriter(Dialect dialect, Back back, Omissions omissions, JsonGenerator out) {
        this.back = back;
        this.out = out;
        this.replies = new ReplyWriter(back, omissions, out);
        this.parts = new InputParts(dialect, back, omissions, out);
    }

    /** A message that the host keeps: only which calls it has is of use. */
    void skip(Message message) {
        switch (message) {
            case AssistantMessage assistant -> {
                ids.begin();
                assistant.toolCalls().forEach(this::id);
            }
            case ToolMessage tool -> tool.content().forEach(ids::of);
            case SystemMessage system -> {}
            case UserMessage user -> {}
        }
    }

    private String id(Content.ToolCall call) {
        String sent = ids.of(call);
        if (isCustom(call)) custom.add(sent);
        return sent;
    }

    private boolean isCustom(Content.ToolCall call) {
        return back.item(call.origin())
                .filter(item -> OutputItems.type(item).equals(OutputItems.CUSTOM))
                .isPresent();
    }

    void write(Message message, int index) {
        switch (message) {
            case SystemMessage system -> said("system", system.content(), index);
            case UserMessage user -> said("user", user.content(), index);
            case AssistantMessage assistant -> {
                ids.begin();
                replies.write(assistant, this::id);
            }
            case ToolMessage tool -> tool.content().forEach(this::result);
        }
    }

    /** Parts in one message; those that are items of their own stand between. */
    private void said(String role, List<? extends Content> content, int index) {
        int from = 0;
        for (int i = 0; i <= content.size(); i++) {
            boolean end = i == content.size();
            if (!end && !isItem(content.get(i))) continue;
            if (i > from || end && content.isEmpty()) message(role, content, from, i, index);
            if (!end) JacksonJson.write(((Content.Opaque) content.get(i)).data(), out);
            from = i + 1;
        }
    }

    private boolean isItem(Content part) {
        return part instanceof Content.Opaque opaque
                && back.comesFromHere(opaque.origin())
                && !opaque.kind().startsWith("input_");
    }

    private void message(String role, List<? extends Content> content, int from, int to, int index) {
        if (from < to && content.subList(from, to).stream().noneMatch(parts::sends)) {
            parts.leaveOut(content.subList(from, to));
            return;
        }
        out.writeStartObject();
        out.writeStringProperty("role", role);
        if (to - from == 1 && content.get(from) instanceof Content.Text only) {
            out.writeStringProperty("content", only.text());
        } else if (from == to) {
            out.writeStringProperty("content", "");
        } else {
            out.writeArrayPropertyStart("content");
            for (int i = from; i < to; i++) {
                parts.write(content.get(i), index, i);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void result(Content.ToolResult result) {
        String sent = ids.of(result);
        out.writeStartObject();
        out.writeStringProperty("type", custom.contains(sent) ? "custom_tool_call_output" : "function_call_output");
        out.writeStringProperty("call_id", sent);
        out.writeName("output");
        parts.result(result);
        out.writeEndObject();
    }
}
