package dev.tenon.sample.low;

import dev.tenon.sample.high.High;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.sample.Wire;
import tools.jackson.sample.Tree;

/** Breaks every rule. */
public final class Low {
    static final ThreadLocal<String> BOUND = ThreadLocal.withInitial(() -> "");

    /** Shows what no signature shows. */
    public CompletableFuture<List<Tree>> later(High high) {
        return CompletableFuture.failedFuture(new IllegalStateException(high + BOUND.get() + new Wire().hashCode()));
    }
}
