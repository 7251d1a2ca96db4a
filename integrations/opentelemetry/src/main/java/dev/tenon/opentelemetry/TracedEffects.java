package dev.tenon.opentelemetry;

import dev.tenon.json.Json;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ProviderException;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.run.Program;
import dev.tenon.scope.StoppedException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Spans around the effects of the runs of one program, outside of its own interceptors. Thread-safe. */
final class TracedEffects implements Interceptor {
    private final Tracing tracing;
    private final Tree tree;
    private final Binding<?, ?, ?> binding;
    private final @Nullable RunSpan root;
    private final AtomicBoolean told = new AtomicBoolean();

    /** {@code root} is null where the program is run by another, and its span is that one's effect. */
    TracedEffects(Tracing tracing, Tree tree, Binding<?, ?, ?> binding, @Nullable RunSpan root) {
        this.tracing = tracing;
        this.tree = tree;
        this.binding = binding;
        this.root = root;
    }

    @Override
    public Outcome around(Effect effect, EffectCall call, Chain chain) {
        if (root != null && !told.getAndSet(true)) {
            root.run(call.run()); // A run that is broken off has no result to say it.
        }
        return switch (effect) {
            case Effect.CallModel model -> model(model, call, chain);
            case Effect.CallTool tool -> isTheAgent(tool) ? chain.proceed(tool) : tool(tool, call, chain);
            case Effect.Work work -> work(work, call, chain);
            case Effect.RunChild child -> child(child, call, chain);
            case Effect.LoadContext load -> chain.proceed(load);
            case Effect.Interpret interpret -> chain.proceed(interpret);
            case Effect.Ask ask -> chain.proceed(ask);
            case Effect.Sleep sleep -> chain.proceed(sleep);
            case Effect.Append append -> chain.proceed(append);
            case Effect.Cancel cancel -> chain.proceed(cancel);
        };
    }

    /** An agent that is written by hand runs as one call of itself; the run's span is its span. */
    private boolean isTheAgent(Effect.CallTool tool) {
        return tool.tool().equals(binding.name()) && tool.key().indexOf('/') < 0;
    }

    // Models

    /** Attempts have spans of their own where the model is wrapped; where nothing was heard of any, what is known of the call is told when it is over. */
    private Outcome model(Effect.CallModel model, EffectCall call, Chain chain) {
        Tree.Place above = above(call);
        Tree.Place place = above.below(above.context());
        place.purpose(Said.word(model.purpose()));
        tree.put(call.id(), place);
        Instant began = Instant.now();
        try {
            Outcome outcome = chain.proceed(model);
            if (place.untold() && !(outcome instanceof Outcome.Limited)) {
                afterwards(model, call, place, began, it -> came(it, outcome));
            }
            return outcome;
        } catch (ProviderException | StoppedException thrown) {
            if (place.untold()) {
                afterwards(model, call, place, began, it -> Said.failed(it, thrown));
            }
            throw thrown;
        } finally {
            tree.remove(call.id(), place);
        }
    }

    private void came(Span span, Outcome outcome) {
        if (outcome instanceof Outcome.Replied replied) {
            Said.reply(span, replied.response(), replied.cost());
            tracing.texts().ifPresent(texts -> texts.answered(span, replied.response()));
        }
        Said.outcome(span, outcome);
    }

    private void afterwards(
            Effect.CallModel model, EffectCall call, Tree.Place place, Instant began, Consumer<Span> end) {
        ModelInfo info = tracing.quiet().get(binding::model, ModelInfo.UNKNOWN);
        Recording recording = Recording.begin(
                tracing.quiet(),
                () -> tracing.call(TracedProvider.CHAT, info).setStartTimestamp(began),
                place.context());
        recording.say(it -> {
            Said.text(it, Names.CALL, call.id());
            Said.text(it, Names.CONVERSATION, place.conversation());
            Said.text(it, Names.PURPOSE, place.purpose());
            Said.request(it, model.request(), call.watched());
            end.accept(it);
            tracing.texts().ifPresent(texts -> texts.asked(it, model.request()));
        });
        recording.end(Instant.now());
    }

    // Tools and other work

    private Outcome tool(Effect.CallTool tool, EffectCall call, Chain chain) {
        Tree.Place above = above(call);
        Recording recording = Recording.begin(
                tracing.quiet(),
                () -> tracing.builder("execute_tool " + tool.tool(), SpanKind.INTERNAL, "execute_tool")
                        .setAttribute(Names.TOOL, tool.tool())
                        .setAttribute(Names.TOOL_TYPE, "function"),
                above.context());
        recording.say(it -> {
            Said.text(it, Names.TOOL_CALL, tool.callId());
            Said.text(it, Names.CALL, call.id());
            Said.text(it, Names.CONVERSATION, above.conversation());
            tracing.texts().ifPresent(texts -> texts.arguments(it, tool.arguments()));
        });
        return within(recording, above.below(recording.context()), tool, call, chain, (it, outcome) -> {
            Said.outcome(it, outcome);
            if (outcome instanceof Outcome.Returned returned) {
                tracing.texts().ifPresent(texts -> texts.result(it, returned.content()));
            }
        });
    }

    private Outcome work(Effect.Work work, EffectCall call, Chain chain) {
        Tree.Place above = above(call);
        Recording recording =
                Recording.begin(tracing.quiet(), () -> tracing.plain(work.kind() + " " + work.name()), above.context());
        recording.say(it -> Said.text(it, Names.CALL, call.id()));
        return within(recording, above.below(recording.context()), work, call, chain, Said::outcome);
    }

    // Runs below

    private Outcome child(Effect.RunChild child, EffectCall call, Chain chain) {
        Optional<Program<?, ?>> program = binding.child(child.program());
        if (program.isEmpty()) {
            return chain.proceed(child); // It says that there is none.
        }
        Tree.Place above = above(call);
        Binding<?, ?, ?> below = program.get().binding();
        RunSpan span = RunSpan.begin(tracing, program.get(), below, above.context());
        span.run(call.id());
        Tree.Place place = new Tree.Place(span.recording().context(), span.recording());
        tracing.quiet().run(() -> place.conversation(conversation(span, below, child.input())));
        return within(span.recording(), place, child, call, chain, Said::outcome);
    }

    private static <I> String conversation(RunSpan span, Binding<I, ?, ?> below, Json input) {
        return span.conversation(below, below.decode(input));
    }

    // All of them

    private Tree.Place above(EffectCall call) {
        return tracing.quiet().get(() -> Tree.above(call), tree.root());
    }

    private Outcome within(
            Recording recording,
            Tree.Place place,
            Effect effect,
            EffectCall call,
            Chain chain,
            BiConsumer<Span, Outcome> end) {
        tree.keep(recording);
        tree.put(call.id(), place);
        Recording.Current current = recording.current();
        try {
            Outcome outcome = chain.proceed(effect);
            recording.say(it -> end.accept(it, outcome));
            return outcome;
        } catch (Resting rests) {
            recording.set(Names.RUN_END, rests.paused().word());
            throw rests;
        } catch (Throwable thrown) {
            recording.say(it -> Said.failed(it, thrown));
            throw thrown;
        } finally {
            current.close();
            tree.remove(call.id(), place);
            tree.ended(recording);
        }
    }
}
