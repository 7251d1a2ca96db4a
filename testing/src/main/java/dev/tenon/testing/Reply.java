package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a scripted model does when it is asked: it says something, calls tools, fails, takes its time. The same for {@link ScriptedProvider} and every wire format
 * of {@link ModelServer}. Immutable.
 *
 * <p>Meant to be imported statically: {@code reply("Hel", "lo")}, {@code toolCall("weather", "{\"city\":\"Lisbon\"}")},
 * {@code fault(Kind.RATE_LIMITED)}. What is given in several pieces is streamed in these pieces, and is one text where nobody watches.
 */
public final class Reply {
    private final List<Part> parts;
    private final @Nullable FinishReason finish;
    private final @Nullable Usage usage;
    private final Duration delay;
    private final Duration pause;
    private final @Nullable Fault fault;

    private Reply(
            List<Part> parts,
            @Nullable FinishReason finish,
            @Nullable Usage usage,
            Duration delay,
            Duration pause,
            @Nullable Fault fault) {
        this.parts = parts;
        this.finish = finish;
        this.usage = usage;
        this.delay = delay;
        this.pause = pause;
        this.fault = fault;
    }

    /** A part and the pieces in which it is streamed; joined they are its text. */
    record Part(Content.OfAssistant content, List<String> pieces) {}

    private static Reply of(List<Part> parts, @Nullable Fault fault) {
        return new Reply(List.copyOf(parts), null, null, Duration.ZERO, Duration.ZERO, fault);
    }

    /** A text, in these pieces. */
    public static Reply reply(String... pieces) {
        Objects.requireNonNull(pieces, "pieces");
        return of(List.of(new Part(Content.text(String.join("", pieces)), List.of(pieces))), null);
    }

    /** A text, a word at a time, as models stream it. */
    public static Reply words(String text) {
        Objects.requireNonNull(text, "text");
        return reply(text.split("(?<=\\s)(?=\\S)"));
    }

    /** The JSON form of a value as the text of the answer, see {@link Json#of(Object)}. */
    public static Reply json(Object value) {
        Objects.requireNonNull(value, "value");
        return reply(Json.of(value).toString());
    }

    /** Thinking, in these pieces. */
    public static Reply thinking(String... pieces) {
        Objects.requireNonNull(pieces, "pieces");
        return of(List.of(new Part(Content.Thinking.of(String.join("", pieces)), List.of(pieces))), null);
    }

    /** A tool call with the text of its arguments in these pieces; whether it is JSON is not looked at. Its id is unique in the conversation. */
    public static Reply toolCall(String tool, String... pieces) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(pieces, "pieces");
        Content.ToolCall call = Content.ToolCall.of(UNNUMBERED, tool, String.join("", pieces));
        return of(List.of(new Part(call, List.of(pieces))), null);
    }

    /** A tool call with these arguments. */
    public static Reply toolCall(String tool, Json arguments) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        return toolCall(tool, new String[] {arguments.toString()});
    }

    /** As {@link #toolCall(String, String...)}, with an id of its own; it may be empty or used before. */
    public static Reply toolCallWithId(String id, String tool, String... pieces) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(pieces, "pieces");
        Content.ToolCall call = Content.ToolCall.of(id, tool, String.join("", pieces));
        return of(List.of(new Part(call, List.of(pieces))), null);
    }

    /** The parts of a message, each in one piece. */
    public static Reply of(AssistantMessage message) {
        Objects.requireNonNull(message, "message");
        List<Part> parts = new ArrayList<>();
        for (Content.OfAssistant part : message.content()) {
            parts.add(new Part(part, List.of(textOf(part))));
        }
        return of(parts, null);
    }

    /** The provider says no. */
    public static Reply fault(Kind kind) {
        return fault(Fault.refused(kind));
    }

    /** Something goes wrong before a piece of an answer comes. */
    public static Reply fault(Fault fault) {
        return of(List.of(), Objects.requireNonNull(fault, "fault"));
    }

    /** The parts of this reply, then those of the other; where this one fails, it fails there. What is set of the other wins. */
    public Reply and(Reply other) {
        Objects.requireNonNull(other, "other");
        List<Part> joined = new ArrayList<>(parts);
        if (fault == null) {
            joined.addAll(other.parts);
        }
        return new Reply(
                List.copyOf(joined),
                other.finish == null ? finish : other.finish,
                other.usage == null ? usage : other.usage,
                other.delay.isZero() ? delay : other.delay,
                other.pause.isZero() ? pause : other.pause,
                fault == null ? other.fault : fault);
    }

    /** A copy that waits before its first piece. */
    public Reply after(Duration wait) {
        Objects.requireNonNull(wait, "wait");
        return new Reply(parts, finish, usage, notNegative(wait), pause, fault);
    }

    /** A copy that, streamed, waits before every further piece. */
    public Reply pausing(Duration wait) {
        Objects.requireNonNull(wait, "wait");
        return new Reply(parts, finish, usage, delay, notNegative(wait), fault);
    }

    /** A copy that fails after its pieces; where nothing is streamed, instead of them. */
    public Reply failing(Fault after) {
        return new Reply(parts, finish, usage, delay, pause, Objects.requireNonNull(after, "after"));
    }

    /** A copy that reports this usage; {@link Usage#UNREPORTED} for none. */
    public Reply withUsage(Usage tokens) {
        return new Reply(parts, finish, Objects.requireNonNull(tokens, "tokens"), delay, pause, fault);
    }

    /** A copy that ends for this reason; by default because tools are called, else because the model is done. */
    public Reply withFinish(FinishReason.Kind reason) {
        Objects.requireNonNull(reason, "reason");
        return new Reply(parts, new FinishReason(reason, ""), usage, delay, pause, fault);
    }

    /** The text of the answer, all pieces joined. */
    public String text() {
        return Content.text(parts.stream().map(Part::content).toList());
    }

    List<Part> parts() {
        return parts;
    }

    Duration delay() {
        return delay;
    }

    Duration pause() {
        return pause;
    }

    Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }

    FinishReason.Kind finish() {
        if (finish != null) {
            return finish.kind();
        }
        boolean calls = parts.stream().anyMatch(part -> part.content() instanceof Content.ToolCall);
        return calls ? FinishReason.Kind.TOOL_CALLS : FinishReason.Kind.STOP;
    }

    /** The usage that was set, else an estimate. */
    Usage usage(ModelRequest asked) {
        return usage == null ? Tokens.estimate(asked.chat(), this) : usage;
    }

    /** This reply with ids for its tool calls where none was chosen. */
    Reply numbered(Supplier<String> ids) {
        List<Part> numbered = new ArrayList<>(parts.size());
        for (Part part : parts) {
            numbered.add(
                    part.content() instanceof Content.ToolCall call && call.id().equals(UNNUMBERED)
                            ? new Part(
                                    new Content.ToolCall(
                                            ids.get(),
                                            call.name(),
                                            call.arguments(),
                                            call.original(),
                                            call.origin(),
                                            call.extra()),
                                    part.pieces())
                            : part);
        }
        return new Reply(List.copyOf(numbered), finish, usage, delay, pause, fault);
    }

    /** Stands for an id that is given when the reply is used. */
    private static final String UNNUMBERED = "\u0000";

    /** What a part says, as text; empty where it has none. */
    static String textOf(Content.OfAssistant part) {
        return switch (part) {
            case Content.Text text -> text.text();
            case Content.Thinking thinking -> thinking.text();
            case Content.ToolCall call -> call.arguments();
            case Content.Media media -> "";
            case Content.Opaque opaque -> "";
        };
    }

    private static Duration notNegative(Duration wait) {
        if (wait.isNegative()) {
            throw new IllegalArgumentException("expected a wait of 0 or longer, got " + wait);
        }
        return wait;
    }

    @Override
    public String toString() {
        List<String> said = new ArrayList<>();
        for (Part part : parts) {
            said.add(
                    switch (part.content()) {
                        case Content.Text text -> "text " + Json.of(text.text());
                        case Content.Thinking thinking -> "thinking " + Json.of(thinking.text());
                        case Content.ToolCall call -> call.name() + "(" + call.arguments() + ")";
                        case Content.Media media -> media.kind().toString();
                        case Content.Opaque opaque -> opaque.kind();
                    });
        }
        if (fault != null) {
            said.add(fault.toString());
        }
        return "Reply" + said;
    }
}
