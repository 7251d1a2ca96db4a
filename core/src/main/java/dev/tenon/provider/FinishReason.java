package dev.tenon.provider;

/**
 * Why a reply ended. Immutable.
 *
 * @param raw the provider's own word; empty where it gave none
 */
public record FinishReason(Kind kind, String raw) {
    /** What it means. */
    public enum Kind {
        /** The model was done. */
        STOP,
        /** The output limit or the context window was reached. */
        LENGTH,
        /** The model wants tools to be called. */
        TOOL_CALLS,
        /** A filter cut the answer. */
        CONTENT_FILTER,
        /** The model declined to answer. */
        REFUSAL,
        /** The provider paused a long turn; it goes on when asked again. */
        PAUSE,
        /** Something went wrong at the provider. */
        ERROR,
        /** The provider's word is not known to this version, or it gave none. */
        UNKNOWN
    }

    public FinishReason {
        kind = kind == null ? Kind.UNKNOWN : kind;
        raw = raw == null ? "" : raw;
    }

    /** No reason was given. */
    public static final FinishReason NONE = new FinishReason(Kind.UNKNOWN, "");
}
