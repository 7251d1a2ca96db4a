package dev.tenon.provider;

import java.util.Objects;

/** Asks another model where the first fails in a way that another may not, and says who answered. */
final class FallbackProvider implements Provider {
    private final Provider first;
    private final Provider second;

    FallbackProvider(Provider first, Provider second) {
        this.first = Objects.requireNonNull(first, "first");
        this.second = Objects.requireNonNull(second, "second");
    }

    @Override
    public ModelInfo info() {
        return first.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        Shown shown = new Shown(call);
        try {
            return first.chat(request, shown.attempt());
        } catch (ProviderException e) {
            if (!helps(e.kind())) {
                throw e;
            }
            call.check();
            shown.discard("another model is asked: " + e.code());
            shown.cost(first, e);
            call.notice(new Notice.FellBack(first.info().name(), second.info().name(), e.failure()));
            return other(request, call, e);
        }
    }

    private ChatResponse other(ChatRequest request, Call call, ProviderException failed) {
        Shown shown = new Shown(call);
        try {
            ChatResponse reply = second.chat(request, shown.attempt());
            shown.answered(second, reply);
            return reply;
        } catch (RuntimeException e) {
            // Whoever looks into why nobody answered wants to see both.
            if (!e.equals(failed)) e.addSuppressed(failed);
            throw e;
        }
    }

    /** A request that is wrong or was filtered is so elsewhere; every other failure belongs to the endpoint, its key or its model. */
    private static boolean helps(ProviderException.Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST, CONTENT_FILTERED -> false;
            case AUTHENTICATION, PERMISSION, NOT_FOUND, CONTEXT_TOO_LONG, QUOTA_EXCEEDED -> true;
            case RATE_LIMITED, OVERLOADED, SERVER, TIMEOUT, NETWORK, MALFORMED_RESPONSE -> true;
        };
    }
}
