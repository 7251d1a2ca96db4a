package dev.tenon.provider;

import dev.tenon.error.Recovery;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.Optional;

/** The attempts of one call, and whether there is another. Not thread-safe. */
final class Attempts {
    private final Retry policy;
    private final Call call;
    private int made;
    private boolean once;

    Attempts(Retry policy, Call call) {
        this.policy = policy;
        this.call = call;
    }

    /** An attempt has failed: how long to wait for the next; empty where there is none. */
    Optional<Duration> failed(ProviderException e) {
        made++;
        boolean helps = switch (e.recovery()) {
            case NONE, FAIL_OVER -> false;
            case RETRY_ONCE -> !once;
            case BACK_OFF -> !isRefusedByTheHost(e);
        };
        once |= e.recovery() == Recovery.RETRY_ONCE;
        return helps && made < policy.attempts()
                ? policy.pause(e, made).filter(pause -> !pastDeadline(pause))
                : Optional.empty();
    }

    /** Tells of the next attempt, and waits for it. */
    void again(ModelInfo model, ProviderException failed, Duration pause) {
        try {
            call.check();
            call.notice(new Notice.Retrying(model.name(), made, pause, failed.failure()));
            Pause.await(pause, call);
        } catch (StoppedException e) {
            e.addSuppressed(failed);
            throw e;
        }
    }

    /** {@code x-should-retry: false}, by which OpenAI and Anthropic tell their own clients not to try again (openai-python, anthropic-sdk-python, 2026). */
    private static boolean isRefusedByTheHost(ProviderException failed) {
        return failed.reported()
                .string("x_should_retry")
                .filter("false"::equals)
                .isPresent();
    }

    private boolean pastDeadline(Duration pause) {
        return call.remaining().map(left -> left.compareTo(pause) <= 0).orElse(false);
    }
}
