package dev.tenon.recall;

import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.provider.TokenCounter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers the newest messages of each conversation, in this process only, and forgets the oldest for good. Thread-safe: the turns of one session stand in the order in
 * which they ended, each whole; sessions never see each other.
 *
 * {@snippet lang=java :
 * Agent agent = Agent.builder(model).memory(RingBufferMemory.messages(200)).build();
 * }
 *
 * <p>Messages that are marked by {@link Pin} stay, and with {@link #pinFirst} what the user said first. Tool calls, their results and the reasoning before them go together. What the user said goes with the last of what answered it, so that what is recalled begins with a user. The
 * newest group always stays, with what the user said before it: a session passes its bound by no more than these two. That anything has gone is told with every
 * {@link Recalled}, and so by an event of the run.
 *
 * <p>A turn that is handed over again is known by its run, also after its messages have gone: of the newest {@value #KNOWN_RUNS} turns, and of all of which
 * anything is held. Appending takes time for the turn alone, whatever is held.
 */
public final class RingBufferMemory implements Memory {
    /**
     * Of so many turns of a session the run is known, at least: enough for whatever is handed over again after a crash, and at 36 letters an id no more than the
     * messages themselves.
     */
    public static final int KNOWN_RUNS = 1_000;

    private final Window.Bound bound;
    private final int mostSessions;
    private final TokenCounter counter;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, in the order of last use.
    private final LinkedHashMap<String, Window> sessions = new LinkedHashMap<>(16, 0.75f, true);

    private RingBufferMemory(Window.Bound bound, int mostSessions, TokenCounter counter) {
        this.counter = counter;
        this.bound = bound;
        this.mostSessions = mostSessions;
    }

    /** Holds so many messages of each session. */
    public static RingBufferMemory messages(int most) {
        return of(new Window.Bound(atLeastOne("messages", most), Long.MAX_VALUE, Long.MAX_VALUE, false));
    }

    /**
     * Holds so many tokens of each session.
     *
     * @param most as {@link TokenCounter#ESTIMATE} counts them, or another {@link #counter}
     */
    public static RingBufferMemory tokens(long most) {
        return of(new Window.Bound(Long.MAX_VALUE, atLeastOne("tokens", most), Long.MAX_VALUE, false));
    }

    /** Holds so many turns of each session: what the user said, with all that answered it. */
    public static RingBufferMemory turns(int most) {
        return of(new Window.Bound(Long.MAX_VALUE, Long.MAX_VALUE, atLeastOne("turns", most), false));
    }

    private static RingBufferMemory of(Window.Bound bound) {
        return new RingBufferMemory(bound, 0, TokenCounter.ESTIMATE);
    }

    /** An empty memory of the same bound that never forgets what the user said first in a session. Messages that are marked by {@link Pin} are never forgotten either way. */
    public RingBufferMemory pinFirst() {
        return new RingBufferMemory(
                new Window.Bound(bound.messages(), bound.tokens(), bound.turns(), true), mostSessions, counter);
    }

    /** An empty memory of the same bound that counts tokens by this counter. */
    public RingBufferMemory counter(TokenCounter by) {
        return new RingBufferMemory(bound, mostSessions, Objects.requireNonNull(by, "by"));
    }

    /**
     * An empty memory of the same bound, for so many sessions: where there are more, the one that was used least lately is forgotten whole. Without this their number
     * has no bound.
     */
    public RingBufferMemory withSessions(int most) {
        return new RingBufferMemory(bound, (int) atLeastOne("sessions", most), counter);
    }

    private static long atLeastOne(String what, long most) {
        if (most < 1) {
            throw new IllegalArgumentException(
                    what + " < 1: " + most + "; an agent that is to remember nothing has Memory.NONE");
        }
        return most;
    }

    @Override
    public Recalled recall(Recall wanted) {
        Objects.requireNonNull(wanted, "wanted");
        lock.lock();
        try {
            Window window = sessions.get(wanted.session());
            return window == null ? Recalled.NOTHING : window.recall();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a finished turn.
     *
     * @throws IllegalArgumentException where a tool call of it has no result, or a result no call; nothing of it is taken
     */
    @Override
    public void append(String session, Turn turn) {
        Objects.requireNonNull(turn, "turn");
        Objects.requireNonNull(session, "session");
        List<Group> groups = Group.of(turn, counter);
        if (groups.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            sessions.computeIfAbsent(session, begun -> new Window(bound)).append(turn.run(), groups);
            if (mostSessions > 0 && sessions.size() > mostSessions) {
                sessions.pollFirstEntry();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a session, runs and all. */
    public void forget(String session) {
        Objects.requireNonNull(session, "session");
        lock.lock();
        try {
            sessions.remove(session);
        } finally {
            lock.unlock();
        }
    }

    /** How many sessions anything is held of. */
    public int sessions() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        String held = bound.messages() < Long.MAX_VALUE
                ? bound.messages() + " messages"
                : bound.tokens() < Long.MAX_VALUE ? bound.tokens() + " tokens" : bound.turns() + " turns";
        return "RingBufferMemory[" + held + "]";
    }
}
