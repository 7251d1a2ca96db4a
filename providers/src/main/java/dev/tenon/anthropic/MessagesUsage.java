package dev.tenon.anthropic;

import dev.tenon.provider.Usage;
import dev.tenon.wire.Charges;
import dev.tenon.wire.Counts;
import dev.tenon.wire.Scalar;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The numbers of {@code usage}, the last reported of each: at the end of a stream they are corrected. The host counts what was read from the cache and written to
 * it beside the input, and thinking within the output. Not thread-safe.
 */
final class MessagesUsage {
    /** Words for where a model ran that cost nothing more. */
    private static final Set<String> EVERYWHERE = Set.of("", "global", "not_available");

    private final Counts counts = new Counts();
    private long thinking;
    private final Charges charges = new Charges();

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
                case "speed", "service_tier" -> charges.tier(Scalar.text(parser, token, ""));
                // What is to stay in one country costs a tenth more.
                case "inference_geo" -> {
                    String word = Scalar.text(parser, token, "");
                    if (!EVERYWHERE.contains(word)) charges.unpriced("inference_geo_" + word);
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
            String common = name.equals("ephemeral_1h_input_tokens") ? Usage.CACHE_WRITE_HOUR : name;
            if (!free && token == JsonToken.VALUE_NUMBER_INT) charges.count(common, parser.getValueAsLong());
            parser.skipChildren();
        }
    }

    /** Takes one of the host's own tools that ran: code runs in a container, which is paid by the hour and stands in no usage. */
    void ran(String tool) {
        if (tool.endsWith("code_execution")) charges.unpriced("code_execution");
    }

    Usage usage() {
        if (counts.isEmpty()) return Usage.UNREPORTED;
        long read = counts.of(Counts.CACHE_READ);
        long written = counts.of(Counts.CACHE_WRITE);
        return charges.on(new Usage(
                counts.of(Counts.INPUT) + read + written,
                counts.of(Counts.OUTPUT),
                read,
                written,
                thinking,
                0,
                counts.reported(),
                Map.of()));
    }
}
