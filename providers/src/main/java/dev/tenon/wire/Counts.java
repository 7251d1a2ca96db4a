package dev.tenon.wire;

import dev.tenon.json.Json;
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

    private static final String[] NAMES = {INPUT, OUTPUT, TOTAL, CACHE_READ, CACHE_WRITE, REASONING, TOOL_PROMPT};

    private final long[] numbers = new long[NAMES.length];
    /** Which were reported, in the order in which they first were. */
    private final byte[] order = new byte[NAMES.length];

    private int size;

    /** Reads the number that the parser stands at; anything else is skipped. */
    public void read(JsonParser parser, JsonToken token, String name) {
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            put(name, parser.getValueAsLong());
        } else {
            parser.skipChildren();
        }
    }

    /** A number that was read elsewhere. */
    public void put(String name, long number) {
        int at = at(name);
        if (!has(at)) order[size++] = (byte) at;
        numbers[at] = number;
    }

    /** The number that a member of an object read elsewhere holds, where it holds one. */
    public void put(String name, Json from, String member) {
        if (from instanceof Json.Obj object && object.get(member).orElse(Json.NULL) instanceof Json.Num number) {
            put(name, number.longValue());
        }
    }

    private static int at(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) return i;
        }
        throw new IllegalArgumentException("no common name of a number of tokens: " + name);
    }

    private boolean has(int at) {
        for (int i = 0; i < size; i++) {
            if (order[i] == at) return true;
        }
        return false;
    }

    /** Whether nothing was reported. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Whether this was. */
    public boolean has(String name) {
        return has(at(name));
    }

    /** The number; 0 where it was not reported, or is below. */
    public long of(String name) {
        return Math.max(0, numbers[at(name)]);
    }

    /** All, as they were reported. */
    public Map<String, Long> reported() {
        Map<String, Long> reported = LinkedHashMap.newLinkedHashMap(size);
        for (int i = 0; i < size; i++) {
            reported.put(NAMES[order[i]], numbers[order[i]]);
        }
        return reported;
    }
}
