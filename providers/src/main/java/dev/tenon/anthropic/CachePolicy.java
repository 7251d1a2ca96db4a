package dev.tenon.anthropic;

import dev.tenon.json.Json;
import java.util.Objects;

/**
 * What of a request is kept in the prompt cache: where breakpoints are put. Immutable.
 *
 * <p>A breakpoint keeps everything before it, in the order tools, instructions, conversation. A request has at most {@value #MOST}; those that are set
 * {@linkplain Anthropic#cached by hand} come first, and the policy gets what they leave: the end of the conversation, the instructions, the tools, and the end of the
 * last user message before, from which a long round of tool calls is found again.
 *
 * <p>Writing to the cache costs more than reading plainly (1.25 times, or 2 times for an hour), reading from it a tenth (docs.claude.com, "Prompt caching", 2026);
 * prompts below 1,024 to 4,096 tokens, by model, are not kept.
 *
 * @param tools a breakpoint after the tools
 * @param system one after the instructions
 * @param conversation one at the end of the conversation, so that the next request of it reads all of this one; and one at the user message before
 * @param ttl how long it is kept: {@code 5m} or {@code 1h}; empty for the host's own, which is 5 minutes
 */
public record CachePolicy(boolean tools, boolean system, boolean conversation, String ttl) {
    /** Breakpoints of a request at most (docs.claude.com, "Prompt caching", 2026). */
    public static final int MOST = 4;

    /** No breakpoint but those set by hand. */
    public static final CachePolicy NONE = new CachePolicy(false, false, false, "");

    /** Tools and instructions: what is the same for all conversations. */
    public static final CachePolicy PREFIX = new CachePolicy(true, true, false, "");

    /** All of it: for agents, whose every request goes on from the one before. */
    public static final CachePolicy ALL = new CachePolicy(true, true, true, "");

    public CachePolicy {
        ttl = ttl == null ? "" : ttl;
        if (!ttl.isEmpty() && !ttl.equals("5m") && !ttl.equals("1h")) {
            throw new IllegalArgumentException("a cache entry is kept for \"5m\" or \"1h\", got \"" + ttl + "\"");
        }
    }

    /** A copy that keeps it so long: {@code 5m} or {@code 1h}. */
    public CachePolicy withTtl(String newTtl) {
        Objects.requireNonNull(newTtl, "newTtl");
        return new CachePolicy(tools, system, conversation, newTtl);
    }

    /** The breakpoint on the wire. */
    Json.Obj control() {
        Json.ObjBuilder control = Json.object().put("type", "ephemeral");
        if (!ttl.isEmpty()) control.put("ttl", ttl);
        return control.build();
    }
}
