package dev.tenon.journal.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one folder. What is not forced may be lost when the machine stops, in any order: bytes of a file until {@link DiskFile#force()}, names (new ones,
 * changed ones and deletions) until {@link #force()}. Thread-safe. A seam: the tests have a disk that forgets what was not forced.
 */
interface Disk {
    /** The names of the files, in no order. */
    List<String> names() throws IOException;

    /** Where a file lies, for people. */
    Path path(String name);

    /** A file that is there. Each opening is a handle of its own. */
    DiskFile open(String name) throws IOException;

    /** A new empty file, in the place of one of that name. */
    DiskFile create(String name) throws IOException;

    /** Gives a file another name, in the place of the file that had it: a reader sees the one or the other. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; nothing happens where there is none. */
    void delete(String name) throws IOException;

    /** Returns when the names are on the disk for good. */
    void force() throws IOException;
}
