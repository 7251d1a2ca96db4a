package dev.tenon.workflow;

/**
 * How writes to one key of the state become one value. Each is associative, so that what branches wrote is joined branch by branch, in the order in which the branches are defined.
 */
public enum Reducer {
    /** The newest write. The only one under which two branches that run at once may not both write. */
    REPLACE,
    /** An array of all that was written. */
    APPEND,
    /** Arrays joined; a value that is no array counts as an array of one. */
    CONCAT,
    /** The sum of numbers. */
    SUM,
    /** The least number. */
    MIN,
    /** The greatest number. */
    MAX,
    /** Objects joined; of equal members the later one. */
    MERGE,
    /** The first write. */
    FIRST,
    /** The last write. */
    LAST
}
