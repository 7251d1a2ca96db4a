package dev.tenon.anthropic;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ChatRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the breakpoints of one request stand, known before it is written: those set by hand, and of the policy's as many as are left. Immutable. */
final class Breakpoints {
    /** The member of a block. */
    static final String CONTROL = "cache_control";

    private static final int NOWHERE = -1;

    private final Json.Obj control;
    private final boolean tools;
    private final boolean system;
    private final int last;
    private final int before;

    private Breakpoints(Json.Obj control, boolean tools, boolean system, int last, int before) {
        this.control = control;
        this.tools = tools;
        this.system = system;
        this.last = last;
        this.before = before;
    }

    /**
     * The breakpoints of a request.
     *
     * @param more those of its settings: of the host's own tools, and the automatic one
     * @throws IllegalArgumentException where more than {@value CachePolicy#MOST} are set by hand
     */
    static Breakpoints of(ChatRequest request, CachePolicy policy, int more) {
        int hand = more;
        for (Message message : request.messages()) {
            hand += byHand(message);
        }
        if (hand > CachePolicy.MOST) {
            throw new IllegalArgumentException(
                    "the request has " + hand + " cache breakpoints; anthropic takes at most " + CachePolicy.MOST);
        }
        List<Message> messages = request.messages();
        int left = CachePolicy.MOST - hand;
        int last = policy.conversation() && left > 0 ? before(messages, messages.size(), false) : NOWHERE;
        if (last != NOWHERE) left--;
        boolean system = policy.system() && left > 0 && hasInstructions(messages);
        if (system) left--;
        boolean tools = policy.tools() && left > 0 && !request.tools().isEmpty();
        if (tools) left--;
        int before = last != NOWHERE && left > 0 ? before(messages, last, true) : NOWHERE;
        return new Breakpoints(policy.control(), tools, system, last, before);
    }

    /** The last message before this one that may carry a breakpoint, and does not by hand; optionally only one of the user's. */
    private static int before(List<Message> messages, int end, boolean ofUser) {
        for (int i = end - 1; i >= 0; i--) {
            Message message = messages.get(i);
            if (ofUser && !(message instanceof UserMessage)) continue;
            int part = place(message);
            if (part != NOWHERE) return byHand(message) > 0 ? NOWHERE : i;
        }
        return NOWHERE;
    }

    private static boolean hasInstructions(List<Message> messages) {
        for (Message message : messages) {
            if (message instanceof SystemMessage && !message.text().isEmpty()) return byHand(message) == 0;
        }
        return false;
    }

    private static int byHand(Message message) {
        return byHand(message.content());
    }

    private static int byHand(List<? extends Content> parts) {
        int count = 0;
        for (Content part : parts) {
            if (!control(part).isNull()) count++;
            if (part instanceof Content.ToolResult result) count += byHand(result.content());
        }
        return count;
    }

    /** The part of this message that carries its breakpoint: the last that may. */
    private static int place(Message message) {
        List<? extends Content> parts = message.content();
        for (int i = parts.size() - 1; i >= 0; i--) {
            boolean may = switch (parts.get(i)) {
                case Content.Text text -> !text.text().isEmpty();
                case Content.Media media -> !(message instanceof AssistantMessage);
                case Content.ToolCall call -> true;
                case Content.ToolResult result -> true;
                case Content.Opaque opaque ->
                    message instanceof UserMessage && opaque.origin().from(Anthropic.WIRE);
                case Content.Thinking thinking -> false;
            };
            if (may && !(message instanceof SystemMessage)) return i;
        }
        return NOWHERE;
    }

    /** The breakpoint that was set at this part by hand; JSON null where none was. */
    private static Json control(Content part) {
        return switch (part) {
            case Content.Text text -> control(text.origin());
            case Content.Media media -> control(media.origin());
            case Content.ToolCall call -> control(call.origin());
            case Content.ToolResult result -> control(result.origin());
            case Content.Opaque opaque -> opaque.origin().from(Anthropic.WIRE) ? control(opaque.data()) : Json.NULL;
            case Content.Thinking thinking -> Json.NULL;
        };
    }

    private static Json control(Origin origin) {
        return origin.from(Anthropic.WIRE) ? control(origin.data()) : Json.NULL;
    }

    private static Json control(Json members) {
        return members instanceof Json.Obj object ? object.get(CONTROL).orElse(Json.NULL) : Json.NULL;
    }

    /** The breakpoint after the tools; null where there is none. */
    Json.@Nullable Obj tools() {
        return tools ? control : null;
    }

    /** The breakpoint after the instructions; null where there is none. */
    Json.@Nullable Obj system() {
        return system ? control : null;
    }

    /** The breakpoint at a part of a message that the policy sets; null where there is none. */
    Json.@Nullable Obj at(Message message, int index, int part) {
        boolean chosen = index == last || index == before;
        return chosen && part == place(message) ? control : null;
    }
}
