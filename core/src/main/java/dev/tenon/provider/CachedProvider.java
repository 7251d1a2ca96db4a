package dev.tenon.provider;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Gives replies again that were given before; a watcher gets their deltas. */
final class CachedProvider implements Provider {
    private static final AtomicLong NAMELESS = new AtomicLong();

    private final Provider provider;
    private final ResponseCache cache;
    private final long own = NAMELESS.incrementAndGet();

    CachedProvider(Provider provider, ResponseCache cache) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.cache = Objects.requireNonNull(cache, "cache");
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        call.check();
        String key = ResponseCache.key(model(), request);
        Optional<ChatResponse> known = cache.find(key, call.time());
        if (known.isPresent()) {
            return again(known.get(), call);
        }
        CountDownLatch flight = cache.begin(key);
        if (flight == null) {
            return fly(key, request, call);
        }
        Pause.await(flight, call);
        known = cache.find(key, call.time());
        return known.isPresent() ? again(known.get(), call) : asked(key, request, call);
    }

    /** Of a model without a name nobody knows whether it is the same one. */
    private String model() {
        ModelInfo info = info();
        return info.model().isEmpty() ? Long.toString(own) : info.name();
    }

    private ChatResponse fly(String key, ChatRequest request, Call call) {
        try {
            // Another flight may have landed between the two looks.
            Optional<ChatResponse> known = cache.find(key, call.time());
            return known.isPresent() ? again(known.get(), call) : asked(key, request, call);
        } finally {
            cache.end(key);
        }
    }

    private ChatResponse asked(String key, ChatRequest request, Call call) {
        ChatResponse reply = provider.chat(request, call);
        cache.keep(key, reply, call.time());
        return reply;
    }

    /** Nothing was sent, so nothing was used. */
    private ChatResponse again(ChatResponse reply, Call call) {
        call.notice(new Notice.CacheHit(reply.usage()));
        if (call.watched()) {
            Replay.of(reply.message(), call);
        }
        call.notice(new Notice.Answered(info().name(), Cost.ZERO));
        return new ChatResponse(
                reply.id(),
                reply.model(),
                reply.message(),
                reply.alternatives(),
                reply.finish(),
                Usage.ZERO,
                reply.refusal(),
                reply.extra());
    }
}
