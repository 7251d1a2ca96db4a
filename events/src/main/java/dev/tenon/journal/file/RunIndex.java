package dev.tenon.journal.file;

import dev.tenon.journal.JournalException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the appends of each run lie, and who owns it. In memory: some 40 bytes an append. Thread-safe; nothing is read or written under its lock.
 *
 * <p>A fencing token is the epoch of the journal's opening, and under it a number that counts up. The epoch is on the disk for good before the first token of it is
 * given out, so no token is given twice (in four thousand million takings of one opening), and taking a run writes
 * nothing.
 */
final class RunIndex {
    /** Who owns a run that is being deleted. */
    private static final long DELETER = -1;

    private static final int NUMBER_BITS = 32;

    private final ReentrantLock lock = new ReentrantLock();
    // All guarded by the lock.
    private final NavigableMap<String, Run> runs = new TreeMap<>();
    private long begun;
    private long tokens;

    private static final class Run {
        final String id;
        /** Counts the runs as they began; 0 where there is no record yet. */
        long order;
        /** The token of the owner; 0 where nobody owns it. */
        long owner;

        long closedAt = Append.OPEN;
        int count;
        Place[] places = {};

        Run(String id) {
            this.id = id;
        }
    }

    /** Where an append lies. */
    record Place(Segment segment, long offset, int length) {}

    /** Says which epoch tokens belong to from now on. */
    void epoch(long epoch) {
        lock.lock();
        try {
            tokens = epoch << NUMBER_BITS;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a run for an owner and returns the token. */
    long own(String id) {
        lock.lock();
        try {
            Run run = runs.get(id);
            if (run != null && run.owner != 0) {
                throw JournalException.owned(id);
            }
            if (run == null) {
                run = new Run(id);
                runs.put(id, run);
            }
            run.owner = ++tokens;
            return run.owner;
        } finally {
            lock.unlock();
        }
    }

    boolean owns(String id, long token) {
        lock.lock();
        try {
            Run run = runs.get(id);
            return run != null && run.owner == token;
        } finally {
            lock.unlock();
        }
    }

    void release(String id, long token) {
        lock.lock();
        try {
            Run run = runs.get(id);
            if (run != null && run.owner == token) {
                free(run);
            }
        } finally {
            lock.unlock();
        }
    }

    private void free(Run run) {
        run.owner = 0;
        if (run.count == 0) {
            runs.remove(run.id);
        }
    }

    /** An append is there. */
    void add(String id, Place place, long closedAt) {
        lock.lock();
        try {
            Run run = runs.computeIfAbsent(id, Run::new);
            if (run.count == 0) {
                run.order = ++begun;
            }
            if (run.count == run.places.length) {
                run.places = Arrays.copyOf(run.places, Math.max(4, run.count * 2));
            }
            run.places[run.count++] = place;
            run.closedAt = closedAt == Append.OPEN ? run.closedAt : closedAt;
            place.segment.live += place.length;
        } finally {
            lock.unlock();
        }
    }

    /** The runs are no longer there. */
    void remove(Collection<String> ids) {
        lock.lock();
        try {
            for (String id : ids) {
                Run run = runs.remove(id);
                if (run != null) {
                    for (int i = 0; i < run.count; i++) {
                        run.places[i].segment.live -= run.places[i].length;
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Where the appends of a run lie, in order. */
    List<Place> places(String id) {
        lock.lock();
        try {
            Run run = runs.get(id);
            return run == null ? List.of() : List.of(Arrays.copyOf(run.places, run.count));
        } finally {
            lock.unlock();
        }
    }

    /** All runs with records, in the order in which they began. */
    List<String> runs() {
        lock.lock();
        try {
            return runs.values().stream()
                    .filter(run -> run.count > 0)
                    .sorted(Comparator.comparingLong(run -> run.order))
                    .map(run -> run.id)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    boolean has(String id) {
        return !places(id).isEmpty();
    }

    /**
     * Takes a run and its children to delete them. Returns all that are there.
     *
     * @throws JournalException of code {@code journal.owned}
     */
    List<String> hold(String id) {
        lock.lock();
        try {
            List<Run> family = family(id);
            for (Run run : family) {
                if (run.owner != 0) {
                    throw JournalException.owned(run.id);
                }
            }
            return hold(family);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the runs that were closed before a time and have no parent here, with their children; those that somebody owns are left out. */
    List<String> holdClosedBefore(Instant time) {
        long before = Append.millis(time);
        lock.lock();
        try {
            List<String> held = new ArrayList<>();
            for (Run run : runs.values()) {
                if (run.closedAt != Append.OPEN && run.closedAt < before && !hasParent(run.id)) {
                    List<Run> family = family(run.id);
                    if (family.stream().allMatch(one -> one.owner == 0)) {
                        held.addAll(hold(family));
                    }
                }
            }
            return held;
        } finally {
            lock.unlock();
        }
    }

    private static List<String> hold(List<Run> family) {
        List<String> ids = new ArrayList<>(family.size());
        for (Run run : family) {
            run.owner = DELETER;
            ids.add(run.id);
        }
        return ids;
    }

    private List<Run> family(String id) {
        List<Run> family = new ArrayList<>();
        Run run = runs.get(id);
        if (run != null) {
            family.add(run);
        }
        // '0' is the character after '/'.
        family.addAll(runs.subMap(id + "/", id + "0").values());
        return family;
    }

    private boolean hasParent(String id) {
        for (int slash = id.lastIndexOf('/'); slash > 0; slash = id.lastIndexOf('/', slash - 1)) {
            @Nullable Run parent = runs.get(id.substring(0, slash));
            if (parent != null && parent.count > 0) {
                return true;
            }
        }
        return false;
    }

    /** Gives back runs that were held and not deleted. */
    void letGo(Collection<String> held) {
        lock.lock();
        try {
            for (String id : held) {
                Run run = runs.get(id);
                if (run != null && run.owner == DELETER) {
                    free(run);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether an append of a run lies there. */
    boolean isThere(String id, Segment segment, long offset) {
        lock.lock();
        try {
            Run run = runs.get(id);
            return run != null && find(run, segment, offset) >= 0;
        } finally {
            lock.unlock();
        }
    }

    /** An append lies elsewhere now; nothing happens where it was deleted meanwhile. */
    void move(String id, Segment from, long offset, Place to) {
        lock.lock();
        try {
            Run run = runs.get(id);
            int at = run == null ? -1 : find(run, from, offset);
            if (run != null && at >= 0) {
                run.places[at] = to;
                from.live -= to.length;
                to.segment.live += to.length;
            }
        } finally {
            lock.unlock();
        }
    }

    private static int find(Run run, Segment segment, long offset) {
        int low = 0;
        int high = run.count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Place place = run.places[middle];
            int order = Long.compare(place.segment.head.number(), segment.head.number());
            if (order == 0) {
                order = Long.compare(place.offset, offset);
            }
            if (order == 0) {
                return place.segment == segment ? middle : -1;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** Bytes of the appends of a segment that are there. */
    long live(Segment segment) {
        lock.lock();
        try {
            return segment.live;
        } finally {
            lock.unlock();
        }
    }
}
