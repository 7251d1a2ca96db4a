package dev.tenon.openai;

import dev.tenon.provider.Usage;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The numbers of {@code usage}, the last reported of each. Not thread-safe. */
final class UsageCount {
    private static final String INPUT = "input_tokens";
    private static final String OUTPUT = "output_tokens";
    private static final String TOTAL = "total_tokens";
    private static final String CACHE_READ = "cache_read_tokens";
    private static final String CACHE_WRITE = "cache_write_tokens";
    private static final String REASONING = "reasoning_tokens";

    private final Map<String, Long> reported = new LinkedHashMap<>();
    private long cached;

    /** Reads the object that the parser stands at; anything else is skipped. */
    void read(JsonParser parser) {
        if (!parser.isExpectedStartObjectToken()) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "prompt_tokens", "input_tokens" -> number(parser, token, INPUT);
                case "completion_tokens", "output_tokens" -> number(parser, token, OUTPUT);
                case "total_tokens" -> number(parser, token, TOTAL);
                // DeepSeek's word for it.
                case "prompt_cache_hit_tokens" -> number(parser, token, CACHE_READ);
                // Moonshot and Mistral, besides or instead: counted, but not one of the common names.
                case "cached_tokens", "num_cached_tokens" -> {
                    if (token == JsonToken.VALUE_NUMBER_INT) cached = parser.getValueAsLong();
                }
                case "reasoning_tokens" -> number(parser, token, REASONING);
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
                case "cached_tokens" -> number(parser, token, CACHE_READ);
                case "cache_write_tokens" -> number(parser, token, CACHE_WRITE);
                case "reasoning_tokens" -> number(parser, token, REASONING);
                default -> parser.skipChildren();
            }
        }
    }

    private void number(JsonParser parser, JsonToken token, String name) {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            reported.put(name, parser.getValueAsLong());
        } else {
            parser.skipChildren();
        }
    }

    Usage usage() {
        if (reported.isEmpty()) return Usage.UNREPORTED;
        long input = number(INPUT);
        long output = number(OUTPUT);
        long reasoning = number(REASONING);
        // xAI counts reasoning beside the completion; then only the total holds all three.
        if (reasoning > 0 && number(TOTAL) == input + output + reasoning) output += reasoning;
        long cacheRead = reported.containsKey(CACHE_READ) ? number(CACHE_READ) : Math.max(0, cached);
        return new Usage(input, output, cacheRead, number(CACHE_WRITE), reasoning, 0, reported, Map.of());
    }

    /** Not below zero. */
    private long number(String name) {
        return Math.max(0, reported.getOrDefault(name, 0L));
    }
}
