package dev.tenon.memory;

import java.time.Instant;
import java.util.Objects;

/**
 * What is known of a session without reading it. Immutable.
 *
 * @param session its name
 * @param user whose it is; empty where nobody said
 * @param id of this session and of no other, also of none that had its name before and was deleted; empty where there is no such session
 * @param version how many entries were appended to it; 0 where there is no such session
 * @param created when its first entry was written
 * @param updated when its last was
 */
public record SessionInfo(String session, String user, String id, long version, Instant created, Instant updated) {
    public SessionInfo {
        Objects.requireNonNull(session, "session");
        user = user == null ? "" : user;
        id = id == null ? "" : id;
        if (version < 0) {
            throw new IllegalArgumentException("version < 0: " + version);
        }
        created = created == null ? Instant.EPOCH : created;
        updated = updated == null ? created : updated;
    }

    /** There is no such session. */
    public static SessionInfo none(String session) {
        return new SessionInfo(session, "", "", 0, Instant.EPOCH, Instant.EPOCH);
    }
}
