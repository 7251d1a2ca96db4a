package dev.tenon.journal.file;

/**
 * When what was appended is forced to the disk. Whatever is chosen, an append is there whole or not at all after a crash, and a process that is killed (and not
 * the machine) loses nothing that was acknowledged: the operating system has it.
 */
public enum Fsync {
    /** Each append is forced by itself before it returns. What was acknowledged survives a power cut. */
    ALWAYS,

    /**
     * An append returns when it is forced, and appends of several runs at one time share a force. What was acknowledged survives a power cut, as with
     * {@link #ALWAYS}; one append alone takes as long, many at once take less each. The default.
     */
    BATCHED,

    /**
     * Nothing is forced but a segment that is full and the journal when it is closed. A killed process loses nothing, a power cut may lose the appends since; what is
     * left is a beginning of what was acknowledged, or is reported as damaged.
     */
    NONE
}
