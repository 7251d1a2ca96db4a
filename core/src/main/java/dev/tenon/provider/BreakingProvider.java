package dev.tenon.provider;

import dev.tenon.provider.CircuitBreaker.Health;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.util.Objects;

/** Asks a breaker before each call, and tells it how the call went. */
final class BreakingProvider implements Provider {
    private final Provider provider;
    private final CircuitBreaker breaker;

    BreakingProvider(Provider provider, CircuitBreaker breaker) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.breaker = Objects.requireNonNull(breaker, "breaker");
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        call.check();
        String model = info().name();
        CircuitBreaker.Pass pass = breaker.enter(model, call.time());
        Health health = Health.UNKNOWN;
        try {
            ChatResponse reply = provider.chat(request, call);
            health = Health.WELL;
            return reply;
        } catch (ProviderException e) {
            health = health(e.kind());
            throw e;
        } catch (StoppedException e) {
            health = e.stop().kind() == Stop.Kind.DEADLINE ? Health.UNWELL : Health.UNKNOWN;
            throw e;
        } finally {
            breaker.leave(pass, health, model, call.time()).ifPresent(call::notice);
        }
    }

    private static Health health(ProviderException.Kind kind) {
        return switch (kind) {
            case OVERLOADED, SERVER, TIMEOUT, NETWORK, MALFORMED_RESPONSE -> Health.UNWELL;
            case AUTHENTICATION, PERMISSION, NOT_FOUND, INVALID_REQUEST, CONTEXT_TOO_LONG -> Health.UNKNOWN;
            case CONTENT_FILTERED, QUOTA_EXCEEDED, RATE_LIMITED -> Health.UNKNOWN;
        };
    }
}
