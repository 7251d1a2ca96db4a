package dev.tenon.memory;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store of sessions could not be read or written, or not as was expected. */
public final class MemoryException extends TenonException {
    private static final long serialVersionUID = 1L;

    /** The code where a session is at another version than was expected. */
    public static final String CONFLICT = "memory.conflict";

    public MemoryException(String code, String message, Recovery recovery, @Nullable Throwable cause) {
        this(code, Objects.requireNonNull(message, "message"), recovery, Map.of(), cause);
    }

    private MemoryException(
            String code, String message, Recovery recovery, Map<String, String> context, @Nullable Throwable cause) {
        super(code, message, recovery, context, cause);
    }

    /** Somebody else has written since the session was read. */
    public static MemoryException conflict(String session, long expected, long found) {
        Objects.requireNonNull(session, "session");
        return new MemoryException(
                CONFLICT,
                "session \"" + shown(session) + "\" was expected at version " + expected + " and is at " + found
                        + "; read what is new, and append again",
                Recovery.RETRY_ONCE,
                Map.of("expected", Long.toString(expected), "found", Long.toString(found)),
                null);
    }

    /** The session belongs to another user. */
    public static MemoryException otherUser(String session) {
        Objects.requireNonNull(session, "session");
        return new MemoryException(
                "memory.other_user",
                "session \"" + shown(session) + "\" belongs to another user; give each user sessions of their own",
                Recovery.NONE,
                null);
    }

    /** What was written once cannot be read as it was. */
    public static MemoryException damaged(String where, String flaw) {
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(flaw, "flaw");
        return new MemoryException(
                "memory.damaged", where + " is damaged: " + flaw, Recovery.NONE, Map.of("where", where), null);
    }

    /** What was written is of a newer version of this library. */
    public static MemoryException newer(String where, long found, long known) {
        Objects.requireNonNull(where, "where");
        return new MemoryException(
                "memory.newer",
                where + " has form " + found + ", and this version knows forms up to " + known
                        + "; open it with a newer version of the library",
                Recovery.NONE,
                null);
    }

    /** The store itself failed. */
    public static MemoryException failed(String what, Throwable cause) {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(cause, "cause");
        return new MemoryException(
                "memory.store",
                "the store of sessions failed " + what + ": " + cause.getMessage(),
                Recovery.BACK_OFF,
                cause);
    }

    /** Names may be long and hold anything. */
    private static String shown(String session) {
        String plain = session.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 100 ? plain : plain.substring(0, 100) + "…";
    }
}
