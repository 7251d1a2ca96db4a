package dev.tenon.event;

/** How much an event matters, least first. */
public enum Severity {
    /** Detail for whoever looks for it. */
    DEBUG,
    /** What happens when all is well. */
    INFO,
    /** Something went wrong and was dealt with. */
    WARN,
    /** Something failed. */
    ERROR
}
