package dev.tenon.anthropic;

import dev.tenon.json.Json;
import dev.tenon.provider.Usage;
import dev.tenon.wire.Counts;
import dev.tenon.wire.Scalar;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The numbers of {@code usage}, the last reported of each: at the end of a stream they are corrected. The host counts what was read from the cache and written to
 * it beside the input, and thinking within the output. Not thread-safe.
 */
final class MessagesUsage {
    private final Counts counts = new Counts();
    private long thinking;
    /** What has a price of its own, which the catalogue does not have. */
    private final Set<String> unpriced = new TreeSet<>();

    /** Reads the object that the parser stands at; anything else is skipped. */
    void read(JsonParser parser) {
        if (!parser.isExpectedStartObjectToken()) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "input_tokens" -> counts.read(parser, token, Counts.INPUT);
                case "output_tokens" -> counts.read(parser, token, Counts.OUTPUT);
                case "cache_read_input_tokens" -> counts.read(parser, token, Counts.CACHE_READ);
                case "cache_creation_input_tokens" -> counts.read(parser, token, Counts.CACHE_WRITE);
                case "output_tokens_details" -> details(parser, token);
                case "cache_creation", "server_tool_use" -> charged(parser, token);
                case "speed", "service_tier" -> {
                    String word = Scalar.text(parser, token, "");
                    if (!word.isEmpty() && !word.equals("standard")) unpriced.add(word);
                }
                default -> parser.skipChildren();
            }
        }
    }

    /** Not one of the common numbers: the API calls it an estimate. */
    private void details(JsonParser parser, JsonToken object) {
        if (object != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (name.equals("thinking_tokens") && token == JsonToken.VALUE_NUMBER_INT) {
                thinking = Math.max(0, parser.getValueAsLong());
            } else {
                parser.skipChildren();
            }
        }
    }

    /**
     * An entry that the cache keeps for an hour costs more than one of five minutes, a search by the piece; a fetched page costs nothing but its tokens
     * (platform.claude.com, "Pricing", 2026).
     */
    private void charged(JsonParser parser, JsonToken object) {
        if (object != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            boolean free = name.equals("ephemeral_5m_input_tokens") || name.equals("web_fetch_requests");
            if (!free && token == JsonToken.VALUE_NUMBER_INT && parser.getValueAsLong() > 0) unpriced.add(name);
            parser.skipChildren();
        }
    }

    /** Takes one of the host's own tools that ran: code runs in a container, which is paid by the hour and stands in no usage. */
    void ran(String tool) {
        if (tool.endsWith("code_execution")) unpriced.add("code_execution");
    }

    private Map<String, Json> extra() {
        return unpriced.isEmpty() ? Map.of() : Map.of(Usage.UNPRICED, Json.array(unpriced.toArray()));
    }

    Usage usage() {
        if (counts.isEmpty()) return Usage.UNREPORTED;
        long read = counts.of(Counts.CACHE_READ);
        long written = counts.of(Counts.CACHE_WRITE);
        return new Usage(
                counts.of(Counts.INPUT) + read + written,
                counts.of(Counts.OUTPUT),
                read,
                written,
                thinking,
                0,
                counts.reported(),
                extra());
    }
}
