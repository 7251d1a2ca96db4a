package dev.tenon.http;

import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.zip.ZipException;
import okhttp3.Call;
import okhttp3.Response;

/**
 * Ends one HTTP call when its scope does or when the waiting thread is interrupted, and says what an I/O error means.
 *
 * <p>A read of a socket does not feel an interrupt on a platform thread. The JDK offers one public way to be told of it: the blocker of an
 * interruptible channel, which runs on the thread that interrupts ({@link AbstractInterruptibleChannel}, "begin" and "end"). So this is
 * such a channel, and closing it cancels the call.
 */
final class Guard extends AbstractInterruptibleChannel {
    private final Call call;
    private final Scope scope;
    private final String host;
    private final Registration stop;

    Guard(Call call, Scope scope, String host) {
        this.call = call;
        this.scope = scope;
        this.host = host;
        this.stop = scope.onStop(call::cancel);
    }

    /** Before I/O that may block. An interrupt from now on, or one that is pending, cancels the call. */
    void enter() {
        begin();
    }

    /** After it. @throws AsynchronousCloseException where an interrupt has cancelled the call */
    void leave(boolean completed) throws AsynchronousCloseException {
        end(completed);
    }

    Response execute() {
        Response response = null;
        try {
            enter();
            try {
                response = call.execute();
            } finally {
                leave(response != null);
            }
            return response;
        } catch (IOException e) {
            // Interrupted at the last moment.
            if (response != null) response.close();
            throw failure(e);
        }
    }

    /** Cuts the connection. */
    void cancel() {
        call.cancel();
    }

    @Override
    protected void implCloseChannel() {
        call.cancel();
    }

    /** The call is over, well or not. */
    void release() {
        stop.close();
    }

    /** Whether the scope has ended or this thread was interrupted. */
    boolean stopped() {
        return scope.stop().isPresent() || Thread.currentThread().isInterrupted();
    }

    /** What an I/O error of this call means. */
    RuntimeException failure(IOException e) {
        if (scope.stop().isPresent()) return new StoppedException(scope.stop().get());
        if (Thread.currentThread().isInterrupted()) {
            return new StoppedException(
                    new Stop(Stop.Kind.INTERRUPTED, "the thread that waited for " + host + " was interrupted"));
        }
        if (e instanceof InterruptedIOException) {
            return ofDeadline(e)
                    ? new StoppedException(new Stop(Stop.Kind.DEADLINE, "deadline reached while waiting for " + host))
                    : failed(ProviderException.Kind.TIMEOUT, host + " did not answer in time", e);
        }
        if (e instanceof ZipException) {
            return failed(
                    ProviderException.Kind.MALFORMED_RESPONSE,
                    host + " sent a body that is not the gzip it claims to be",
                    e);
        }
        return failed(ProviderException.Kind.NETWORK, "no connection to " + host + ", or it broke", e);
    }

    /** A read that took too long has a type of its own; otherwise it was the whole call, which is bounded by the deadline where there is one. */
    private boolean ofDeadline(IOException e) {
        return scope.remaining()
                .map(left -> left.isZero() || !(e instanceof SocketTimeoutException))
                .orElse(false);
    }

    private static ProviderException failed(ProviderException.Kind kind, String what, IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return ProviderException.of(kind, what + ": " + why).cause(e).build();
    }
}
