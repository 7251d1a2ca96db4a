package dev.tenon.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/** A person at a terminal: presses keys, and waits until something can be read. The terminal has a line discipline: Ctrl-C is a signal, as it is at a real one. */
final class Typist implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static final String PROMPT = "> ";
    static final String ARROW_UP = "\033[A";
    static final String ARROW_LEFT = "\033[D";
    static final String CTRL_C = "\003";
    static final String CTRL_D = "\004";

    private final PipedOutputStream keys = new PipedOutputStream();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private int seen;
    private final Terminal terminal;

    Typist() throws IOException {
        terminal = new ExternalTerminal(
                "test", "ansi", new PipedInputStream(keys, 1 << 16), new Screen(), StandardCharsets.UTF_8);
    }

    private final class Screen extends OutputStream {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            lock.lock();
            try {
                shown.write(bytes, offset, length);
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    Terminal terminal() {
        return terminal;
    }

    /** Presses these keys. */
    void press(String typed) throws IOException {
        keys.write(typed.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** Types a line where one is asked for. */
    void type(String line) throws IOException, InterruptedException {
        sees(PROMPT);
        press(line + "\r");
    }

    /** Waits until this stands after what was waited for before. */
    void sees(String text) throws InterruptedException {
        long left = PATIENCE.toNanos();
        lock.lock();
        try {
            while (true) {
                String now = shown.toString(StandardCharsets.UTF_8);
                int at = now.indexOf(text, seen);
                if (at >= 0) {
                    seen = at + text.length();
                    return;
                }
                assertThat(left)
                        .as("time to wait for \"%s\" in \"%s\"", text, now.substring(seen))
                        .isPositive();
                left = more.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** All that was ever shown. */
    String screen() {
        lock.lock();
        try {
            return shown.toString(StandardCharsets.UTF_8);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a thread to end. */
    static void ends(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(thread.isAlive()).as("the program goes on").isFalse();
    }

    @Override
    public void close() throws IOException {
        keys.close();
        terminal.close();
    }
}
