package dev.tenon.provider;

import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;

/** A message that is already whole, for somebody who watches. */
final class Replay {
    private Replay() {}

    /** Gives its deltas, a part in one piece, in order; stops where the call does. */
    static void of(AssistantMessage message, Call call) {
        int calls = 0;
        for (Content.OfAssistant part : message.content()) {
            call.check();
            switch (part) {
                case Content.Text text -> {
                    if (!text.text().isEmpty()) call.delta(new Delta.Text(text.text()));
                }
                case Content.Thinking thinking -> {
                    if (!thinking.text().isEmpty()) call.delta(new Delta.Thinking(thinking.text()));
                }
                case Content.ToolCall tool -> {
                    call.delta(new Delta.ToolCallStarted(calls, tool.id(), tool.name()));
                    if (!tool.arguments().isEmpty()) call.delta(new Delta.ToolCallArguments(calls, tool.arguments()));
                    calls++;
                }
                case Content.Media media -> {} // Comes whole, with the reply.
                case Content.Opaque opaque -> {}
            }
        }
    }
}
