package dev.tenon.provider;

import java.util.Objects;

/**
 * What is logged of calls. Immutable.
 *
 * @param logger the name of the SLF4J logger
 * @param content whether the texts of requests and replies are logged too, and the words of failures, which may quote them; keys never are
 */
public record CallLog(String logger, boolean content) {
    /** Who, how long, how many tokens, how it ended; no content. */
    public static final CallLog DEFAULT = new CallLog("dev.tenon.calls", false);

    public CallLog {
        logger = logger == null || logger.isBlank() ? "dev.tenon.calls" : logger;
    }

    /** The default with another logger. */
    public static CallLog to(String logger) {
        Objects.requireNonNull(logger, "logger");
        return new CallLog(logger, false);
    }

    /** A copy that logs content. */
    public CallLog withContent() {
        return new CallLog(logger, true);
    }
}
