package dev.tenon.journal.file;

/**
 * How large a journal is. Immutable.
 *
 * @param segments how many files
 * @param bytes in all of them
 * @param live bytes of runs that are there; most of the others go with {@link FileJournal#compact()}
 */
public record JournalSize(int segments, long bytes, long live) {}
