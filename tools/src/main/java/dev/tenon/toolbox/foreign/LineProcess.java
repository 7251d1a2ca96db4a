package dev.tenon.toolbox.foreign;

import dev.tenon.json.Json;
import dev.tenon.scope.Registration;
import dev.tenon.scope.TimeSource;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The process of some tools over its lives. Thread-safe. */
final class LineProcess {
    private final List<String> command;
    private final Optional<Path> folder;
    private final Map<String, String> environment;
    private final LineLimits limits;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable LineLife life;
    private int failures;
    private long notBefore;
    private boolean closed;

    LineProcess(
            List<String> command,
            Optional<Path> folder,
            Map<String, String> environment,
            LineLimits limits,
            TimeSource time) {
        this.command = command;
        this.folder = folder;
        this.environment = environment;
        this.limits = limits;
        this.time = time;
    }

    String name() {
        return "the tool process " + Path.of(command.getFirst()).getFileName();
    }

    Optional<ProcessHandle> handle() {
        lock.lock();
        try {
            return life == null || life.ended() ? Optional.empty() : Optional.of(life.handle());
        } finally {
            lock.unlock();
        }
    }

    /** Starts it and hears which tools it has. */
    List<ToolSpec> hello() throws IOException {
        try {
            return running().specs();
        } catch (LineFailure e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    ToolOutput call(ToolSpec spec, Json.Obj arguments, ToolContext context) throws InterruptedException {
        LineLife.Pending pending;
        LineLife running;
        try {
            running = running();
            pending = running.call(spec.name(), arguments, context);
        } catch (LineFailure e) {
            return ToolOutput.error(e.said());
        }
        Registration stop = context.onStop(() -> pending.done.countDown());
        boolean answered = false;
        try {
            Duration timeout = spec.timeout();
            if (timeout.isZero()) {
                pending.done.await();
            } else {
                pending.done.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
            }
            ToolOutput output = pending.output;
            if (output != null) {
                answered = true;
                if (!pending.failed) {
                    well();
                }
                return output;
            }
            return ToolOutput.error(
                    context.stopped()
                            ? "stopped before it was done"
                            : "timed out after " + timeout + "; " + name() + " was told to give the call up");
        } finally {
            stop.close();
            if (!answered) {
                running.cancel(pending);
            }
        }
    }

    private void well() {
        lock.lock();
        try {
            failures = 0;
        } finally {
            lock.unlock();
        }
    }

    /** The process, started if it does not run. Who comes while it is started waits for it. */
    private LineLife running() {
        lock.lock();
        try {
            if (closed) {
                throw new LineFailure(name() + " was closed");
            }
            if (life != null && !life.ended()) {
                return life;
            }
            if (life != null) {
                life = null;
                failed();
            }
            long wait = notBefore - time.nanos();
            if (failures > 0 && wait > 0) {
                throw new LineFailure(name() + " failed " + failures + (failures == 1 ? " time" : " times in a row")
                        + ", and is started again in "
                        + Duration.ofNanos(wait).plusMillis(1).toMillis() + " ms at the soonest");
            }
            try {
                life = LineLife.start(name(), command, folder, environment, limits);
                return life;
            } catch (LineFailure e) {
                failed();
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The first failure is followed by no pause: a process may end for good reasons. */
    private void failed() {
        failures++;
        Duration pause = failures == 1 ? Duration.ZERO : limits.pause();
        for (int i = 2; i < failures && pause.compareTo(limits.longestPause()) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        if (pause.compareTo(limits.longestPause()) > 0) {
            pause = limits.longestPause();
        }
        notBefore = time.nanos() + pause.toNanos();
    }

    void close() {
        LineLife last;
        lock.lock();
        try {
            closed = true;
            last = life;
            life = null;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close();
        }
    }
}
