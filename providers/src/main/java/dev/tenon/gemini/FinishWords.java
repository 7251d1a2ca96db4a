package dev.tenon.gemini;

import dev.tenon.provider.FinishReason;
import dev.tenon.provider.FinishReason.Kind;
import org.jspecify.annotations.Nullable;

/** Gemini's words for why a reply ended ({@code Candidate.FinishReason}; the last four are Vertex AI's, reference of 2026). */
final class FinishWords {
    private FinishWords() {}

    /** @param raw null where the host gave none */
    static FinishReason of(@Nullable String raw, boolean calls) {
        if (raw == null) return FinishReason.NONE;
        Kind kind = switch (raw) {
            case "STOP" -> calls ? Kind.TOOL_CALLS : Kind.STOP;
            case "MAX_TOKENS" -> Kind.LENGTH;
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION",
                    "MODEL_ARMOR" -> Kind.CONTENT_FILTER;
            case "MALFORMED_FUNCTION_CALL",
                    "UNEXPECTED_TOOL_CALL",
                    "TOO_MANY_TOOL_CALLS",
                    "IMAGE_OTHER",
                    "NO_IMAGE",
                    "MISSING_THOUGHT_SIGNATURE",
                    "MALFORMED_RESPONSE" -> Kind.ERROR;
            default -> Kind.UNKNOWN;
        };
        return new FinishReason(kind, raw);
    }
}
