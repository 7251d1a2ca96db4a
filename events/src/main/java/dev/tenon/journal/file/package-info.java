/**
 * Where the records of runs lie when a process ends. Start at {@link dev.tenon.journal.file.Fsync}:
 * what is promised when an append returns.
 */
@NullMarked
package dev.tenon.journal.file;

import org.jspecify.annotations.NullMarked;
