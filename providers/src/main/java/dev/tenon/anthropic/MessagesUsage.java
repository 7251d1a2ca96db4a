package dev.tenon.anthropic;

import dev.tenon.provider.Usage;
import dev.tenon.wire.Counts;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The numbers of {@code usage}, the last reported of each: at the end of a stream they are corrected. The host counts what was read from the cache and written to
 * it beside the input, and thinking within the output. Not thread-safe.
 */
final class MessagesUsage {
    private final Counts counts = new Counts();
    private long thinking;

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
                Map.of());
    }
}
