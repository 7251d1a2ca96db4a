package dev.tenon.toolbox.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens by name what was a file or folder when it was looked at, and may be a pipe by now: the system then waits, without end, for somebody at the pipe's other end, and the JDK cannot say
 * {@code O_NONBLOCK}. So another thread opens, and the caller waits for so long only. Thread-safe.
 */
final class Opening {
    /** A plain file opens at once; one of a network's file system may take a while. */
    private static final long PATIENCE_MILLIS = 1000;

    /** For what was stuck and was helped. */
    private static final long AFTER_HELP_MILLIS = 2000;

    /** Not virtual threads: one that is stuck would hold on to its carrier. They end when they have nothing to do. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("tenon-opens-", 0).factory());

    private Opening() {}

    /** Opens something. */
    @FunctionalInterface
    interface How<T extends Closeable> {
        T open() throws IOException;
    }

    /**
     * What another thread opened.
     *
     * @param help tried on a further thread when that takes long: who opens a pipe for reading and writing waits for nobody, and lets go who waits at its other end
     * @throws Stuck where it still is not open then. The thread is left; should it open something one day, that is closed
     */
    static <T extends Closeable> T open(How<T> how, How<?> help) throws IOException, Stuck {
        CompletableFuture<T> opened = started(how);
        try {
            return waited(opened, help);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ClosedByInterruptException stopped = new ClosedByInterruptException();
            if (!opened.completeExceptionally(stopped) && !opened.isCompletedExceptionally()) {
                close(opened.join());
            }
            throw stopped;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Stuck stuck -> throw stuck;
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new AssertionError("only these are caught", e);
            }
        }
    }

    private static <T extends Closeable> T waited(CompletableFuture<T> opened, How<?> help)
            throws InterruptedException, ExecutionException {
        try {
            return opened.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            aside(() -> helped(help));
        }
        try {
            return opened.get(AFTER_HELP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            opened.completeExceptionally(new Stuck());
            return opened.get();
        }
    }

    private static void helped(How<?> help) {
        try {
            close(help.open());
        } catch (IOException e) {
            // Then it is no pipe, or not to be had: who waits is told.
        }
    }

    private static <T extends Closeable> CompletableFuture<T> started(How<T> how) {
        CompletableFuture<T> opened = new CompletableFuture<>();
        THREADS.execute(() -> {
            try {
                T open = how.open();
                if (!opened.complete(open)) {
                    close(open); // Nobody waits for it any more.
                }
            } catch (IOException | RuntimeException | Error e) {
                opened.completeExceptionally(e);
            }
        });
        return opened;
    }

    /** Does what may have to wait for a thread that is stuck, such as closing the folder that it opens in. */
    static void aside(Runnable task) {
        THREADS.execute(task);
    }

    private static void close(Closeable open) {
        try {
            open.close();
        } catch (IOException e) {
            // Nothing was written to it.
        }
    }

    /** It could not be opened in time, and may be stuck for good. */
    static final class Stuck extends Exception {
        private static final long serialVersionUID = 1L;

        Stuck() {
            super("not opened in time", null, false, false);
        }
    }
}
