package dev.tenon.sample.fine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import tools.jackson.sample.Tree;

/** Keeps to itself what it uses. */
public final class Fine {
    /** The same, blocking. */
    public String now() {
        return trees().join().toString();
    }

    private static CompletableFuture<List<Tree>> trees() {
        return CompletableFuture.completedFuture(List.of());
    }
}
