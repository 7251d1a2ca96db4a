package dev.tenon.gemini;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.wire.Growing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One candidate of a reply, put together from its parts in the order of the wire. Not thread-safe.
 *
 * <p>A stream cuts a part of text anywhere, so texts that follow one another are one part, until one of them is signed. A signature in an empty text
 * belongs to the text before it: that is how a stream brings what a whole reply has at its text.
 */
final class ModelTurn {
    /** Origin of what came by this wire and has nothing that must go back. */
    static final Origin PLAIN = new Origin(Gemini.WIRE, Json.NULL);

    private sealed interface Part {}

    /** One that came whole. */
    private record Fixed(Content.OfAssistant content) implements Part {}

    /** Text or thinking. */
    private static final class Spoken implements Part {
        final boolean thinking;
        final Growing text = new Growing();
        Json back = Json.NULL;

        Spoken(boolean thinking) {
            this.thinking = thinking;
        }
    }

    /** A tool call, which may come in pieces. */
    private static final class Calling implements Part {
        final int order;
        String id = "";
        String name = "";

        @Nullable
        String whole;

        final PartialArguments pieces = new PartialArguments();
        Json.Obj back = Json.Obj.EMPTY;
        boolean closed;

        Calling(int order) {
            this.order = order;
        }
    }

    final int index;

    private final List<Part> parts = new ArrayList<>(2);
    private final Grounding grounding = new Grounding();
    private final Map<String, Json> extra = new LinkedHashMap<>(0);
    private int calls;
    private boolean beganOpen;

    /** Null until there is one. */
    private @Nullable String finish;

    ModelTurn(int index) {
        this.index = index;
    }

    boolean finished() {
        return finish != null;
    }

    /** Whether there were chunks before the one with a reason to have ended. */
    boolean beganOpen() {
        return beganOpen;
    }

    Grounding grounding() {
        return grounding;
    }

    /** What else there is of the candidate, in the wire's own words. */
    Map<String, Json> extra() {
        return extra;
    }

    /**
     * A chunk has been read.
     *
     * @param reason why this was the last; null where it was not
     */
    void chunk(@Nullable String reason, @Nullable Call watcher) {
        if (reason == null) {
            beganOpen |= finish == null;
            return;
        }
        finish = reason;
        // A call that was cut off stays as it is: nobody must take it for a whole one.
        Calling open = openCall();
        if (open != null && reason.equals("STOP")) close(open, watcher);
    }

    FinishReason reason() {
        return FinishWords.of(finish, calls > 0);
    }

    /** Takes a part, and tells a watcher. @throws PartialArguments.Misplaced where pieces of arguments make no document */
    void add(WirePart part, @Nullable Call watcher) {
        if (part.call) {
            call(part, watcher);
        } else if (part.media) {
            parts.add(new Fixed(medium(part)));
        } else if (part.text != null || part.unknown().isEmpty()) {
            spoken(part, watcher);
        } else {
            parts.add(new Fixed(Content.Opaque.of(Gemini.WIRE, part.unknown(), part.back())));
        }
    }

    private void spoken(WirePart part, @Nullable Call watcher) {
        String text = part.text == null ? "" : part.text;
        Json back = part.back();
        if (text.isEmpty() && back.isNull()) return;
        Spoken spoken = open(part.thought);
        spoken.text.add(text);
        spoken.back = back;
        if (watcher != null && !text.isEmpty()) {
            watcher.delta(part.thought ? new Delta.Thinking(text) : new Delta.Text(text));
        }
    }

    private Spoken open(boolean thinking) {
        if (!parts.isEmpty()
                && parts.getLast() instanceof Spoken last
                && last.thinking == thinking
                && last.back.isNull()) {
            return last;
        }
        Spoken next = new Spoken(thinking);
        parts.add(next);
        return next;
    }

    private static Content.Media medium(WirePart part) {
        Content.Media.Source source =
                part.data == null ? new Content.Media.At(part.uri) : new Content.Media.Inline(part.data);
        Content.Media medium = Content.Media.of(source, part.mimeType);
        return new Content.Media(
                medium.kind(), part.mimeType, source, part.name, new Origin(Gemini.WIRE, part.back()), Map.of());
    }

    private @Nullable Calling openCall() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Calling call) return call.closed ? null : call;
        }
        return null;
    }

    private void call(WirePart part, @Nullable Call watcher) {
        Calling call = goesOn(part);
        if (call == null) {
            boolean empty = part.callName.isEmpty() && part.arguments == null && part.pieces.isEmpty();
            if (empty) return;
            call = begin(part, watcher);
        }
        if (part.back() instanceof Json.Obj back)
            call.back = Json.object().putAll(call.back).putAll(back).build();
        if (part.arguments != null) {
            call.whole = part.arguments;
            tell(call, part.arguments, watcher);
        }
        for (PartialArguments.Piece piece : part.pieces) {
            tell(call, call.pieces.add(piece), watcher);
        }
        if (!part.goesOn) close(call, watcher);
    }

    /** The call that this goes on with; null where it begins one. */
    private @Nullable Calling goesOn(WirePart part) {
        Calling open = openCall();
        if (open == null || part.callName.isEmpty()) return open;
        return !part.callId.isEmpty() && part.callId.equals(open.id) ? open : null;
    }

    private Calling begin(WirePart part, @Nullable Call watcher) {
        Calling before = openCall();
        if (before != null) close(before, watcher);
        Calling call = new Calling(calls++);
        call.id = part.callId;
        call.name = part.callName;
        parts.add(call);
        if (watcher != null) watcher.delta(new Delta.ToolCallStarted(call.order, call.id, call.name));
        return call;
    }

    private static void close(Calling call, @Nullable Call watcher) {
        call.closed = true;
        tell(call, call.pieces.close(), watcher);
    }

    private static void tell(Calling call, String fragment, @Nullable Call watcher) {
        if (watcher != null && !fragment.isEmpty()) watcher.delta(new Delta.ToolCallArguments(call.order, fragment));
    }

    AssistantMessage message() {
        List<Content.OfAssistant> content = new ArrayList<>(parts.size());
        List<Citation> cited = grounding.isEmpty() ? List.of() : grounding.citations(text());
        for (Part part : parts) {
            switch (part) {
                case Fixed fixed -> content.add(fixed.content());
                case Spoken spoken -> {
                    Origin origin = spoken.back.isNull() ? PLAIN : new Origin(Gemini.WIRE, spoken.back);
                    if (spoken.thinking) {
                        content.add(new Content.Thinking(spoken.text.toString(), false, origin, Map.of()));
                    } else {
                        content.add(new Content.Text(spoken.text.toString(), cited, origin, Map.of()));
                        cited = List.of();
                    }
                }
                case Calling call -> content.add(toolCall(call));
            }
        }
        if (!cited.isEmpty()) content.add(new Content.Text("", cited, PLAIN, Map.of()));
        grounding.opaque(content);
        return new AssistantMessage(content, PLAIN, Map.of());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Spoken spoken && !spoken.thinking) text.append(spoken.text);
        }
        return text.toString();
    }

    private static Content.ToolCall toolCall(Calling call) {
        String arguments = call.whole != null ? call.whole : call.pieces.text();
        Json.Obj back = call.back;
        if (call.whole == null && call.pieces.isEmpty()) {
            // A call that came without arguments is not the same as one with empty ones.
            Json inner = back.get(WirePart.FUNCTION_CALL).orElse(Json.Obj.EMPTY);
            back = back.with(WirePart.FUNCTION_CALL, inner.asObj().with("args", Json.NULL));
        }
        Origin origin = back.isEmpty() ? PLAIN : new Origin(Gemini.WIRE, back);
        return new Content.ToolCall(call.id, call.name, arguments, "", origin, Map.of());
    }
}
