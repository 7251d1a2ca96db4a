package dev.tenon.journal.file;

import java.util.List;
import java.util.Objects;

/**
 * What was found when a journal was opened. Immutable.
 *
 * @param segments how many files
 * @param bytes in all of them
 * @param runs how many, children included
 * @param closed whether whoever wrote last closed the journal, or there was none yet; otherwise a process or the machine stopped, and appends that it had not
 *     acknowledged may be missing. Where it had closed the journal and this is false, the end of the last file is gone
 * @param cuts what was cut off
 * @param damage what cannot be read and was not cut off, with all that follows; only of a journal that is opened with {@link FileJournal#readOnly}, for else it is
 *     an error
 */
public record OpenReport(int segments, long bytes, int runs, boolean closed, List<Cut> cuts, List<String> damage) {
    public OpenReport {
        Objects.requireNonNull(cuts, "cuts");
        Objects.requireNonNull(damage, "damage");
        cuts = List.copyOf(cuts);
        damage = List.copyOf(damage);
    }
}
