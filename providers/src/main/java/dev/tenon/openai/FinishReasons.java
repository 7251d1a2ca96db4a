package dev.tenon.openai;

import dev.tenon.provider.FinishReason;
import dev.tenon.provider.FinishReason.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words that hosts have for why a reply ended. */
final class FinishReasons {
    private FinishReasons() {}

    /** @param raw null where the host gave none; empty is what hosts say that have no words for it (Snowflake) */
    static FinishReason of(@Nullable String raw, boolean calls, boolean refused) {
        if (raw == null) return FinishReason.NONE;
        Kind kind = switch (raw.toLowerCase(Locale.ROOT)) {
            case "", "stop", "eos", "end_turn", "stop_sequence", "complete", "completed" ->
                calls ? Kind.TOOL_CALLS : refused ? Kind.REFUSAL : Kind.STOP;
            case "length", "max_tokens", "model_length", "max_output_tokens" -> Kind.LENGTH;
            case "tool_calls", "tool_use", "function_call" -> Kind.TOOL_CALLS;
            case "content_filter", "safety", "sensitive", "guardrails" -> Kind.CONTENT_FILTER;
            case "refusal" -> Kind.REFUSAL;
            case "error", "insufficient_system_resource", "network_error", "abort" -> Kind.ERROR;
            default -> Kind.UNKNOWN;
        };
        return new FinishReason(kind, raw);
    }
}
