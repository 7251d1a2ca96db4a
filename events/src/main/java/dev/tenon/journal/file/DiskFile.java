package dev.tenon.journal.file;

import java.io.IOException;

/** A handle on a file. Thread-safe. An interrupt of the calling thread neither stops nor closes it. */
interface DiskFile extends AutoCloseable {
    /** Bytes. */
    long size() throws IOException;

    /**
     * Reads exactly so many bytes from a place on.
     *
     * @throws java.io.EOFException where the file ends before
     */
    void read(long at, byte[] into, int from, int length) throws IOException;

    /** Writes so many bytes of an array to a place; the file grows where it has to. After an exception some of them may be there. */
    void write(long at, byte[] bytes, int length) throws IOException;

    /** Cuts the file. */
    void truncate(long size) throws IOException;

    /** Returns when the bytes are on the disk for good. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
