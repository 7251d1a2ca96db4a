package dev.tenon.recall.vector;

import dev.tenon.vector.VectorStore;

/** In what the vectors of a store are scanned. What is found is the same: see {@link VectorStore}. */
public enum Precision {
    /**
     * One byte a number. Rows that may be among the nearest, by a bound on what the rounding did, are then compared as they are. A store in memory holds five bytes a number, one in a file
     * one, and reads those rows from the disk.
     */
    INT8,
    /** Four bytes a number. For vectors of which a few numbers are far larger than all others: their rounding says so little that most rows would be read twice. */
    FLOAT
}
