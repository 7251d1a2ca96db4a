package dev.tenon.testing;

import dev.tenon.scope.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs code with all its virtual threads one step at a time, in an order that a seed picks, on a clock that moves by itself when nothing can go on: the same seed gives the
 * same order, and so the same result. A step goes from where a thread waits, yields or begins to where it waits or yields again.
 *
 * <pre>{@code
 * Simulation.forAll(200, simulation -> {
 *     Cancellation scope = new Cancellation(simulation.clock());
 *     RunResult result = agent.run(request, scope); // its tools run in another order for each seed
 *     assertThat(result.messages()).…
 * });
 * }</pre>
 *
 * <p>Simulated is what the given code does on its own thread, on the virtual threads that it starts, and on those that these start. They may use locks, queues, latches,
 * {@link #giveWay}, {@link #pause}, and whatever goes by {@link #clock()}. What waits by the machine's clock or for another process ({@link Thread#sleep(long)}, sockets) is not
 * seen to wait; files are, since they block.
 *
 * <p>A run ends when the code and all threads that it started have ended. Where they cannot, since each waits for another or for nothing, that is an {@link AssertionError} that says where
 * they stand: so nothing outlives a simulation, and what would hang fails at once.
 *
 * <p>The JDK has no public way to choose the scheduler of virtual threads, so the test's JVM needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}, on the
 * module path {@code =dev.tenon.testing}. Known to work on JDK 21 and 25. For one run; not thread-safe, but that simulated threads may call its methods.
 */
public final class Simulation {
    /** More steps than these are taken for a run that does not end. */
    private static final long MOST_STEPS = 2_000_000;

    /** How long, in real time, somebody who is not simulated may take to wake one who is. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int SHOWN = 30;

    /** Which thread goes on, as a rule; else it is any. */
    private enum Style {
        ANY,
        LONGEST_READY,
        NEWEST_READY
    }

    /** A thread as the scheduler knows it. */
    private record Known(int number, Thread thread) {
        boolean over() {
            return thread.getState() == Thread.State.TERMINATED;
        }

        @Override
        public String toString() {
            return number + " " + thread.getName();
        }
    }

    private final long seed;
    private final Chance order;
    private final Chance chance;
    private final Style style;
    private final int strays;
    private int lag;

    private final Thread.Builder.OfVirtual builder;
    private final VirtualClock clock = new VirtualClock();
    private final List<String> trace = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    // Guarded by the lock.
    private final List<Runnable> ready = new ArrayList<>();

    private final IdentityHashMap<Runnable, Known> known = new IdentityHashMap<>();
    private final IdentityHashMap<Runnable, Known> alive = new IdentityHashMap<>();
    private int threads;
    private boolean begun;

    /**
     * The order of this seed.
     *
     * @throws IllegalStateException where the JVM does not let threads be simulated; it says which flag is missing
     */
    public Simulation(long seed) {
        this.seed = seed;
        this.order = new Chance(seed);
        this.chance = new Chance(~seed);
        this.style = order.pick(List.of(Style.values()));
        this.strays = order.pick(List.of(2, 4, 16));
        this.builder = SimulatedThreads.builder(this::ready);
    }

    /** What runs simulated. */
    @FunctionalInterface
    public interface Body {
        /** Throws where something does not hold. */
        void run(Simulation simulation) throws Exception;
    }

    /**
     * Simulates the same code with so many seeds, {@code -Dtenon.samples} many where that is given, from {@code -Dtenon.seed} on.
     *
     * @throws AssertionError where the code throws, or what it started does not end; it names the seed and the newest steps
     */
    public static void forAll(int seeds, Body body) {
        Objects.requireNonNull(body, "body");
        long first = Property.seed();
        int all = Integer.getInteger("tenon.samples", seeds);
        for (int i = 0; i < all; i++) {
            Simulation simulation = new Simulation(first + i);
            try {
                simulation.run(() -> {
                    body.run(simulation);
                    return true;
                });
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw new AssertionError(simulation.failure(e), e);
            }
        }
    }

    private String failure(Throwable thrown) {
        List<String> newest = trace();
        return thrown.getMessage() + "; this order comes first with -Dtenon.seed=" + seed + ". Its newest steps: "
                + String.join(", ", newest.subList(Math.max(0, newest.size() - SHOWN), newest.size()));
    }

    /**
     * From now on time also passes while threads could go on, as on a machine that is slow: once in so many steps the clock moves to its next alarm. Without this
     * time passes only when all threads wait, so that no timeout is reached by work that takes no time.
     */
    public Simulation lagging(int onceIn) {
        if (onceIn < 2) {
            throw new IllegalArgumentException("onceIn < 2: " + onceIn);
        }
        lag = onceIn;
        return this;
    }

    /** The clock that simulated code must go by: {@code new Cancellation(simulation.clock())}. */
    public VirtualClock clock() {
        return clock;
    }

    /** A source of choices for the simulated code, of the same seed. */
    public Chance chance() {
        return chance;
    }

    /**
     * Waits on a simulated thread until so much virtual time has passed.
     *
     * @throws IllegalStateException before the run: nothing would let time pass
     */
    public void pause(Duration duration) throws InterruptedException {
        Objects.requireNonNull(duration, "duration");
        lock.lock();
        try {
            if (!begun) throw new IllegalStateException("no time passes before the run: pause within it");
        } finally {
            lock.unlock();
        }
        CountDownLatch over = new CountDownLatch(1);
        Registration alarm = clock.after(duration, over::countDown);
        try {
            over.await();
        } finally {
            alarm.close();
        }
    }

    /** Lets other threads go on before this one. A place where threads may be switched, for code that would not wait there by itself. */
    @SuppressWarnings("ThreadPriorityCheck") // Simulated threads may rely on their scheduler.
    public void giveWay() {
        Thread.yield();
    }

    /** Adds a line to the trace. */
    public void note(String line) {
        Objects.requireNonNull(line, "line");
        lock.lock();
        try {
            trace.add(line);
        } finally {
            lock.unlock();
        }
    }

    /** What happened so far: the number and name of each thread that went on, {@code clock} where time passed, and what was noted. The same for the same seed. */
    public List<String> trace() {
        lock.lock();
        try {
            return List.copyOf(trace);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs the code on a simulated thread, and drives it and all threads that it starts on the calling one, until all have ended. Once only.
     *
     * @return what the code returned
     * @throws Exception that the code threw
     * @throws AssertionError where threads wait that nobody can wake
     */
    public <T> T run(Callable<T> code) throws Exception {
        Objects.requireNonNull(code, "code");
        if (begun) {
            throw new IllegalStateException("a simulation runs once; make a new one of the same seed");
        }
        begun = true;
        FutureTask<T> task = new FutureTask<>(code);
        builder.name("main").start(task);
        drive();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    private void ready(Runnable continuation) {
        lock.lock();
        try {
            ready.add(continuation);
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void drive() throws InterruptedException {
        @Nullable Thread mover = null;
        for (long steps = 0; ; steps++) {
            if (steps > MOST_STEPS) {
                throw new AssertionError("still going on after " + MOST_STEPS + " steps: " + alive.values());
            }
            boolean moving = mover != null && mover.getState() != Thread.State.TERMINATED;
            boolean due = !moving && !clock.alarms().isEmpty();
            if (due && lag > 0 && order.oneIn(lag)) {
                mover = move();
                continue;
            }
            @Nullable Runnable next = pick();
            if (next != null) {
                step(next);
            } else if (alive.isEmpty()) {
                return;
            } else if (due) {
                mover = move();
            } else if (!wokenFromOutside()) {
                throw stuck();
            }
        }
    }

    private @Nullable Runnable pick() {
        lock.lock();
        try {
            if (ready.isEmpty()) {
                return null;
            }
            int last = ready.size() - 1;
            if (last == 0) {
                return ready.removeFirst();
            }
            int index = style == Style.ANY || order.oneIn(strays)
                    ? order.below(last + 1)
                    : style == Style.LONGEST_READY ? 0 : last;
            return ready.remove(index);
        } finally {
            lock.unlock();
        }
    }

    private void step(Runnable continuation) {
        Known thread = known.get(continuation);
        if (thread == null) {
            thread = new Known(++threads, SimulatedThreads.thread(continuation));
            known.put(continuation, thread);
            alive.put(continuation, thread);
        }
        note(thread.toString());
        continuation.run();
        if (thread.over()) {
            alive.remove(continuation);
            known.remove(continuation);
        }
    }

    /** Alarms run on a simulated thread, for what they start must be simulated too. */
    private Thread move() {
        Duration by = clock.alarms().getFirst();
        return builder.name("clock").start(() -> clock.advance(by));
    }

    private boolean wokenFromOutside() throws InterruptedException {
        long left = PATIENCE.toNanos();
        lock.lock();
        try {
            while (ready.isEmpty() && left > 0) {
                left = woken.awaitNanos(left);
            }
            return !ready.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private AssertionError stuck() throws InterruptedException {
        StringBuilder message = new StringBuilder("nothing can go on, and these threads have not ended:");
        for (Known thread : alive.values()) {
            message.append("\n  ").append(thread);
            for (StackTraceElement element : thread.thread().getStackTrace()) {
                message.append("\n    at ").append(element);
            }
        }
        // What reacts to an interrupt is not left behind.
        alive.values().forEach(thread -> thread.thread().interrupt());
        for (int steps = 0; steps < 10_000; steps++) {
            @Nullable Runnable next = pick();
            if (next == null) {
                break;
            }
            step(next);
        }
        return new AssertionError(message.toString());
    }
}
