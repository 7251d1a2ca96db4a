package dev.tenon.provider;

import java.util.Objects;

/** Asks another model where the first fails in a way that another may not. */
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
        SeenCall seen = new SeenCall(call);
        try {
            return first.chat(request, seen);
        } catch (ProviderException e) {
            if (!helps(e.kind())) {
                throw e;
            }
            call.check();
            seen.discard("another model is asked: " + e.code());
            e.partial().ifPresent(partial -> call.notice(new Notice.AttemptCost(partial.usage())));
            call.notice(new Notice.FellBack(name(first), name(second), e.failure()));
            return second.chat(request, call);
        }
    }

    private static String name(Provider provider) {
        ModelInfo info = provider.info();
        return info.model().isEmpty() ? provider.getClass().getSimpleName() : info.provider() + "/" + info.model();
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
