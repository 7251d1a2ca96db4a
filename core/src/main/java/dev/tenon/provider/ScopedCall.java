package dev.tenon.provider;

import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import java.util.Objects;
import java.util.function.Consumer;

/** A call as a scope and two consumers. */
record ScopedCall(Scope scope, boolean watched, Consumer<? super Delta> deltas, Consumer<? super Notice> notices)
        implements Call, Scoped {
    @Override
    public void delta(Delta delta) {
        Objects.requireNonNull(delta, "delta");
        deltas.accept(delta);
    }

    @Override
    public void notice(Notice notice) {
        Objects.requireNonNull(notice, "notice");
        notices.accept(notice);
    }
}
