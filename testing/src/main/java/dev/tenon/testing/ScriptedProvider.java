package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A model that answers as a test tells it, with no network: in order, by rules, or both. Thread-safe.
 *
 * <p>{@code ScriptedProvider.of(toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Bring an umbrella."))}
 *
 * <p>A call asks the rules first, in the order they were added, and then takes the next reply of those in order. Where neither has one the call fails with
 * a {@link dev.tenon.error.TenonException} of code {@code testing.script_used_up}, which no retry and no fallback hides. A watched call gets its deltas in the
 * reply's pieces. Waits go by the clock of the call and end at once when the call is stopped.
 */
public final class ScriptedProvider implements Provider {
    private final Script script = new Script();
    private final ModelInfo info;

    private ScriptedProvider(ModelInfo info) {
        this.info = info;
    }

    /** A model that gives these replies, in this order, and then no more. */
    public static ScriptedProvider of(Reply... replies) {
        Objects.requireNonNull(replies, "replies");
        return of(ModelInfo.of("scripted", "scripted"), replies);
    }

    /** As {@link #of(Reply...)}, with other facts: a window, abilities, a price. */
    public static ScriptedProvider of(ModelInfo info, Reply... replies) {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(replies, "replies");
        return new ScriptedProvider(info).then(replies);
    }

    /** Gives these replies after those it was given before. Returns this provider. */
    public ScriptedProvider then(Reply... replies) {
        Objects.requireNonNull(replies, "replies");
        script.add(List.of(replies));
        return this;
    }

    /** Gives this reply to every request that matches. Returns this provider. */
    public ScriptedProvider when(Predicate<ModelRequest> matches, Reply reply) {
        Objects.requireNonNull(matches, "matches");
        Objects.requireNonNull(reply, "reply");
        return when(matches, request -> reply);
    }

    /** Computes the reply to every request that matches. Returns this provider. */
    public ScriptedProvider when(Predicate<ModelRequest> matches, Function<ModelRequest, Reply> reply) {
        Objects.requireNonNull(matches, "matches");
        script.rule(matches, reply);
        return this;
    }

    /** Computes the reply to every request that no earlier rule matches. Returns this provider. */
    public ScriptedProvider always(Function<ModelRequest, Reply> reply) {
        return when(request -> true, reply);
    }

    /** Keeps only so many of the newest requests; {@value Script#KEPT} by default. Returns this provider. */
    public ScriptedProvider keeping(int requests) {
        script.keep(requests);
        return this;
    }

    /** The requests as they came, oldest first, those that failed included; at most as many as are kept. */
    public List<ModelRequest> requests() {
        return script.requests();
    }

    /** How often the model was asked. */
    public long asked() {
        return script.asked();
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(call, "call");
        call.check();
        ModelRequest asked = ModelRequest.inMemory(info.model(), request, call.watched());
        Reply reply = script.answer(asked);
        await(reply.delay(), call);
        return call.watched() ? streamed(reply, asked, call) : whole(reply, asked, call);
    }

    private ChatResponse whole(Reply reply, ModelRequest asked, Call call) {
        if (reply.fault().isPresent()) {
            throw failure(reply.fault().get(), Optional.empty(), call);
        }
        return response(reply.parts().stream().map(Reply.Part::content).toList(), reply, asked);
    }

    private ChatResponse streamed(Reply reply, ModelRequest asked, Call call) {
        boolean first = true;
        int calls = 0;
        for (Reply.Part part : reply.parts()) {
            if (part.content() instanceof Content.ToolCall tool) {
                call.delta(new Delta.ToolCallStarted(calls++, tool.id(), tool.name()));
            }
            for (String piece : part.pieces()) {
                if (!first) {
                    await(reply.pause(), call);
                }
                first = false;
                call.check();
                switch (part.content()) {
                    case Content.Text text -> call.delta(new Delta.Text(piece));
                    case Content.Thinking thinking -> call.delta(new Delta.Thinking(piece));
                    case Content.ToolCall tool -> call.delta(new Delta.ToolCallArguments(calls - 1, piece));
                    case Content.Media media -> {} // Comes whole, with the reply.
                    case Content.Opaque opaque -> {}
                }
            }
        }
        List<Content.OfAssistant> parts =
                reply.parts().stream().map(Reply.Part::content).toList();
        if (reply.fault().isPresent()) {
            Optional<ChatResponse> partial = parts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ChatResponse(
                            id(),
                            info.model(),
                            AssistantMessage.of(parts),
                            List.of(),
                            FinishReason.NONE,
                            Usage.UNREPORTED,
                            "",
                            Map.of()));
            throw failure(reply.fault().get(), partial, call);
        }
        return response(parts, reply, asked);
    }

    private ChatResponse response(List<Content.OfAssistant> parts, Reply reply, ModelRequest asked) {
        FinishReason finish =
                new FinishReason(reply.finish(), reply.finish().name().toLowerCase(Locale.ROOT));
        return new ChatResponse(
                id(),
                info.model(),
                AssistantMessage.of(new ArrayList<>(parts)),
                List.of(),
                finish,
                reply.usage(asked),
                "",
                Map.of());
    }

    private String id() {
        return "scripted-" + script.asked();
    }

    /** The exception that a provider behind HTTP throws for the same fault. */
    private static RuntimeException failure(Fault fault, Optional<ChatResponse> partial, Call call) {
        ProviderException.Builder builder = switch (fault) {
            case Fault.Refused refused ->
                ProviderException.of(refused.kind(), refused.message())
                        .reported(Json.object("message", refused.message()))
                        .retryAfter(refused.retryAfter().isZero() ? null : refused.retryAfter());
            case Fault.Status status ->
                ProviderException.of(kind(status.status()), "HTTP " + status.status())
                        .status(status.status());
            case Fault.Broken broken ->
                switch (broken.how()) {
                    case CUT ->
                        ProviderException.of(Kind.NETWORK, "the connection was closed before the answer was whole");
                    case RESET -> ProviderException.of(Kind.NETWORK, "the connection was reset");
                    case GARBAGE -> ProviderException.of(Kind.MALFORMED_RESPONSE, "the answer is no JSON");
                    case SILENCE -> {
                        awaitStop(call);
                        throw new StoppedException(call.stop().orElseThrow());
                    }
                };
        };
        partial.ifPresent(builder::partial);
        return builder.build();
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA_EXCEEDED;
            case 403 -> Kind.PERMISSION;
            case 404 -> Kind.NOT_FOUND;
            case 408, 504 -> Kind.TIMEOUT;
            case 429 -> Kind.RATE_LIMITED;
            case 503, 529 -> Kind.OVERLOADED;
            default -> status < 400 ? Kind.MALFORMED_RESPONSE : status < 500 ? Kind.INVALID_REQUEST : Kind.SERVER;
        };
    }

    private static void await(Duration wait, Call call) {
        if (wait.isZero()) {
            return;
        }
        CountDownLatch over = new CountDownLatch(1);
        Registration alarm = call.time().after(wait, over::countDown);
        Registration stop = call.onStop(over::countDown);
        try {
            await(over);
        } finally {
            alarm.close();
            stop.close();
        }
        call.check();
    }

    private static void awaitStop(Call call) {
        CountDownLatch over = new CountDownLatch(1);
        Registration stop = call.onStop(over::countDown);
        try {
            await(over);
        } finally {
            stop.close();
        }
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException(new Stop(Stop.Kind.INTERRUPTED, "the thread of the call was interrupted"));
        }
    }
}
