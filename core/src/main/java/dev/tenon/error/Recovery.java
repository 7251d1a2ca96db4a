package dev.tenon.error;

/** What a caller can do about a failure. */
public enum Recovery {
    /** The same call will fail again: change the call, the configuration or the code. */
    NONE,
    /** One more try may help at once, for example after a dropped connection. */
    RETRY_ONCE,
    /** A later try may help: wait, longer each time, for as long as the failure says where it does. */
    BACK_OFF,
    /** This endpoint will not answer, another one may: use a fallback. */
    FAIL_OVER
}
