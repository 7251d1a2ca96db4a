package dev.tenon.journal;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A journal could not be read or written, or by this caller not now. */
public final class JournalException extends TenonException {
    private static final long serialVersionUID = 1L;

    public JournalException(String code, String message, Recovery recovery, @Nullable Throwable cause) {
        super(code, message, recovery, Map.of(), cause);
    }

    /** Somebody else has the run. */
    public static JournalException owned(String run) {
        return new JournalException(
                "journal.owned",
                "run \"" + run
                        + "\" is being run by somebody else; wait until it rests, or give the new run another id",
                Recovery.BACK_OFF,
                null);
    }

    /** The run was taken by another owner, or given back. */
    public static JournalException fenced(String run) {
        return new JournalException(
                "journal.fenced",
                "run \"" + run + "\" has another owner now; what this one still wanted to write is not on record",
                Recovery.NONE,
                null);
    }
}
