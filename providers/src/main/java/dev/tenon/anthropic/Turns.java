package dev.tenon.anthropic;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.wire.Arguments;
import dev.tenon.wire.CallIds;
import dev.tenon.wire.Omissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the messages of one request. The wire has two roles; tool results are blocks of the user's, and stand in one message with what the user says next,
 * because the host wants all results of a message in the one that follows it. Not thread-safe.
 */
final class Turns {
    private final BlockWriter blocks;
    private final Breakpoints breakpoints;
    private final Omissions omissions;
    private final JsonGenerator out;
    private final CallIds ids = new CallIds(CallIds.Form.WORD);

    /** The role of the message that is being written; empty where none is. */
    private String open = "";

    Turns(BlockWriter blocks, Breakpoints breakpoints, Omissions omissions, JsonGenerator out) {
        this.blocks = blocks;
        this.breakpoints = breakpoints;
        this.omissions = omissions;
        this.out = out;
    }

    void write(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            boolean written = switch (message) {
                case SystemMessage system -> true; // Not among the messages.
                case UserMessage user -> user(user, i);
                case AssistantMessage assistant -> assistant(assistant, i);
                case ToolMessage tool -> results(tool, i);
            };
            if (!written) omissions.host("a message without content", "takes none");
        }
        close();
    }

    private void role(String role) {
        if (open.equals(role)) return;
        close();
        open = role;
        out.writeStartObject();
        out.writeStringProperty("role", role);
        out.writeArrayPropertyStart("content");
    }

    private void close() {
        if (open.isEmpty()) return;
        out.writeEndArray();
        out.writeEndObject();
        open = "";
    }

    private boolean user(UserMessage user, int index) {
        boolean any = false;
        for (int i = 0; i < user.content().size(); i++) {
            Content.OfUser part = user.content().get(i);
            Json.@Nullable Obj control = breakpoints.at(user, index, i);
            switch (part) {
                case Content.Text text -> {
                    if (text.text().isEmpty()) continue;
                    role("user");
                    blocks.text(text, control);
                }
                case Content.Media media -> {
                    String wrong = BlockWriter.refuses(media);
                    if (!wrong.isEmpty()) {
                        throw new IllegalArgumentException("message " + index + ", part " + i + ": " + wrong);
                    }
                    role("user");
                    blocks.media(media, control);
                }
                case Content.Opaque opaque -> {
                    if (!goesBack(opaque)) continue;
                    role("user");
                    blocks.opaque(opaque, control);
                }
            }
            any = true;
        }
        return any;
    }

    private boolean goesBack(Content.Opaque opaque) {
        if (opaque.origin().from(Anthropic.WIRE)) return true;
        omissions.foreign("a part \"" + opaque.kind() + "\"");
        return false;
    }

    private boolean assistant(AssistantMessage message, int index) {
        close();
        ids.begin();
        boolean any = false;
        for (int i = 0; i < message.content().size(); i++) {
            Content.OfAssistant part = message.content().get(i);
            Json.@Nullable Obj control = breakpoints.at(message, index, i);
            switch (part) {
                case Content.Text text -> {
                    if (text.text().isEmpty()) continue;
                    role("assistant");
                    blocks.said(text, control);
                }
                case Content.Thinking thinking -> {
                    if (!signed(thinking)) continue;
                    role("assistant");
                    blocks.thinking(thinking);
                }
                case Content.ToolCall call -> {
                    String arguments = Arguments.of(call, Anthropic.HOST, index, i);
                    role("assistant");
                    blocks.call(call, ids.of(call), arguments, control);
                }
                case Content.Opaque opaque -> {
                    if (!goesBack(opaque)) continue;
                    role("assistant");
                    blocks.opaque(opaque, control);
                }
                case Content.Media media -> {
                    omissions.host("a medium that the model made", "takes none back");
                    continue;
                }
            }
            any = true;
        }
        close();
        return any;
    }

    private boolean signed(Content.Thinking thinking) {
        if (thinking.origin().from(Anthropic.WIRE)) return true;
        if (thinking.origin().wire().isEmpty()) {
            omissions.host("thinking", "takes back only what it has signed");
        } else {
            omissions.foreign("thinking");
        }
        return false;
    }

    private boolean results(ToolMessage message, int index) {
        for (int i = 0; i < message.content().size(); i++) {
            role("user");
            Content.ToolResult result = message.content().get(i);
            blocks.result(result, ids.of(result), breakpoints.at(message, index, i));
        }
        return !message.content().isEmpty();
    }
}
