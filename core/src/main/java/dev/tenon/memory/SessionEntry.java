package dev.tenon.memory;

import dev.tenon.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * One thing that was written to a session: a turn, or what a memory noted beside it. Immutable.
 *
 * @param key unique in its session, such as {@code turn/} and the run: what has a key that is there already is not taken again
 * @param kind what the body is, for who wrote it, such as {@code turn}
 * @param form the version of the body's form, from 1: what is older is brought up when it is read, what is newer is refused
 * @param at when it was written, to the millisecond
 */
public record SessionEntry(String key, String kind, int form, Instant at, Json body) {
    public SessionEntry {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(at, "at");
        if (key.isEmpty()) {
            throw new IllegalArgumentException("an entry of a session needs a key");
        }
        Objects.requireNonNull(kind, "kind");
        if (form < 1) {
            throw new IllegalArgumentException("form < 1: " + form);
        }
        at = at.truncatedTo(ChronoUnit.MILLIS);
        body = body == null ? Json.NULL : body;
    }
}
