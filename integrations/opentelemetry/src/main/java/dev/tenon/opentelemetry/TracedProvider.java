package dev.tenon.opentelemetry;

import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A span for each call. */
final class TracedProvider implements Provider {
    static final String CHAT = "chat";

    private final Tracing tracing;
    private final Provider provider;

    TracedProvider(Tracing tracing, Provider provider) {
        this.tracing = tracing;
        this.provider = provider;
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(call, "call");
        if (!tracing.on()) {
            return provider.chat(request, call);
        }
        ModelInfo info = tracing.quiet().get(provider::info, ModelInfo.UNKNOWN);
        CallSpan span = CallSpan.begin(tracing, CHAT, info, call);
        span.say(it -> {
            Said.request(it, request, call.watched());
            tracing.texts().ifPresent(texts -> texts.asked(it, request));
        });
        Recording.Current current = span.current();
        try {
            ChatResponse reply = provider.chat(request, watching(call, span));
            if (reply != null) {
                span.say(it -> {
                    Said.reply(it, reply, info.cost(reply.usage()));
                    tracing.texts().ifPresent(texts -> texts.answered(it, reply));
                });
            }
            return reply;
        } catch (Throwable thrown) {
            span.say(it -> {
                Said.failed(it, thrown);
                if (thrown instanceof ProviderException failed) {
                    failed.partial().ifPresent(partial -> Said.reply(it, partial, info.cost(partial.usage())));
                }
            });
            throw thrown;
        } finally {
            current.close();
            span.end();
        }
    }

    /** This call, with a note of when its first delta came. */
    private static Call watching(Call call, CallSpan span) {
        if (!call.watched()) {
            return call;
        }
        long began = System.nanoTime();
        AtomicBoolean first = new AtomicBoolean();
        return Call.watched(
                call,
                (Delta delta) -> {
                    if (!first.getAndSet(true)) {
                        double seconds = (System.nanoTime() - began) / 1e9;
                        span.say(it -> it.setAttribute(Names.FIRST_CHUNK, seconds));
                    }
                    call.delta(delta);
                },
                call::notice);
    }
}
