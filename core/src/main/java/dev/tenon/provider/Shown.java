package dev.tenon.provider;

import dev.tenon.scope.Scope;

/**
 * What an attempt has told its caller so far: whether deltas that would have to be taken back, and whether who answered. Belongs to the thread of the call.
 */
final class Shown {
    private final Call call;
    private boolean deltas;
    private volatile boolean answered; // Notices come from any thread.

    Shown(Call call) {
        this.call = call;
    }

    /** The call to make the attempt with. */
    Call attempt() {
        return attempt(call);
    }

    /** As {@link #attempt()}, with a life of its own. */
    Call attempt(Scope scope) {
        return new ScopedCall(scope, call.watched(), this::delta, this::notice);
    }

    void delta(Delta delta) {
        deltas = !(delta instanceof Delta.Discarded);
        call.delta(delta);
    }

    private void notice(Notice notice) {
        if (notice instanceof Notice.Answered) {
            answered = true;
        }
        call.notice(notice);
    }

    /** Takes back what was shown; nothing where nothing was. */
    void discard(String reason) {
        if (deltas) {
            delta(new Delta.Discarded(reason));
        }
    }

    /** Says that this model gave the reply, unless it has itself said who did. */
    void answered(Provider by, ChatResponse reply) {
        if (!answered) {
            ModelInfo info = by.info();
            call.notice(new Notice.Answered(info.name(), info.cost(reply.usage())));
        }
    }

    /** Says what a failed attempt is known to have used. */
    void cost(Provider of, ProviderException failed) {
        failed.partial().ifPresent(partial -> call.notice(cost(of, partial.usage())));
    }

    static Notice cost(Provider of, Usage usage) {
        ModelInfo info = of.info();
        return new Notice.AttemptCost(info.name(), usage, info.cost(usage));
    }
}
