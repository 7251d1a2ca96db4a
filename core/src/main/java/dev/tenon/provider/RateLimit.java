package dev.tenon.provider;

import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Registration;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * So many requests and tokens a minute, for all who share a key: make one for each key, and give the same one to every provider that uses it. Thread-safe.
 *
 * <p>In no 60 seconds do more requests begin than allowed, and in none are more tokens used, as far as they are known before: what a request will use is
 * estimated from the length of its texts, corrected by what earlier replies reported, and set right when its own reply is there. A request that alone is
 * larger than the limit goes when no other has gone for a minute.
 *
 * <p>Those that must wait go in the order they came, by the clock of their calls, which must be one clock. A wait that cannot end before the call's deadline
 * is not begun: the call fails at once, as rate limited, and says how long it would have been. When the host itself says that there were too many, and how
 * long to wait, all wait, at most {@link #LONGEST_PAUSE}.
 */
public final class RateLimit {
    /** What a host asks for beyond this is not kept for others: a daily quota is no matter of waiting. */
    public static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long NONE = Long.MAX_VALUE;

    /** More is no limit; what is below can be added up. */
    private static final long HUGE = 1L << 60;

    private final long requests;
    private final long tokens;
    private final TokenGuess guess = new TokenGuess();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Deque<Grant> window = new ArrayDeque<>();
    private final Deque<Waiter> queue = new ArrayDeque<>();
    private long used;
    private boolean paused;
    private long pausedUntil;
    private @Nullable Registration alarm;
    private long alarmAt;

    private RateLimit(long requests, long tokens) {
        if (requests < 1 || tokens < 1) {
            throw new IllegalArgumentException("expected a limit of 1 a minute or more, got "
                    + (requests < 1 ? requests + " requests" : tokens + " tokens"));
        }
        this.requests = requests > HUGE ? NONE : requests;
        this.tokens = tokens > HUGE ? NONE : tokens;
    }

    /** A limit of both; tokens are those of request and reply together. */
    public static RateLimit perMinute(long requests, long tokens) {
        return new RateLimit(requests, tokens);
    }

    /** A limit of requests alone. */
    public static RateLimit requestsPerMinute(long requests) {
        return new RateLimit(requests, NONE);
    }

    /** A limit of tokens alone, those of request and reply together. */
    public static RateLimit tokensPerMinute(long tokens) {
        return new RateLimit(NONE, tokens);
    }

    /** A request that was let go. */
    static final class Grant {
        private final long at;
        private long tokens;
        private boolean inWindow = true;

        private Grant(long at, long tokens) {
            this.at = at;
            this.tokens = tokens;
        }
    }

    /** A request that waits, and then its grant. */
    private static final class Waiter {
        private final long tokens;
        private final TimeSource time;
        private final CountDownLatch turn = new CountDownLatch(1);
        private @Nullable Grant grant;

        private Waiter(long tokens, TimeSource time) {
            this.tokens = tokens;
            this.time = time;
        }
    }

    /** Blocks until the request may go. */
    Grant take(ChatRequest request, Call call) {
        long wanted = tokens == NONE ? 0 : guess.of(request);
        Waiter waiter;
        long bound;
        lock.lock();
        try {
            long now = call.time().nanos();
            if (queue.isEmpty() && wait(wanted, now) == 0) {
                return grant(wanted, now);
            }
            waiter = new Waiter(wanted, call.time());
            queue.add(waiter);
            serve();
            if (waiter.grant != null) {
                return waiter.grant;
            }
            bound = wait(queue.element().tokens, now);
            refuseIfPastDeadline(waiter, bound, call);
        } finally {
            lock.unlock();
        }
        return await(waiter, Duration.ofNanos(bound), call);
    }

    private void refuseIfPastDeadline(Waiter waiter, long bound, Call call) {
        Duration wait = Duration.ofNanos(bound);
        if (call.remaining().filter(left -> left.compareTo(wait) <= 0).isPresent()) {
            leave(waiter);
            throw ProviderException.of(
                            Kind.RATE_LIMITED,
                            "not sent: " + this + " leaves no room for at least " + wait
                                    + ", and the deadline of the call is before that")
                    .retryAfter(wait)
                    .build();
        }
    }

    private Grant await(Waiter waiter, Duration bound, Call call) {
        boolean goes = false;
        try {
            call.notice(new Notice.Waiting(bound));
            Pause.await(waiter.turn, call);
            goes = true;
        } finally {
            if (!goes) {
                lock.lock();
                try {
                    leave(waiter);
                } finally {
                    lock.unlock();
                }
            }
        }
        lock.lock();
        try {
            return Objects.requireNonNull(waiter.grant);
        } finally {
            lock.unlock();
        }
    }

    /** A waiter goes away unserved; a grant that it was given meanwhile is not used. */
    private void leave(Waiter waiter) {
        Grant unused = waiter.grant;
        if (unused == null) {
            queue.remove(waiter);
        } else if (unused.inWindow) {
            window.remove(unused);
            used -= unused.tokens;
        }
        serve();
    }

    /** What a request really used, where that is known. */
    void settle(Grant grant, ChatRequest request, Usage usage) {
        if (tokens == NONE || usage.unreported() > 0) {
            return;
        }
        guess.learn(request, usage);
        correct(grant, usage.total());
    }

    /** A request that failed: what the host did not begin to work on has used nothing. */
    void failed(Grant grant, ChatRequest request, ProviderException failure, TimeSource time) {
        failure.partial().ifPresent(partial -> settle(grant, request, partial.usage()));
        switch (failure.kind()) {
            case AUTHENTICATION, PERMISSION, NOT_FOUND, INVALID_REQUEST, CONTEXT_TOO_LONG, QUOTA_EXCEEDED ->
                correct(grant, 0);
            case RATE_LIMITED -> {
                correct(grant, 0);
                failure.retryAfter().ifPresent(wait -> pause(wait, time));
            }
            case CONTENT_FILTERED, OVERLOADED, SERVER, TIMEOUT, NETWORK, MALFORMED_RESPONSE -> {}
        }
    }

    private void correct(Grant grant, long actual) {
        lock.lock();
        try {
            if (grant.inWindow) {
                used += actual - grant.tokens;
                grant.tokens = actual;
                serve();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration asked, TimeSource time) {
        Duration wait = asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE;
        lock.lock();
        try {
            long until = time.nanos() + wait.toNanos();
            pausedUntil = paused && pausedUntil - until > 0 ? pausedUntil : until;
            paused = true;
            serve();
        } finally {
            lock.unlock();
        }
    }

    /** Lets those go that may, and sets the alarm for the next. With the lock held. */
    private void serve() {
        for (Waiter head = queue.peek(); head != null; head = queue.peek()) {
            long now = head.time.nanos();
            long wait = wait(head.tokens, now);
            if (wait > 0) {
                wakeAt(now + wait, wait, head.time);
                return;
            }
            queue.remove();
            head.grant = grant(head.tokens, now);
            head.turn.countDown();
        }
        silence();
    }

    private void wakeAt(long at, long wait, TimeSource time) {
        if (alarm == null || at != alarmAt) {
            silence();
            alarm = time.after(Duration.ofNanos(wait), this::woken);
            alarmAt = at;
        }
    }

    private void silence() {
        if (alarm != null) {
            alarm.close();
            alarm = null;
        }
    }

    private void woken() {
        lock.lock();
        try {
            alarm = null;
            serve();
        } finally {
            lock.unlock();
        }
    }

    private Grant grant(long wanted, long now) {
        Grant grant = new Grant(now, wanted);
        window.add(grant);
        used += wanted;
        return grant;
    }

    /** Nanoseconds until a request of these tokens may go; 0 for now. With the lock held. */
    private long wait(long wanted, long now) {
        while (!window.isEmpty() && now - window.element().at >= MINUTE) {
            Grant old = window.remove();
            old.inWindow = false;
            used -= old.tokens;
        }
        long wait = paused ? Math.max(0, pausedUntil - now) : 0;
        paused = wait > 0;
        int tooMany = requests == NONE ? 0 : (int) Math.max(0, window.size() - requests + 1);
        long over = tokens == NONE ? 0 : used + Math.min(wanted, tokens) - tokens;
        for (Grant grant : window) {
            if (tooMany <= 0 && over <= 0) {
                break;
            }
            wait = Math.max(wait, grant.at + MINUTE - now);
            tooMany--;
            over -= grant.tokens;
        }
        return wait;
    }

    @Override
    public String toString() {
        String both = requests == NONE || tokens == NONE ? "" : " and ";
        return "the limit of "
                + (requests == NONE ? "" : requests + " requests")
                + both
                + (tokens == NONE ? "" : tokens + " tokens")
                + " a minute";
    }
}
