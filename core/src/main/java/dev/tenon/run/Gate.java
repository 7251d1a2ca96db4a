package dev.tenon.run;

/** Interrupts a thread that performs an effect, and only while it does: no interrupt is left behind when the effect is over. */
final class Gate implements Runnable {
    private final Thread thread;

    // Guarded by this.
    private boolean closed;
    private boolean fired;

    Gate(Thread thread) {
        this.thread = thread;
    }

    @Override
    public synchronized void run() {
        if (!closed) {
            fired = true;
            thread.interrupt();
        }
    }

    /** On the thread itself, when the effect is over. */
    synchronized void close() {
        closed = true;
        if (fired) {
            Thread.interrupted();
        }
    }
}
