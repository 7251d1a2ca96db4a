package dev.tenon.opentelemetry;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the tracer, whose failures are nobody's: the first is logged, and all are forgotten. Thread-safe. */
final class Quiet {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

    private final AtomicBoolean told = new AtomicBoolean();

    void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    <T> T get(Supplier<T> action, T otherwise) {
        try {
            T given = action.get();
            return given == null ? otherwise : given;
        } catch (Throwable thrown) {
            failed(thrown);
            return otherwise;
        }
    }

    private void failed(Throwable thrown) {
        if (thrown instanceof VirtualMachineError broken) {
            throw broken;
        }
        if (told.compareAndSet(false, true)) {
            LOG.warn("tracing failed; what is traced goes on without, and further failures are not logged", thrown);
        }
    }
}
