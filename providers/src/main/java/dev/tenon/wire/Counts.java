package dev.tenon.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The numbers of a reply's usage under their common names, the last reported of each. Not thread-safe. */
public final class Counts {
    /** Tokens of the request, as the host counts them. */
    public static final String INPUT = "input_tokens";
    /** Tokens of the reply, as the host counts them. */
    public static final String OUTPUT = "output_tokens";
    /** Both, as the host adds them up. */
    public static final String TOTAL = "total_tokens";
    /** Tokens read from the cache. */
    public static final String CACHE_READ = "cache_read_tokens";
    /** Tokens written to the cache. */
    public static final String CACHE_WRITE = "cache_write_tokens";
    /** Tokens of thinking. */
    public static final String REASONING = "reasoning_tokens";
    /** Tokens of what tools of the host's own gave to the model. */
    public static final String TOOL_PROMPT = "tool_prompt_tokens";

    private final Map<String, Long> reported = new LinkedHashMap<>();

    /** Reads the number that the parser stands at; anything else is skipped. */
    public void read(JsonParser parser, JsonToken token, String name) {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            reported.put(name, parser.getValueAsLong());
        } else {
            parser.skipChildren();
        }
    }

    /** Whether nothing was reported. */
    public boolean isEmpty() {
        return reported.isEmpty();
    }

    /** Whether this was. */
    public boolean has(String name) {
        return reported.containsKey(name);
    }

    /** The number; 0 where it was not reported, or is below. */
    public long of(String name) {
        return Math.max(0, reported.getOrDefault(name, 0L));
    }

    /** All, as they were reported. */
    public Map<String, Long> reported() {
        return reported;
    }
}
