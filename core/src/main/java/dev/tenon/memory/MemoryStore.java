package dev.tenon.memory;

import dev.tenon.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where sessions are kept: each an append-only list of entries. Implementations must be thread-safe, and those that outlast a process, safe for several processes at once.
 *
 * <p>An append is atomic: after a crash all of it is there, or nothing. It names the version that it expects, which is the number of entries before it; where somebody else was faster it changes
 * nothing and fails. So two requests for one session cannot mix.
 */
public interface MemoryStore extends AutoCloseable {
    /**
     * A session, and its entries after a version: after 0 all. Of an unknown session {@link SessionInfo#none} and no entries. Blocks.
     *
     * @throws MemoryException where it cannot be read
     */
    StoredSession read(String session, long after);

    /**
     * Appends entries, all or none, and gives the new version. What has a key that is there already is left out; where that is all of them, nothing is expected and nothing changes, so that an append
     * of which the answer was lost can be made again. Blocks.
     *
     * @param user whose session it is; empty for nobody's. The first who is named has it
     * @param expected the version before it; 0 for a session that is not there
     * @throws MemoryException of code {@link MemoryException#CONFLICT} where it is at another version; where it belongs to another user; where it cannot be written
     */
    long append(String session, String user, long expected, List<SessionEntry> entries);

    /** All sessions, the one that was updated last first. Blocks. */
    List<SessionInfo> sessions();

    /**
     * Deletes a session for good. Blocks.
     *
     * @return whether there was one
     */
    boolean delete(String session);

    /** Deletes all sessions of a user for good, and says how many there were: to be forgotten is a right. */
    default int deleteUser(String user) {
        Objects.requireNonNull(user, "user");
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a user needs a name; sessions of nobody are deleted one by one");
        }
        int deleted = 0;
        for (SessionInfo info : sessions()) {
            if (info.user().equals(user) && delete(info.session())) {
                deleted++;
            }
        }
        return deleted;
    }

    /** Deletes all sessions that nothing was appended to since a moment, and says how many there were. */
    default int deleteBefore(Instant moment) {
        Objects.requireNonNull(moment, "moment");
        int deleted = 0;
        for (SessionInfo info : sessions()) {
            // Read again: it may have gone on meanwhile.
            if (info.updated().isBefore(moment)
                    && info(info.session()).updated().isBefore(moment)
                    && delete(info.session())) {
                deleted++;
            }
        }
        return deleted;
    }

    /** What is known of a session. */
    default SessionInfo info(String session) {
        Objects.requireNonNull(session, "session");
        return read(session, Long.MAX_VALUE).info();
    }

    /**
     * Copies the first entries of a session into a new one, which then goes its own way.
     *
     * @param version how many; {@link Long#MAX_VALUE} for all
     * @throws MemoryException of code {@link MemoryException#CONFLICT} where there is a session of the new name
     */
    default SessionInfo fork(String session, String copy, long version) {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(copy, "copy");
        StoredSession from = read(session, 0);
        List<SessionEntry> entries = from.entries()
                .subList(0, (int) Math.min(Math.max(0, version), from.entries().size()));
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to copy: the session has version "
                    + from.info().version() + ", wanted were its entries up to " + version);
        }
        requireNone(copy);
        append(copy, from.info().user(), 0, entries);
        return info(copy);
    }

    /** A session as JSON, to be taken elsewhere; empty where there is none. */
    default Optional<Json> export(String session) {
        Objects.requireNonNull(session, "session");
        StoredSession stored = read(session, 0);
        return stored.info().version() == 0 ? Optional.empty() : Optional.of(Json.of(stored));
    }

    /**
     * Takes a session that was exported, under a name that is free.
     *
     * @throws MemoryException of code {@link MemoryException#CONFLICT} where there is a session of that name
     */
    default SessionInfo restore(String session, Json exported) {
        Objects.requireNonNull(session, "session");
        StoredSession stored = Objects.requireNonNull(exported, "exported").as(StoredSession.class);
        requireNone(session);
        append(session, stored.info().user(), 0, stored.entries());
        return info(session);
    }

    private void requireNone(String session) {
        long found = info(session).version();
        if (found > 0) {
            throw MemoryException.conflict(session, 0, found);
        }
    }

    /** Gives back what it holds, such as a connection pool of its own; what is stored stays. */
    @Override
    default void close() {}
}
