package dev.tenon.toolbox.process;

/** Whether processes run in a box: no network, the system read-only, only the working folder to write in, nothing else of this machine's files. */
public enum Containment {
    /** In a box, or not at all. */
    REQUIRED,
    /** In a box where a probe shows that it works here; otherwise without, and every result says so. */
    WHERE_POSSIBLE,
    /** Without, and every result says so. */
    NONE
}
