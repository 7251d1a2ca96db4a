package dev.tenon.conformance;

import dev.tenon.json.Json;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Reads one case on a thread of its own, so that a hang or an overflow is an answer too: member {@code crash}. */
final class Guarded {
    /** What a case may take that does not say so itself. */
    private static final long DEFAULT_MS = 10_000;

    private Guarded() {}

    static Json.Obj read(Given one, Supplier<Json.Obj> reading) {
        long limit = one.members().get("max_ms").map(Json::asLong).orElse(DEFAULT_MS);
        FutureTask<Json.Obj> task = new FutureTask<>(reading::get);
        Thread thread = new Thread(task, "case " + one.id());
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(limit, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return crash(one, "took more than " + limit + " ms");
        } catch (ExecutionException e) {
            return crash(one, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return crash(one, "interrupted");
        }
    }

    private static Json.Obj crash(Given one, String how) {
        return Json.object().put("id", one.id()).put("crash", how).build();
    }
}
