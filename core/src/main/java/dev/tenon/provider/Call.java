package dev.tenon.provider;

import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Scope;
import java.util.Objects;
import java.util.function.Consumer;

/** One call: its life, and where deltas and notices go. */
public interface Call extends Scope {
    /** Whether somebody watches: the provider should stream. Constant for the life of the call. */
    boolean watched();

    /** A piece of the reply, in order, on the thread of the call. */
    void delta(Delta delta);

    /** Something worth telling that is no part of the reply. From any thread. */
    void notice(Notice notice);

    /** A call of this scope that nobody watches. */
    static Call of(Scope scope) {
        Objects.requireNonNull(scope, "scope");
        return new ScopedCall(scope, false, delta -> {}, notice -> {});
    }

    /** A call without a deadline that nobody watches and nobody can stop. */
    static Call unwatched() {
        return of(new Cancellation());
    }

    /** A call of this scope whose deltas and notices are given to these. */
    static Call watched(Scope scope, Consumer<? super Delta> deltas, Consumer<? super Notice> notices) {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(deltas, "deltas");
        Objects.requireNonNull(notices, "notices");
        return new ScopedCall(scope, true, deltas, notices);
    }
}
