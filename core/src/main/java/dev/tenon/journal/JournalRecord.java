package dev.tenon.journal;

import dev.tenon.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened in a run. Immutable. The state of a run is a fold over its records, in order: {@link Begun} first, then starts and ends of what the
 * run did, {@link Closed} last.
 *
 * <p>{@code key} is the place of a call within its run; run and key together are the call's identity.
 */
public sealed interface JournalRecord {
    /** What stands where a journal took something out before it wrote the record. */
    String REDACTED = "[redacted]";

    /** When it was written; for people and for watching again, never read by a machine. */
    Instant time();

    /** Members of the JSON form that this version does not know. */
    Map<String, Json> extra();

    /**
     * The run began.
     *
     * @param program the name of the program
     * @param definition the canonical definition of the program, tools included, so that a change can be named
     */
    record Begun(Instant time, String program, Json definition, Json input, Map<String, Json> extra)
            implements JournalRecord {
        public Begun {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(program, "program");
            Objects.requireNonNull(definition, "definition");
            Objects.requireNonNull(input, "input");
            extra = Extra.of(extra);
        }
    }

    /**
     * A call is about to run. Without an {@link Ended} of the same key it is in doubt.
     *
     * @param kind what kind of call
     * @param digest of the call, see {@link Json#digest()}
     * @param attempt from 1; more where an earlier attempt is in doubt and the call is made again
     * @param reserved what was reserved of the run's limits; {@link Json#NULL} for nothing
     */
    record Started(
            Instant time, String key, String kind, String digest, int attempt, Json reserved, Map<String, Json> extra)
            implements JournalRecord {
        public Started {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(digest, "digest");
            if (attempt < 1) {
                throw new IllegalArgumentException("attempt < 1: " + attempt);
            }
            reserved = reserved == null ? Json.NULL : reserved;
            extra = Extra.of(extra);
        }
    }

    /** A call ended. At most one of each key. */
    record Ended(Instant time, String key, Json outcome, Map<String, Json> extra) implements JournalRecord {
        public Ended {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(outcome, "outcome");
            extra = Extra.of(extra);
        }
    }

    /** Something was told to the run from outside. */
    record Signalled(Instant time, String name, Json payload, Map<String, Json> extra) implements JournalRecord {
        public Signalled {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(name, "name");
            payload = payload == null ? Json.NULL : payload;
            extra = Extra.of(extra);
        }
    }

    /**
     * The run was told to stop. Nothing that had not ended is run after this.
     *
     * @param stop the JSON form of a {@link dev.tenon.scope.Stop}
     */
    record Stopping(Instant time, Json stop, Map<String, Json> extra) implements JournalRecord {
        public Stopping {
            Objects.requireNonNull(time, "time");
            stop = stop == null ? Json.NULL : stop;
            extra = Extra.of(extra);
        }
    }

    /** The run ended. The last record. */
    record Closed(Instant time, Json end, Map<String, Json> extra) implements JournalRecord {
        public Closed {
            Objects.requireNonNull(time, "time");
            Objects.requireNonNull(end, "end");
            extra = Extra.of(extra);
        }
    }
}

/** What the records share. */
final class Extra {
    private Extra() {}

    static Map<String, Json> of(@Nullable Map<String, Json> extra) {
        return extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }
}
