package dev.tenon.provider;

import dev.tenon.scope.Registration;
import dev.tenon.scope.Stop;
import dev.tenon.scope.TimeSource;
import java.time.Instant;
import java.util.Optional;

/** A call that knows whether a delta was given, so that a second attempt can take it back first. */
final class SeenCall implements Call {
    private final Call call;
    private boolean shown;

    SeenCall(Call call) {
        this.call = call;
    }

    /** Takes back what was shown; nothing where nothing was. */
    void discard(String reason) {
        if (shown) {
            shown = false;
            call.delta(new Delta.Discarded(reason));
        }
    }

    @Override
    public void delta(Delta delta) {
        shown = !(delta instanceof Delta.Discarded);
        call.delta(delta);
    }

    @Override
    public boolean watched() {
        return call.watched();
    }

    @Override
    public void notice(Notice notice) {
        call.notice(notice);
    }

    @Override
    public String id() {
        return call.id();
    }

    @Override
    public Optional<Instant> deadline() {
        return call.deadline();
    }

    @Override
    public Optional<Stop> stop() {
        return call.stop();
    }

    @Override
    public boolean stopped() {
        return call.stopped();
    }

    @Override
    public Registration onStop(Runnable action) {
        return call.onStop(action);
    }

    @Override
    public TimeSource time() {
        return call.time();
    }
}
