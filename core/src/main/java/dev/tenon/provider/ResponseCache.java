package dev.tenon.provider;

import dev.tenon.json.Json;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Replies that were given before, in memory. Several providers may share one: a reply is found by {@link ModelInfo#name()} and by the whole request,
 * exactly. Give models of the same name at different hosts caches of their own. Thread-safe.
 *
 * <p>The least recently used goes first when there are too many, and each when its time is up. Failures are not kept, nor are replies that ended with an error
 * or a pause.
 */
public final class ResponseCache {
    private final int replies;
    private final Duration ttl;
    private final boolean singleFlight;

    // Guarded by this; nothing below blocks.
    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, List<CountDownLatch>> flights = new HashMap<>();

    private record Kept(ChatResponse reply, long at) {}

    private ResponseCache(int replies, Duration ttl, boolean singleFlight) {
        if (replies < 1) {
            throw new IllegalArgumentException("expected room for 1 reply or more, got " + replies);
        }
        if (Objects.requireNonNull(ttl, "ttl").isNegative() || ttl.isZero() || ttl.compareTo(Retry.LONGEST) > 0) {
            throw new IllegalArgumentException("expected a time to live up to " + Retry.LONGEST + ", got " + ttl);
        }
        this.replies = replies;
        this.ttl = ttl;
        this.singleFlight = singleFlight;
    }

    /**
     * An empty cache.
     *
     * @param replies how many are kept at most
     * @param ttl how long each is given again
     */
    public static ResponseCache of(int replies, Duration ttl) {
        return new ResponseCache(replies, ttl, false);
    }

    /**
     * An empty cache of the same size, where of equal requests at the same time one is sent, and the others wait for its reply. When it fails, each of those is
     * sent for itself.
     */
    public ResponseCache singleFlight() {
        return new ResponseCache(replies, ttl, true);
    }

    /** How many replies are kept, those included whose time is up and that nobody has asked for since. */
    public synchronized int size() {
        return kept.size();
    }

    /** Forgets all replies. */
    public synchronized void clear() {
        kept.clear();
    }

    /** What an equal request to the same model has too. */
    static String key(String model, ChatRequest request) {
        return model + " " + Json.of(request).digest();
    }

    synchronized Optional<ChatResponse> find(String key, TimeSource time) {
        Kept found = kept.get(key);
        if (found == null) {
            return Optional.empty();
        }
        if (time.nanos() - found.at >= ttl.toNanos()) {
            kept.remove(key);
            return Optional.empty();
        }
        return Optional.of(found.reply);
    }

    synchronized void keep(String key, ChatResponse reply, TimeSource time) {
        switch (reply.finish().kind()) {
            case ERROR, PAUSE -> {}
            case STOP, LENGTH, TOOL_CALLS, CONTENT_FILTER, REFUSAL, UNKNOWN -> {
                kept.put(key, new Kept(reply, time.nanos()));
                if (kept.size() > replies) {
                    kept.remove(kept.keySet().iterator().next());
                }
            }
        }
    }

    /** Begins a flight; where one is under way, gives what goes down when it is over, else null. Always null where every request is sent. */
    synchronized @Nullable CountDownLatch begin(String key) {
        if (!singleFlight) {
            return null;
        }
        List<CountDownLatch> waiting = flights.get(key);
        if (waiting == null) {
            flights.put(key, new ArrayList<>());
            return null;
        }
        CountDownLatch over = new CountDownLatch(1);
        waiting.add(over);
        return over;
    }

    /** The flight that this caller began is over. */
    void end(String key) {
        List<CountDownLatch> waiting;
        synchronized (this) {
            waiting = flights.remove(key);
        }
        if (waiting != null) {
            waiting.forEach(CountDownLatch::countDown);
        }
    }

    @Override
    public String toString() {
        return "ResponseCache[" + size() + " of " + replies + " replies, each for " + ttl
                + (singleFlight ? ", single flight]" : "]");
    }
}
