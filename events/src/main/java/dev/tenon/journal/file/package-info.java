/**
 * Where do the records of runs lie when a process ends? Start at {@link dev.tenon.journal.file.FileJournal}: a journal in a folder;
 * {@link dev.tenon.journal.file.Fsync} says what is promised when an append returns.
 */
@NullMarked
package dev.tenon.journal.file;

import org.jspecify.annotations.NullMarked;
