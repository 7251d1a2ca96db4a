package dev.tenon.provider;

import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Stop;
import dev.tenon.scope.TimeSource;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** A call as a scope and two consumers. */
record ScopedCall(Scope scope, boolean watched, Consumer<? super Delta> deltas, Consumer<? super Notice> notices)
        implements Call {
    @Override
    public void delta(Delta delta) {
        deltas.accept(delta);
    }

    @Override
    public void notice(Notice notice) {
        notices.accept(notice);
    }

    @Override
    public String id() {
        return scope.id();
    }

    @Override
    public Optional<Instant> deadline() {
        return scope.deadline();
    }

    @Override
    public Optional<Stop> stop() {
        return scope.stop();
    }

    @Override
    public boolean stopped() {
        return scope.stopped();
    }

    @Override
    public Registration onStop(Runnable action) {
        return scope.onStop(action);
    }

    @Override
    public TimeSource time() {
        return scope.time();
    }
}
