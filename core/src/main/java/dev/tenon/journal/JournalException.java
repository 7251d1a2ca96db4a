package dev.tenon.journal;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A journal could not be read or written, or by this caller not now. */
public final class JournalException extends TenonException {
    private static final long serialVersionUID = 1L;

    public JournalException(String code, String message, Recovery recovery, @Nullable Throwable cause) {
        this(code, Objects.requireNonNull(message, "message"), recovery, Map.of(), cause);
    }

    private JournalException(
            String code, String message, Recovery recovery, Map<String, String> context, @Nullable Throwable cause) {
        super(code, message, recovery, context, cause);
    }

    /**
     * What was written once cannot be read as it was.
     *
     * @param where the file or table
     * @param offset where in it, in bytes or rows
     * @param flaw what was found instead
     */
    public static JournalException damaged(String where, long offset, String flaw) {
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(flaw, "flaw");
        return new JournalException(
                "journal.damaged",
                where + " is damaged at " + offset + ": " + flaw,
                Recovery.NONE,
                Map.of("where", where, "offset", Long.toString(offset)),
                null);
    }

    /** Somebody else has the run. */
    public static JournalException owned(String run) {
        Objects.requireNonNull(run, "run");
        return new JournalException(
                "journal.owned",
                "run \"" + run
                        + "\" is being run by somebody else; wait until it rests, or give the new run another id",
                Recovery.BACK_OFF,
                null);
    }

    /** The run was taken by another owner, or given back. */
    public static JournalException fenced(String run) {
        Objects.requireNonNull(run, "run");
        return new JournalException(
                "journal.fenced",
                "run \"" + run + "\" has another owner now; what this one still wanted to write is not on record",
                Recovery.NONE,
                null);
    }
}
