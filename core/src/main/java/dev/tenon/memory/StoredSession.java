package dev.tenon.memory;

import java.util.List;
import java.util.Objects;

/**
 * A session as a store has it. Immutable. Its JSON form is what {@link MemoryStore#export} gives.
 *
 * @param entries in the order in which they were appended; the last is number {@code info.version()}
 */
public record StoredSession(SessionInfo info, List<SessionEntry> entries) {
    public StoredSession {
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(info, "info");
        entries = List.copyOf(entries);
    }
}
