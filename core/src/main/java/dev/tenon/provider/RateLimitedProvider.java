package dev.tenon.provider;

import java.util.Objects;

/** Sends a request when the limit lets it go, and tells the limit what it used. */
final class RateLimitedProvider implements Provider {
    private final Provider provider;
    private final RateLimit limit;

    RateLimitedProvider(Provider provider, RateLimit limit) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.limit = Objects.requireNonNull(limit, "limit");
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        call.check();
        RateLimit.Grant grant = limit.take(request, call);
        try {
            ChatResponse reply = provider.chat(request, call);
            limit.settle(grant, request, reply.usage());
            return reply;
        } catch (ProviderException e) {
            limit.failed(grant, request, e, call.time());
            throw e;
        }
    }
}
