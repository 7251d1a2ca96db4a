package dev.tenon.wire;

import dev.tenon.provider.Usage;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The numbers of {@code usage} in OpenAI's wire formats, the last reported of each. Not thread-safe. */
public final class OpenAiUsage {
    private final Counts counts = new Counts();
    private long cached;

    /** Reads the object that the parser stands at; anything else is skipped. */
    public void read(JsonParser parser) {
        if (!parser.isExpectedStartObjectToken()) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "prompt_tokens", "input_tokens" -> counts.read(parser, token, Counts.INPUT);
                case "completion_tokens", "output_tokens" -> counts.read(parser, token, Counts.OUTPUT);
                case "total_tokens" -> counts.read(parser, token, Counts.TOTAL);
                // DeepSeek's word for it.
                case "prompt_cache_hit_tokens" -> counts.read(parser, token, Counts.CACHE_READ);
                // Moonshot and Mistral, besides or instead: counted, but not one of the common names.
                case "cached_tokens", "num_cached_tokens" -> {
                    if (token == JsonToken.VALUE_NUMBER_INT) cached = parser.getValueAsLong();
                }
                case "reasoning_tokens" -> counts.read(parser, token, Counts.REASONING);
                case "prompt_tokens_details",
                        "input_tokens_details",
                        "completion_tokens_details",
                        "output_tokens_details" -> details(parser, token);
                default -> parser.skipChildren();
            }
        }
    }

    private void details(JsonParser parser, JsonToken object) {
        if (object != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "cached_tokens" -> counts.read(parser, token, Counts.CACHE_READ);
                case "cache_write_tokens" -> counts.read(parser, token, Counts.CACHE_WRITE);
                case "reasoning_tokens" -> counts.read(parser, token, Counts.REASONING);
                default -> parser.skipChildren();
            }
        }
    }

    public Usage usage() {
        if (counts.isEmpty()) return Usage.UNREPORTED;
        long input = counts.of(Counts.INPUT);
        long output = counts.of(Counts.OUTPUT);
        long reasoning = counts.of(Counts.REASONING);
        // xAI counts reasoning beside the completion; then only the total holds all three.
        if (reasoning > 0 && counts.of(Counts.TOTAL) == input + output + reasoning) output += reasoning;
        long cacheRead = counts.has(Counts.CACHE_READ) ? counts.of(Counts.CACHE_READ) : Math.max(0, cached);
        return new Usage(
                input, output, cacheRead, counts.of(Counts.CACHE_WRITE), reasoning, 0, counts.reported(), Map.of());
    }
}
