/**
 * What a run leaves behind so that it can go on. Start at {@link dev.tenon.journal.Journal}: who may write the records of a run and who may read them;
 * {@link dev.tenon.journal.JournalRecord} is one record.
 */
@NullMarked
package dev.tenon.journal;

import org.jspecify.annotations.NullMarked;
