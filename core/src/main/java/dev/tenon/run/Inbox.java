package dev.tenon.run;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is told to a run and its children while they go on: signals, answers, that they shall rest. A program hands it out with {@link Binding#inbox}; one inbox is for one run at a time.
 * Thread-safe.
 *
 * <p>What is told blocks until the run took it, and with a journal until that is on record; it is refused where the run does not go on. It must not be called on the run's own
 * thread, as listeners are.
 */
public final class Inbox {
    /** Who takes what is told, on the run's thread. */
    interface Receiver {
        /** Takes a signal, or refuses it. */
        boolean signalled(String name, Json payload);

        /** Takes an answer, or refuses it. */
        boolean answered(Answer answer);
    }

    private static final class Letter {
        final String run;
        final @Nullable String signal;
        final Json payload;
        final @Nullable Answer answer;
        final CountDownLatch done = new CountDownLatch(1);
        volatile boolean taken;

        Letter(String run, @Nullable String signal, Json payload, @Nullable Answer answer) {
            this.run = run;
            this.signal = signal;
            this.payload = payload;
            this.answer = answer;
        }

        void end(boolean how) {
            taken = how;
            done.countDown();
        }
    }

    private static final class Open {
        final Runnable bell;
        final Thread thread = Thread.currentThread();
        final List<Letter> letters = new ArrayList<>(1);

        Open(Runnable bell) {
            this.bell = bell;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Open> runs = new LinkedHashMap<>(2);
    private volatile boolean resting;
    private volatile boolean begun;

    /** Nobody listens yet. */
    public Inbox() {}

    /**
     * Tells a run a signal. Says whether the run took it: false where it is not going on.
     *
     * @param run its id, or that of a child of it
     */
    public boolean signal(String run, String name, Json payload) throws InterruptedException {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(payload, "payload");
        Fact.Signalled signal = new Fact.Signalled(name, payload);
        return tell(new Letter(run, signal.name(), signal.payload(), null));
    }

    /** Answers a question of a run or of a child of it. Says whether it was taken: false where the question is not open, or the run is not going on. */
    public boolean answer(Answer answer) throws InterruptedException {
        Objects.requireNonNull(answer, "answer");
        String found = "";
        lock.lock();
        try {
            for (String run : runs.keySet()) {
                if (run.length() > found.length() && answer.question().startsWith(run + "/")) {
                    found = run;
                }
            }
        } finally {
            lock.unlock();
        }
        return !found.isEmpty() && tell(new Letter(found, null, Json.NULL, answer));
    }

    /**
     * Brings the run to rest as soon as what has begun has ended: nothing new begins, who sleeps is not waited for. It is then {@link RunEnd.Paused}, and goes on where it was when it is
     * resumed. Does not block.
     */
    public void rest() {
        resting = true;
        List<Runnable> bells = new ArrayList<>();
        lock.lock();
        try {
            runs.values().forEach(open -> bells.add(open.bell));
        } finally {
            lock.unlock();
        }
        bells.forEach(Runnable::run);
    }

    /** Whether a run, or a child of one, goes on and takes what it is told. */
    public boolean takes(String run) {
        Objects.requireNonNull(run, "run");
        lock.lock();
        try {
            return runs.containsKey(run);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a run has begun to take what is told; it may have ended since. */
    public boolean begun() {
        return begun;
    }

    boolean resting() {
        return resting;
    }

    private boolean tell(Letter letter) throws InterruptedException {
        Runnable bell;
        lock.lock();
        try {
            Open open = runs.get(letter.run);
            if (open == null) {
                return false;
            }
            if (open.thread.equals(Thread.currentThread())) {
                throw new IllegalStateException("run \"" + letter.run
                        + "\" is told something on its own thread, which waits for it; use another");
            }
            open.letters.add(letter);
            bell = open.bell;
        } finally {
            lock.unlock();
        }
        bell.run();
        letter.done.await();
        return letter.taken;
    }

    /** A run begins to take what is told. */
    void open(String run, Runnable bell) {
        lock.lock();
        try {
            runs.put(run, new Open(bell));
            begun = true;
        } finally {
            lock.unlock();
        }
    }

    /** Hands over what was told; on the run's thread. */
    void take(String run, Receiver receiver) {
        for (Letter letter : due(run)) {
            boolean taken = false;
            try {
                taken = letter.answer != null
                        ? receiver.answered(letter.answer)
                        : receiver.signalled(letter.signal == null ? "" : letter.signal, letter.payload);
            } finally {
                letter.end(taken);
            }
        }
    }

    private List<Letter> due(String run) {
        lock.lock();
        try {
            Open open = runs.get(run);
            if (open == null) {
                return List.of();
            }
            List<Letter> due = List.copyOf(open.letters);
            open.letters.clear();
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** A run takes nothing more. */
    void close(String run) {
        List<Letter> refused;
        lock.lock();
        try {
            Open open = runs.remove(run);
            refused = open == null ? List.of() : List.copyOf(open.letters);
        } finally {
            lock.unlock();
        }
        refused.forEach(letter -> letter.end(false));
    }
}
