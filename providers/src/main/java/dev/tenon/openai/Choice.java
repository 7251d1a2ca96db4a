package dev.tenon.openai;

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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One choice of a reply, put together from one message or from deltas. Not thread-safe.
 *
 * <p>The wire has no order among thinking, text and calls, so the message gets the order in which a model works: thinking, tools the host ran, the
 * contents in their own order, media, calls. So a reply is the same whether it was streamed or not.
 */
final class Choice {
    /** What the kind of a part begins with that tells what a tool of the host's own did. */
    static final String EXECUTED = "executed_tools:";

    /** One part of the contents. */
    private sealed interface Part {}

    /** One that came whole. */
    private record Fixed(Content.OfAssistant content) implements Part {}

    /** Text or thinking, which grows. */
    private static final class Spoken implements Part {
        final boolean thinking;
        final Growing text = new Growing();
        Json data = Json.NULL;

        Spoken(boolean thinking) {
            this.thinking = thinking;
        }
    }

    final int index;

    private final Growing reasoning = new Growing();
    private final Details details = new Details();
    private final Growing refusal = new Growing();
    private final ToolCalls calls = new ToolCalls();
    private final List<Json> executed = new ArrayList<>(0);
    private final List<Citation> citations = new ArrayList<>(0);
    private final List<Json> images = new ArrayList<>(0);
    private final Audio audio = new Audio();
    /** In the order of the wire. */
    private final List<Part> contents = new ArrayList<>(1);

    private @Nullable Json extraContent;

    /** Null until there is one. */
    private @Nullable String finish;

    Choice(int index) {
        this.index = index;
    }

    /** Whether there is a reason to have ended. Some hosts send an empty one with every chunk. */
    boolean finished() {
        return finish != null && !finish.isEmpty();
    }

    void finish(String reason) {
        finish = reason;
    }

    /** Whether anything of an answer has come. */
    boolean isEmpty() {
        return contents.isEmpty() && reasoning.isEmpty() && calls.isEmpty() && refusal.isEmpty() && details.isEmpty();
    }

    /**
     * Takes what a piece has, and tells a watcher.
     *
     * @param whole whether it is a message, not a delta
     */
    void add(Piece piece, boolean whole, @Nullable Call watcher) {
        if (!piece.reasoning.isEmpty()) {
            reasoning.add(piece.reasoning);
            if (watcher != null) watcher.delta(new Delta.Thinking(piece.reasoning));
        }
        details.add(piece.details, whole);
        executed.addAll(piece.executed);
        if (piece.content != null) text(piece.content, watcher);
        for (Piece.Part part : piece.parts) {
            add(part, watcher);
        }
        refusal.add(piece.refusal);
        for (Json annotation : piece.annotations) {
            citations.add(Citations.annotation(annotation));
        }
        images.addAll(piece.images);
        if (piece.audio != null) audio.add(piece.audio);
        if (piece.extraContent != null) extraContent = piece.extraContent;
        for (Piece.Fragment call : piece.calls) {
            if (whole) {
                calls.addWhole(call, watcher);
            } else {
                calls.add(call, watcher);
            }
        }
    }

    private void text(String text, @Nullable Call watcher) {
        if (text.isEmpty()) return;
        spoken(false).text.add(text);
        if (watcher != null) watcher.delta(new Delta.Text(text));
    }

    private Spoken spoken(boolean thinking) {
        if (!contents.isEmpty()
                && contents.get(contents.size() - 1) instanceof Spoken last
                && last.thinking == thinking
                && last.data.isNull()) {
            return last;
        }
        Spoken next = new Spoken(thinking);
        contents.add(next);
        return next;
    }

    private void add(Piece.Part part, @Nullable Call watcher) {
        switch (part.type()) {
            case "text", "output_text" -> {
                text(part.text(), watcher);
                Citations.ofPart(part.rest(), citations);
            }
            case "thinking", "reasoning" -> thought(part, watcher);
            case "refusal" -> refusal.add(part.text());
            case "reference" -> citations.add(Citations.reference(part.rest()));
            case "image_url" -> contents.add(new Fixed(ReplyMedia.image(Json.Obj.of(part.rest()))));
            default -> contents.add(new Fixed(Content.Opaque.of(OpenAi.WIRE, part.type(), ReplyMedia.opaque(part))));
        }
    }

    private void thought(Piece.Part part, @Nullable Call watcher) {
        Json signature = part.rest().getOrDefault("signature", Json.NULL);
        if (part.text().isEmpty() && signature.isNull()) return;
        Spoken spoken = spoken(true);
        spoken.text.add(part.text());
        if (!signature.isNull()) spoken.data = Json.object("signature", signature);
        if (watcher != null && !part.text().isEmpty()) watcher.delta(new Delta.Thinking(part.text()));
    }

    String refusal() {
        return refusal.toString();
    }

    FinishReason reason() {
        return FinishReasons.of(finish, !calls.isEmpty(), !refusal.isEmpty());
    }

    AssistantMessage message(List<Citation> ofReply) {
        List<Content.OfAssistant> parts = new ArrayList<>(2);
        details.thinking(reasoning.toString(), parts);
        for (Json tool : executed) {
            parts.add(Content.Opaque.of(
                    OpenAi.WIRE, EXECUTED + tool.asObj().string("type").orElse(""), tool));
        }
        List<Citation> cited = citations;
        if (!ofReply.isEmpty()) {
            cited = new ArrayList<>(citations);
            cited.addAll(ofReply);
        }
        contents(parts, cited);
        for (Json image : images) {
            parts.add(ReplyMedia.image(image.asObj()));
        }
        audio.media().ifPresent(parts::add);
        if (!calls.isEmpty()) parts.addAll(calls.calls());
        return new AssistantMessage(parts, origin(), Map.of());
    }

    private Origin origin() {
        if (refusal.isEmpty() && extraContent == null) return ToolCalls.PLAIN;
        Json.ObjBuilder back = Json.object();
        if (!refusal.isEmpty()) back.put("refusal", refusal.toString());
        if (extraContent != null) back.put(Piece.EXTRA, extraContent);
        return new Origin(OpenAi.WIRE, back.build());
    }

    /** The citations belong to the whole text: they stand at its first part, at an empty one where there is no text. */
    private void contents(List<Content.OfAssistant> parts, List<Citation> cited) {
        List<Citation> left = cited;
        for (Part content : contents) {
            switch (content) {
                case Fixed fixed -> parts.add(fixed.content());
                case Spoken spoken -> {
                    String text = spoken.text.toString();
                    if (spoken.thinking) {
                        parts.add(new Content.Thinking(text, false, new Origin(OpenAi.WIRE, spoken.data), Map.of()));
                    } else {
                        parts.add(new Content.Text(text, left, ToolCalls.PLAIN, Map.of()));
                        left = List.of();
                    }
                }
            }
        }
        if (!left.isEmpty()) parts.add(new Content.Text("", left, ToolCalls.PLAIN, Map.of()));
    }
}
