package dev.tenon.recall.store;

import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.SessionInfo;
import dev.tenon.memory.StoredSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps sessions in this process, for as long as it lives. Thread-safe. */
public final class InMemoryStore implements MemoryStore {
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<String, Log> sessions = new HashMap<>();

    /** An empty store. */
    public InMemoryStore() {}

    private static final class Log {
        private final String id = Appends.newId();
        private final List<SessionEntry> entries = new ArrayList<>();
        private final Set<String> keys = new HashSet<>();
        private String user = "";
        private Instant updated = Instant.EPOCH;

        private SessionInfo info(String session) {
            return new SessionInfo(
                    session, user, id, entries.size(), entries.getFirst().at(), updated);
        }
    }

    @Override
    public StoredSession read(String session, long after) {
        Objects.requireNonNull(session, "session");
        lock.lock();
        try {
            Log log = sessions.get(session);
            if (log == null) {
                return new StoredSession(SessionInfo.none(session), List.of());
            }
            int from = Math.clamp(after, 0, log.entries.size());
            return new StoredSession(log.info(session), log.entries.subList(from, log.entries.size()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long append(String session, String user, long expected, List<SessionEntry> entries) {
        Objects.requireNonNull(entries, "entries");
        List<SessionEntry> checked = Appends.checked(session, user, entries);
        lock.lock();
        try {
            Log log = sessions.get(session);
            List<SessionEntry> fresh = Appends.fresh(
                    session,
                    user,
                    expected,
                    checked,
                    log == null ? Set.of() : log.keys,
                    log == null ? 0 : log.entries.size(),
                    log == null ? "" : log.user);
            if (fresh.isEmpty()) {
                return log == null ? 0 : log.entries.size();
            }
            if (log == null) {
                log = new Log();
                sessions.put(session, log);
            }
            for (SessionEntry entry : fresh) {
                log.entries.add(entry);
                log.keys.add(entry.key());
            }
            log.user = log.user.isEmpty() ? user : log.user;
            log.updated = fresh.getLast().at();
            return log.entries.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<SessionInfo> sessions() {
        List<SessionInfo> infos = new ArrayList<>();
        lock.lock();
        try {
            sessions.forEach((session, log) -> infos.add(log.info(session)));
        } finally {
            lock.unlock();
        }
        infos.sort(Comparator.comparing(SessionInfo::updated).reversed());
        return infos;
    }

    @Override
    public boolean delete(String session) {
        Objects.requireNonNull(session, "session");
        lock.lock();
        try {
            return sessions.remove(session) != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "InMemoryStore";
    }
}
