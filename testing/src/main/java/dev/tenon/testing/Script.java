package dev.tenon.testing;

import dev.tenon.error.TenonException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which reply comes next, and what was asked so far. Thread-safe; rules run outside the lock, so they may block and may be called at the same time. */
final class Script {
    /** Requests that are kept by default: enough for a test, little enough for a load test. */
    static final int KEPT = 1_000;

    private record Rule(Predicate<ModelRequest> when, Function<ModelRequest, Reply> reply) {}

    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Deque<Reply> replies = new ArrayDeque<>();
    private final Deque<ModelRequest> requests = new ArrayDeque<>();
    private int kept = KEPT;
    private long asked;
    private long calls;
    private int inOrder;

    void add(Collection<Reply> next) {
        lock.lock();
        try {
            replies.addAll(next);
            inOrder += next.size();
        } finally {
            lock.unlock();
        }
    }

    void rule(Predicate<ModelRequest> when, Function<ModelRequest, Reply> reply) {
        rules.add(new Rule(Objects.requireNonNull(when, "when"), Objects.requireNonNull(reply, "reply")));
    }

    void keep(int newest) {
        if (newest < 0) {
            throw new IllegalArgumentException("cannot keep " + newest + " requests");
        }
        lock.lock();
        try {
            kept = newest;
            trim();
        } finally {
            lock.unlock();
        }
    }

    List<ModelRequest> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    long asked() {
        lock.lock();
        try {
            return asked;
        } finally {
            lock.unlock();
        }
    }

    /** The reply to a request, its tool calls numbered. */
    Reply answer(ModelRequest request) {
        record(request);
        for (Rule rule : rules) {
            if (rule.when().test(request)) {
                return numbered(Objects.requireNonNull(rule.reply().apply(request), "a rule gave null as its reply"));
            }
        }
        lock.lock();
        try {
            Reply next = replies.poll();
            if (next != null) {
                return numbered(next);
            }
        } finally {
            lock.unlock();
        }
        throw usedUp(request);
    }

    private void record(ModelRequest request) {
        lock.lock();
        try {
            asked++;
            requests.add(request);
            trim();
        } finally {
            lock.unlock();
        }
    }

    private void trim() {
        while (requests.size() > kept) {
            requests.remove();
        }
    }

    private Reply numbered(Reply reply) {
        return reply.numbered(() -> {
            lock.lock();
            try {
                return "call_" + ++calls;
            } finally {
                lock.unlock();
            }
        });
    }

    private TenonException usedUp(ModelRequest request) {
        List<String> facts = new ArrayList<>();
        if (!rules.isEmpty()) {
            facts.add("no rule of " + rules.size() + " matches");
        }
        if (inOrder > 0 || rules.isEmpty()) {
            facts.add("all replies in order (" + inOrder + ") were given");
        }
        return new TenonException(
                "testing.script_used_up",
                "the script has no reply to request " + asked() + ", " + request + ": " + String.join(", ", facts)
                        + "; add a reply, or a rule that matches it");
    }
}
